// An accelerator with a formula: it implements IAccelerator and runs the plans of the SMV backend.
using Smaug.Accelerators.Custom;
using Smaug.Core.Execution;
using Smaug.Core.Units;

namespace CustomAccelerator;

/// <summary>
/// 16 x 16 multipliers that are always busy: a kernel takes its multiply-accumulates divided by 256, or a cycle for every 32
/// bytes that it moves, whichever is longer.
/// </summary>
internal sealed class FormulaAccelerator(AcceleratorContext context) : IAccelerator
{
    private const int Multipliers = 256, BytesPerCycle = 32;
    private const double PicojoulesPerMultiplyAccumulate = 1.2, LeakageMilliwatts = 12;

    public async Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch)
    {
        SimTime start = context.Simulator.Now;
        long operations = plan.MultiplyAccumulates / plan.Launches.Length, bytes = 0;
        foreach (HostTransfer transfer in plan.Transfers(launch)) bytes += transfer.Bytes;

        await context.LoadAsync(plan, launch);
        await context.ComputeAsync(Math.Max(operations / Multipliers, bytes / BytesPerCycle));
        await context.StoreAsync(plan, launch);

        Energy energy = new Energy(operations * PicojoulesPerMultiplyAccumulate) + Energy.FromPower(LeakageMilliwatts, context.Simulator.Now - start);
        return new KernelResult("multiplier array", MultiplyAccumulates: 0, UpsampledCycles: 0, energy);
    }
}
