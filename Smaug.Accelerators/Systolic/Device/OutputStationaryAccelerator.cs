using Smaug.Accelerators.Smv;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Systolic.Power;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Tiling.LoopNests;

namespace Smaug.Accelerators.Systolic.Device;

/// <summary>
/// The output-stationary device in an SoC. Its phases never overlap: inputs, weights, computation, results. The device notices
/// the end of a phase at the next edge of its clock. Data go through a DMA engine of its own, whatever the memory policy is.
/// </summary>
internal sealed class OutputStationaryAccelerator : IAccelerator
{
    private const int PageBytes = 4096;
    private readonly AcceleratorContext _context;
    private readonly MemoryPort _dma;
    private readonly OutputStationaryDevice _device;
    private readonly DevicePower _power;
    private readonly DeviceScratchpads _scratchpads = new();
    private readonly List<Wait> _transfers = [];

    public OutputStationaryAccelerator(AcceleratorContext context, OutputStationaryOptions options)
    {
        _context = context;
        _dma = context.DirectDmaPort;
        _device = new OutputStationaryDevice(options);
        _power = new DevicePower(options, context.Clock.Frequency);
    }

    public double AreaSquareMicrometres => _power.AreaSquareMicrometres;

    public async Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch)
    {
        if (plan is not SmvOperatorPlan smv || launch is not ConvolutionLaunch convolution)
            throw new SimulationException($"operator {plan.Node} was planned for {plan.Executor}: the output-stationary array runs convolutions of the SMV backend");
        _scratchpads.Accept(smv, convolution);
        DeviceLaunch work = DeviceLaunch.Of(smv, convolution, _device.Options.Compatibility);
        SimTime start = _context.Simulator.Now;
        foreach (HostTransfer transfer in plan.Transfers(launch))
        {
            if (transfer.IsStore) continue;
            _context.Enter(AcceleratorPhase.TransferIn);
            await Move(transfer);
            await NextCycle();
        }

        await Compute(work);
        foreach (HostTransfer transfer in plan.Transfers(launch))
        {
            if (!transfer.IsStore) continue;
            _context.Enter(AcceleratorPhase.TransferOut);
            await NextCycle();
            await Move(transfer);
            await NextCycle();
        }

        long operations = SmvKernelFactory.MultiplyAccumulates(SmvKernelFactory.Create(smv, launch));
        SimTime total = _context.Simulator.Now - start;
        return new KernelResult("systolic convolution", operations, 0, _power.Of(work, total)) { Leakage = _power.Leakage(total) };
    }

    /// <summary>The computation of a launch, image by image.</summary>
    public Wait Compute(DeviceLaunch work)
    {
        _context.Enter(AcceleratorPhase.Compute);
        return _context.Simulator.Delay(_context.Clock.Cycles(work.Images * _device.ComputeCycles(work.Invocation)));
    }

    /// <summary>One DMA transfer, cut at pages.</summary>
    private async Task Move(HostTransfer transfer)
    {
        long address = _context.Address(transfer.Buffer, transfer.Offset + transfer.Bytes) + transfer.Offset;
        long end = address + transfer.Bytes;
        while (address < end)
        {
            long next = Math.Min(end, (address / PageBytes + 1) * PageBytes);
            int bytes = (int)(next - address);
            _transfers.Add(transfer.IsStore ? _dma.WriteAsync(address, bytes, _context.Index) : _dma.ReadAsync(address, bytes, _context.Index));
            address = next;
        }

        foreach (Wait page in _transfers) await page;
        _transfers.Clear();
    }

    private Wait NextCycle() =>
        _context.Simulator.DelayUntil(_context.Clock.EdgeAfter(_context.Simulator.Now + SimTime.FromPicoseconds(1)));
}
