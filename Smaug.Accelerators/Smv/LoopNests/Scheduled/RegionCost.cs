namespace Smaug.Accelerators.Smv.LoopNests.Scheduled;

/// <summary>Cycles and dynamic energy of a part of a kernel; parts between barriers add up.</summary>
internal readonly record struct RegionCost(double Cycles, double Picojoules)
{
    public static RegionCost operator +(RegionCost a, RegionCost b) => new(a.Cycles + b.Cycles, a.Picojoules + b.Picojoules);

    public static RegionCost operator -(RegionCost a, RegionCost b) => new(a.Cycles - b.Cycles, a.Picojoules - b.Picojoules);

    public static RegionCost operator *(double times, RegionCost a) => new(times * a.Cycles, times * a.Picojoules);
}
