using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systolic.Execution;

/// <summary>
/// A systolic array in an SoC. It fills the active halves of its read scratchpads, then computes while the other halves are
/// prefetched and results are drained, and at last drains the rest. Where memory is slower than the array, the array waits.
/// </summary>
public sealed class SystolicAccelerator : IAccelerator
{
    private const int RequestBytes = 4096;
    private const int OutstandingRequests = 16;
    private readonly AcceleratorContext _context;
    private readonly Queue<Wait> _outstanding = new();

    /// <summary>Creates an accelerator for a place in an SoC's pool.</summary>
    public SystolicAccelerator(AcceleratorContext context) => _context = context;

    /// <inheritdoc/>
    public async Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch)
    {
        if (plan is not SystolicOperatorPlan systolic || launch is not SystolicLaunch work)
            throw new SimulationException($"operator {plan.Node} was planned for {plan.Executor}: a systolic array cannot run it");
        ImmutableArray<HostTransfer> transfers = plan.Transfers(launch);
        SystolicConfiguration array = systolic.Options.Array;
        var fill = new List<HostTransfer>();
        var stream = new List<HostTransfer>();
        var drain = new List<HostTransfer>();
        Divide(transfers, OperandRole.Input, array.IfmapKilobytes * 512L, fill, stream);
        Divide(transfers, OperandRole.Weight, array.FilterKilobytes * 512L, fill, stream);
        Divide(transfers, OperandRole.Output, array.OfmapKilobytes * 512L, drain, stream);

        _context.Enter(AcceleratorPhase.TransferIn);
        foreach (HostTransfer transfer in fill) await Move(transfer, SimTime.Zero);
        await Finish();

        _context.Enter(AcceleratorPhase.Compute);
        SimTime end = _context.Simulator.Now + _context.Clock.Cycles(work.Cycles);
        foreach (HostTransfer transfer in stream) await Move(transfer, end);
        await Finish();
        if (_context.Simulator.Now < end) await _context.Simulator.DelayUntil(end);

        _context.Enter(AcceleratorPhase.TransferOut);
        foreach (HostTransfer transfer in drain) await Move(transfer, SimTime.Zero);
        await Finish();
        return new KernelResult("systolic " + plan.Node.Kind, plan.MultiplyAccumulates, 0, EnergyOf(systolic, work));
    }

    /// <summary>Splits the transfers of a role: the first bytes, up to half a scratchpad, and the rest.</summary>
    private static void Divide(
        ImmutableArray<HostTransfer> transfers, OperandRole role, long half, List<HostTransfer> first, List<HostTransfer> rest)
    {
        foreach (HostTransfer transfer in transfers)
        {
            if (transfer.Role != role) continue;
            long bytes = Math.Min(half, transfer.Bytes);
            half -= bytes;
            if (bytes > 0) first.Add(transfer with { Bytes = bytes });
            if (bytes < transfer.Bytes) rest.Add(transfer with { Offset = transfer.Offset + bytes, Bytes = transfer.Bytes - bytes });
        }
    }

    private static Energy EnergyOf(SystolicOperatorPlan plan, SystolicLaunch launch)
    {
        LayerResult layer = launch.Layer;
        double accesses = (double)(layer.IfmapSram.Words + layer.FilterSram.Words + layer.OfmapSram.Words) * launch.Copies;
        return new Energy(plan.MultiplyAccumulates * plan.Options.PicojoulesPerMultiplyAccumulate + accesses * plan.Options.PicojoulesPerScratchpadAccess);
    }

    /// <summary>Sends a transfer in blocks, with a bounded number under way; after <paramref name="computed"/> the array waits for it.</summary>
    private async Task Move(HostTransfer transfer, SimTime computed)
    {
        MemoryPort port = _context.Port(transfer.Role);
        long address = _context.Address(transfer.Buffer, transfer.Offset + transfer.Bytes) + transfer.Offset;
        for (long offset = 0; offset < transfer.Bytes; offset += RequestBytes)
        {
            int bytes = (int)Math.Min(RequestBytes, transfer.Bytes - offset);
            if (_outstanding.Count == OutstandingRequests) await _outstanding.Dequeue();
            if (computed > SimTime.Zero && _context.Simulator.Now > computed) _context.Enter(AcceleratorPhase.TransferIn);
            _outstanding.Enqueue(transfer.IsStore
                ? port.WriteAsync(address + offset, bytes, _context.Index)
                : port.ReadAsync(address + offset, bytes, _context.Index));
        }
    }

    private async Task Finish()
    {
        while (_outstanding.Count > 0) await _outstanding.Dequeue();
    }
}
