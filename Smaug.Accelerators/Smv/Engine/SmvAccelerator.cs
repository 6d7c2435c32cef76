using System.Collections.Immutable;
using Smaug.Accelerators.Smv.LoopNests;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Smv.Engine;

/// <summary>
/// The SMV engine in an SoC: loads its operands in blocks of at most 4 KiB, each moved and then converted before the next
/// one is asked for; computes; then converts and stores the results, where the transfer of a block overlaps with the
/// conversion of the next.
/// </summary>
public sealed class SmvAccelerator : IAccelerator
{
    private readonly AcceleratorContext _context;
    private readonly ISmvEngineModel _engine;
    private readonly SmvEnergyModel? _energy;
    private readonly List<Wait> _stores = [];
    private double _remainder;
    private SimTime _computing;

    /// <summary>Creates an accelerator for a place in an SoC's pool.</summary>
    /// <param name="context">What the SoC gives it.</param>
    /// <param name="engine">Times the kernels; null for the closed forms of <see cref="SmvLoopNestModel"/>.</param>
    /// <param name="energy">Energy constants; null for the energy that the engine's model gives, or the default constants when it gives none.</param>
    public SmvAccelerator(AcceleratorContext context, ISmvEngineModel? engine = null, SmvEnergyModel? energy = null)
    {
        _context = context;
        _engine = engine ?? new SmvLoopNestModel();
        _energy = energy;
    }

    /// <summary>
    /// Area in the published configuration, um² in 40 nm: seven scratchpads of 64 KiB in 8 partitions, and the units of the
    /// largest kernel, the convolution (Aladdin's result for the tutorial's first layer).
    /// </summary>
    public double AreaSquareMicrometres => 1_139_890 + 775_140;

    /// <inheritdoc/>
    public async Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch)
    {
        if (plan is not SmvOperatorPlan smv) throw new SimulationException($"operator {plan.Node} was planned for {plan.Executor}: an SMV engine cannot run it");
        SmvKernel kernel = SmvKernelFactory.Create(smv, launch);
        SmvKernelTiming timing = _engine.Time(kernel, _context.Sampling);
        ImmutableArray<HostTransfer> transfers = plan.Transfers(launch);
        SimTime start = _context.Simulator.Now;
        _computing = SimTime.Zero;
        foreach (HostTransfer transfer in transfers)
        {
            if (!transfer.IsStore) await Load(transfer, Conversion(transfer, transfers, timing));
        }

        await Compute(timing.ComputeCycles);
        foreach (HostTransfer transfer in transfers)
        {
            if (transfer.IsStore) await Store(transfer, Conversion(transfer, transfers, timing));
        }

        _context.Enter(AcceleratorPhase.TransferOut);
        foreach (Wait store in _stores) await store;
        _stores.Clear();
        SimTime total = _context.Simulator.Now - start;
        (Energy energy, Energy leakage) = EnergyOf(timing, total);
        return new KernelResult(Name(kernel), SmvKernelFactory.MultiplyAccumulates(kernel), (long)Math.Round(timing.UpsampledCycles), energy) { Leakage = leakage };
    }

    private (Energy All, Energy Leakage) EnergyOf(in SmvKernelTiming timing, SimTime total)
    {
        SmvEnergyModel constants = _energy ?? new SmvEnergyModel();
        bool isOfEngine = _energy is null && timing.LeakageMilliwatts > 0;
        Energy leakage = Energy.FromPower(isOfEngine ? timing.LeakageMilliwatts : constants.LeakageMilliwatts, total);
        return (isOfEngine ? new Energy(timing.DynamicPicojoules) + leakage : constants.Of(timing.Activity, _computing, total), leakage);
    }

    /// <summary>Conversion cycles per byte of a transfer: those of its role, spread over all bytes of the role.</summary>
    private static double Conversion(in HostTransfer transfer, ImmutableArray<HostTransfer> transfers, in SmvKernelTiming timing)
    {
        long bytes = 0;
        foreach (HostTransfer other in transfers)
        {
            if (other.Role == transfer.Role) bytes += other.Bytes;
        }

        double cycles = transfer.Role switch
        {
            OperandRole.Input => timing.InputConversionCycles,
            OperandRole.Weight => timing.WeightConversionCycles,
            _ => timing.StoreConversionCycles,
        };
        return bytes == 0 ? 0 : cycles / bytes;
    }

    private async Task Load(HostTransfer transfer, double cyclesPerByte)
    {
        MemoryPort port = _context.Port(transfer.Role);
        long address = _context.Address(transfer.Buffer, transfer.Offset + transfer.Bytes) + transfer.Offset;
        for (long offset = 0; offset < transfer.Bytes; offset += SmvOperatorPlan.TransferBytes)
        {
            int bytes = (int)Math.Min(SmvOperatorPlan.TransferBytes, transfer.Bytes - offset);
            _context.Enter(AcceleratorPhase.TransferIn);
            await port.ReadAsync(address + offset, bytes, _context.Index);
            await Compute(cyclesPerByte * bytes);
        }
    }

    private async Task Store(HostTransfer transfer, double cyclesPerByte)
    {
        MemoryPort port = _context.Port(transfer.Role);
        long address = _context.Address(transfer.Buffer, transfer.Offset + transfer.Bytes) + transfer.Offset;
        for (long offset = 0; offset < transfer.Bytes; offset += SmvOperatorPlan.TransferBytes)
        {
            int bytes = (int)Math.Min(SmvOperatorPlan.TransferBytes, transfer.Bytes - offset);
            await Compute(cyclesPerByte * bytes);
            _stores.Add(port.WriteAsync(address + offset, bytes, _context.Index));
        }
    }

    /// <summary>Computes for some cycles; what is left of a cycle is added to the next time.</summary>
    private Wait Compute(double cycles)
    {
        _context.Enter(AcceleratorPhase.Compute);
        _remainder += cycles;
        long whole = (long)_remainder;
        _remainder -= whole;
        SimTime time = _context.Clock.Cycles(whole);
        _computing += time;
        return _context.Simulator.Delay(time);
    }

    private static string Name(SmvKernel kernel) => kernel switch
    {
        SmvConvolutionKernel => "convolution",
        SmvMatrixMultiplyKernel => "matrix multiply",
        SmvPoolingKernel { Average: true } => "average pooling",
        SmvPoolingKernel => "max pooling",
        SmvBatchNormKernel => "batch norm",
        SmvElementwiseKernel e => e.Operation.ToString().ToLowerInvariant(),
        SmvActivationKernel a => a.Function?.ToString().ToLowerInvariant() ?? "copy",
        _ => "softmax",
    };
}
