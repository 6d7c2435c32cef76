using Smaug.Core.Execution;
using Smaug.Core.Units;

namespace CustomSoc;

/// <summary>
/// A streaming maximum-pooling engine: rows of the input pass by once, eight channels per cycle, and the maxima go out; nothing
/// is tiled, and the CPU copies nothing.
/// </summary>
internal sealed class PoolingEngine(AcceleratorContext context) : IAccelerator
{
    private const int ElementsPerCycle = 8, BlockBytes = 4096;

    // Energy of a comparison and of the line buffer's access, per element: an estimate of this program, not of the library.
    private const double PicojoulesPerElement = 1.1;

    public async Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch)
    {
        long elements = ((PoolingLaunch)launch).InputElements;
        foreach (HostTransfer transfer in plan.Transfers(launch))
        {
            context.Enter(transfer.IsStore ? AcceleratorPhase.TransferOut : AcceleratorPhase.TransferIn);
            long address = context.Address(transfer.Buffer, transfer.Offset + transfer.Bytes) + transfer.Offset;
            for (long at = 0; at < transfer.Bytes; at += BlockBytes)
            {
                int bytes = (int)Math.Min(BlockBytes, transfer.Bytes - at);
                await context.Port(transfer.Role).AccessAsync(transfer.IsStore ? MemoryCommand.Write : MemoryCommand.Read, address + at, bytes);
            }

            if (transfer.IsStore) continue;
            context.Enter(AcceleratorPhase.Compute);
            await context.Simulator.Delay(context.Clock.Cycles((elements + ElementsPerCycle - 1) / ElementsPerCycle));
        }

        return new KernelResult("maximum pooling", 0, 0, new Energy(PicojoulesPerElement * elements));
    }
}
