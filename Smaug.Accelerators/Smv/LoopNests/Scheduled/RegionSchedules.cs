using System.Collections.Concurrent;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core.Execution;

namespace Smaug.Accelerators.Smv.LoopNests.Scheduled;

/// <summary>A kernel of a few iterations as the scheduler places it.</summary>
internal sealed record Schedule(RegionCost Cost, double LeakageMilliwatts, UnitCounts Units)
{
    /// <summary>Leakage of a datapath that has the units of both kernels.</summary>
    public double LeakageWith(Schedule? other, long registers, double cycleTimeNanoseconds)
    {
        UnitCounts o = other?.Units ?? Units;
        return LeakageMilliwatts + new UnitDemand
        {
            Adders = Math.Max(0, o.Adders - Units.Adders),
            Multipliers = Math.Max(0, o.Multipliers - Units.Multipliers),
            Bitwise = Math.Max(0, o.Bitwise - Units.Bitwise),
            Shifters = Math.Max(0, o.Shifters - Units.Shifters),
            SpecialFunctions = Math.Max(0, o.SpecialMath - Units.SpecialMath),
            Registers = (int)Math.Max(0, Math.Max(registers, o.Registers) - Units.Registers),
        }.LeakageMilliwatts(cycleTimeNanoseconds);
    }
}

/// <summary>
/// Schedules of kernels whose loops are cut to a few iterations, on one datapath, each made once. What a region takes is the
/// difference between two of them.
/// </summary>
internal sealed class RegionSchedules(DatapathConfiguration datapath)
{
    private readonly SmvAladdinModel _engine = new(datapath);
    private readonly ConcurrentDictionary<SmvKernel, Lazy<Schedule>> _known = new();

    /// <summary>The schedule of a whole kernel.</summary>
    public Schedule Of(SmvKernel kernel) =>
        _known.GetOrAdd(kernel, static (k, self) => new Lazy<Schedule>(() => self.Make(k)), this).Value;

    public RegionCost Cost(SmvKernel kernel) => Of(kernel).Cost;

    private Schedule Make(SmvKernel kernel)
    {
        AladdinResult result = _engine.Run(kernel, Sampling.Off);
        double time = result.Cycles * result.CycleTimeNanoseconds;
        return new Schedule(
            new RegionCost(result.Cycles, (result.Power.UnitDynamic + result.Power.MemoryDynamic) * time),
            result.Power.UnitLeakage + result.Power.MemoryLeakage, result.Units);
    }
}
