using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Custom;

/// <summary>What a kernel takes once its data are in the accelerator, and how a launch runs with it.</summary>
internal readonly record struct KernelFigures(string Name, long Cycles, long MultiplyAccumulates, Energy Dynamic, double LeakageMilliwatts)
{
    /// <summary>Loads, computes, stores. Leakage lasts the whole time.</summary>
    public async Task<KernelResult> RunAsync(AcceleratorContext context, OperatorPlan plan, KernelLaunch launch)
    {
        SimTime start = context.Simulator.Now;
        await context.LoadAsync(plan, launch);
        await context.ComputeAsync(Cycles);
        await context.StoreAsync(plan, launch);
        Energy energy = Dynamic + Energy.FromPower(LeakageMilliwatts, context.Simulator.Now - start);
        return new KernelResult(Name, MultiplyAccumulates, UpsampledCycles: 0, energy);
    }

    /// <summary>A launch that an accelerator has no kernel for.</summary>
    public static Task<KernelResult> RunOtherwise(IAccelerator? otherwise, OperatorPlan plan, KernelLaunch launch) => otherwise is not null
        ? otherwise.RunAsync(plan, launch)
        : throw new SimulationException($"operator {plan.Node}: the accelerator has no kernel for it, and no other accelerator was given that has; give one as 'otherwise', for example an SmvAccelerator");
}
