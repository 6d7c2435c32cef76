using System.Collections.Concurrent;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core.Execution;

namespace Smaug.Accelerators.Smv.LoopNests.Scheduled;

/// <summary>A kernel of a few iterations as the scheduler places it.</summary>
internal sealed record Schedule(RegionCost Cost, double LeakageMilliwatts, UnitCounts Units)
{
    /// <summary>The units of which this schedule has more than another: those that what was added to it needs.</summary>
    public UnitCounts UnitsBeyond(Schedule without)
    {
        UnitCounts w = without.Units;
        static int More(int own, int other) => own > other ? own : 0;
        return Units with
        {
            Adders = More(Units.Adders, w.Adders),
            Multipliers = More(Units.Multipliers, w.Multipliers),
            Bitwise = More(Units.Bitwise, w.Bitwise),
            Shifters = More(Units.Shifters, w.Shifters),
            SpecialMath = More(Units.SpecialMath, w.SpecialMath),
            Registers = More(Units.Registers, w.Registers),
        };
    }

    /// <summary>Leakage of a datapath that has at least some other units and registers too.</summary>
    public double LeakageWith(UnitCounts? other, long registers, double cycleTimeNanoseconds)
    {
        UnitCounts o = other ?? Units;
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
