using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core.Execution;
using Smaug.Core.Units;

namespace CustomAccelerator;

/// <summary>An SMV engine with a depthwise engine beside it: each launch goes to the one that its operator was planned for.</summary>
internal sealed class DepthwiseEngine(AcceleratorContext context) : IAccelerator
{
    private const int BlockBytes = 4096;
    private readonly SmvAccelerator _smv = new(context);

    public async Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch)
    {
        if (plan is not DepthwisePlan depthwise || launch is not DepthwiseLaunch work) return await _smv.RunAsync(plan, launch);
        SimTime start = context.Simulator.Now;
        LoopNestResult kernel = DepthwiseKernel.Evaluate(depthwise, work);

        context.Enter(AcceleratorPhase.TransferIn);
        foreach (HostTransfer transfer in plan.Transfers(launch))
        {
            if (!transfer.IsStore) await Move(transfer);
        }

        context.Enter(AcceleratorPhase.Compute);
        await context.Simulator.Delay(context.Clock.Cycles(kernel.Cycles));

        context.Enter(AcceleratorPhase.TransferOut);
        foreach (HostTransfer transfer in plan.Transfers(launch))
        {
            if (transfer.IsStore) await Move(transfer);
        }

        long operations = (long)work.OutputRows * depthwise.OutputColumns * work.Channels * depthwise.KernelRows * depthwise.KernelColumns;
        return new KernelResult("depthwise", operations, 0, kernel.DynamicEnergy + Energy.FromPower(kernel.LeakageMilliwatts, context.Simulator.Now - start));
    }

    private async Task Move(HostTransfer transfer)
    {
        MemoryPort port = context.Port(transfer.Role);
        long address = context.Address(transfer.Buffer, transfer.Offset + transfer.Bytes) + transfer.Offset;
        for (long offset = 0; offset < transfer.Bytes; offset += BlockBytes)
        {
            int bytes = (int)Math.Min(BlockBytes, transfer.Bytes - offset);
            if (transfer.IsStore) await port.WriteAsync(address + offset, bytes, context.Index);
            else await port.ReadAsync(address + offset, bytes, context.Index);
        }
    }
}
