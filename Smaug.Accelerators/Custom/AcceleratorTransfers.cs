using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;

namespace Smaug.Accelerators.Custom;

/// <summary>
/// Moves the data of a launch for accelerators of one's own, in blocks: each load is awaited before the next, stores are under
/// way together.
/// </summary>
public static class AcceleratorTransfers
{
    /// <summary>Bytes of a request to the DMA engine: at most a page.</summary>
    public const int BlockBytes = 4096;

    /// <summary>Loads what a launch reads, and enters <see cref="AcceleratorPhase.TransferIn"/>.</summary>
    /// <param name="context">What the SoC gave the accelerator.</param>
    /// <param name="plan">The operator.</param>
    /// <param name="launch">One of its launches.</param>
    public static async Task LoadAsync(this AcceleratorContext context, OperatorPlan plan, KernelLaunch launch)
    {
        context.Enter(AcceleratorPhase.TransferIn);
        foreach (HostTransfer transfer in plan.Transfers(launch))
        {
            if (!transfer.IsStore) await context.MoveAsync(transfer);
        }
    }

    /// <summary>Computes for some cycles of the accelerator's clock, and enters <see cref="AcceleratorPhase.Compute"/>.</summary>
    /// <param name="context">What the SoC gave the accelerator.</param>
    /// <param name="cycles">Cycles; 0 or more.</param>
    /// <exception cref="SimulationException">The cycles are negative.</exception>
    public static Wait ComputeAsync(this AcceleratorContext context, long cycles)
    {
        if (cycles < 0) throw new SimulationException($"accelerator {context.Index} computes for {cycles} cycles: must be 0 or more");
        context.Enter(AcceleratorPhase.Compute);
        return context.Simulator.Delay(context.Clock.Cycles(cycles));
    }

    /// <summary>Stores what a launch writes, and enters <see cref="AcceleratorPhase.TransferOut"/>.</summary>
    /// <param name="context">What the SoC gave the accelerator.</param>
    /// <param name="plan">The operator.</param>
    /// <param name="launch">One of its launches.</param>
    public static async Task StoreAsync(this AcceleratorContext context, OperatorPlan plan, KernelLaunch launch)
    {
        context.Enter(AcceleratorPhase.TransferOut);
        foreach (HostTransfer transfer in plan.Transfers(launch))
        {
            if (transfer.IsStore) await context.MoveAsync(transfer);
        }
    }

    /// <summary>Moves one array in blocks of <see cref="BlockBytes"/>.</summary>
    /// <param name="context">What the SoC gave the accelerator.</param>
    /// <param name="transfer">What is moved.</param>
    public static async Task MoveAsync(this AcceleratorContext context, HostTransfer transfer)
    {
        MemoryPort port = context.Port(transfer.Role);
        long address = context.Address(transfer.Buffer, transfer.Offset + transfer.Bytes) + transfer.Offset;
        var stores = new List<Wait>();
        for (long offset = 0; offset < transfer.Bytes; offset += BlockBytes)
        {
            int bytes = (int)Math.Min(BlockBytes, transfer.Bytes - offset);
            if (transfer.IsStore) stores.Add(port.WriteAsync(address + offset, bytes, context.Index));
            else await port.ReadAsync(address + offset, bytes, context.Index);
        }

        foreach (Wait store in stores) await store;
    }
}
