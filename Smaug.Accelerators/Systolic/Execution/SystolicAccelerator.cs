using System.Collections.Immutable;
using Smaug.Accelerators.Systolic.Power;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systolic.Execution;

/// <summary>
/// A systolic array in an SoC. It fills one half of each read scratchpad, then computes while the other halves are prefetched and
/// results are drained. It takes the cycles of the simulated layer, and waits where the half that it needs next has not come, or
/// where the half that it wants to write is still on its way to memory.
/// </summary>
public sealed class SystolicAccelerator : IAccelerator
{
    private readonly AcceleratorContext _context;
    private (SystolicBackendOptions Options, ArrayEnergy Energy)? _energy;

    /// <summary>Creates an accelerator for a place in an SoC's pool.</summary>
    /// <param name="context">What the SoC gives it.</param>
    /// <param name="options">The array, so that its area is known before it has run; null where that does not matter.</param>
    public SystolicAccelerator(AcceleratorContext context, SystolicBackendOptions? options = null)
    {
        _context = context;
        if (options is not null) EnergyOf(options);
    }

    /// <summary>Area of the array in um² of a 40 nm process; 0 when no array was given and none of its launches has run.</summary>
    public double AreaSquareMicrometres => _energy?.Energy.AreaSquareMicrometres ?? 0;

    /// <inheritdoc/>
    public async Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch)
    {
        if (plan is not SystolicOperatorPlan systolic || launch is not SystolicLaunch work)
            throw new SimulationException($"operator {plan.Node} was planned for {plan.Executor}: a systolic array cannot run it");
        SimTime start = _context.Simulator.Now;
        DoubleBuffer[] buffers = Buffers(systolic, work);
        _context.Enter(AcceleratorPhase.TransferIn);
        foreach (DoubleBuffer buffer in buffers)
        {
            if (!buffer.IsStore) buffer.Begin();
        }

        foreach (DoubleBuffer buffer in buffers) await buffer.Finish();
        _context.Enter(AcceleratorPhase.Compute);
        await Compute(buffers, work.Cycles);
        _context.Enter(AcceleratorPhase.TransferOut);
        foreach (DoubleBuffer buffer in buffers) await buffer.Finish();

        ArrayActivity activity = ArrayActivity.Of(work.Layer, work.Copies);
        ArrayEnergy energy = EnergyOf(systolic.Options);
        SimTime total = _context.Simulator.Now - start;
        return new KernelResult(Name(plan.Node), work.Layer.EffectiveMultiplyAccumulates * work.Copies, 0, energy.Of(activity, total)) { Leakage = energy.Leakage(total) };
    }

    /// <summary>The scratchpads with traffic. The ofmap scratchpad also has partial sums that come back.</summary>
    private DoubleBuffer[] Buffers(SystolicOperatorPlan plan, SystolicLaunch launch)
    {
        ImmutableArray<HostTransfer> transfers = plan.Transfers(launch);
        SystolicConfiguration array = plan.Options.Array;
        DoubleBuffer Of(string name, OperandRole role, bool isStore, int kilobytes) =>
            new(_context, name, transfers.Where(t => t.Role == role && t.IsStore == isStore), kilobytes * 1024L);
        DoubleBuffer[] buffers =
        [
            Of("ifmap", OperandRole.Input, isStore: false, array.IfmapKilobytes),
            Of("filter", OperandRole.Weight, isStore: false, array.FilterKilobytes),
            Of("partial sums", OperandRole.Output, isStore: false, array.OfmapKilobytes),
            Of("ofmap", OperandRole.Output, isStore: true, array.OfmapKilobytes),
        ];
        return [.. buffers.Where(buffer => buffer.Pieces > 0)];
    }

    /// <summary>Computes from one border between pieces to the next, and moves there what can be moved.</summary>
    private async Task Compute(DoubleBuffer[] buffers, long cycles)
    {
        for (long done = 0; ;)
        {
            long next = buffers.Length == 0 ? long.MaxValue : buffers.Min(buffer => buffer.NextCycle(cycles));
            long until = Math.Min(next, cycles);
            if (until > done) await _context.Simulator.Delay(_context.Clock.Cycles(until - done));
            done = until;
            if (next > cycles) return;
            foreach (DoubleBuffer buffer in buffers)
            {
                if (buffer.NextCycle(cycles) > done) continue;
                if (!buffer.IsIdle) _context.Enter(buffer.IsStore ? AcceleratorPhase.TransferOut : AcceleratorPhase.TransferIn);
                await buffer.Finish();
                _context.Enter(AcceleratorPhase.Compute);
                buffer.Step();
            }
        }
    }

    private ArrayEnergy EnergyOf(SystolicBackendOptions options)
    {
        if (_energy is { } known && ReferenceEquals(known.Options, options)) return known.Energy;
        ArrayEnergy energy = options.Energy ?? ArrayEnergy.Of(options.Array, options.Precision, _context.Clock.Frequency);
        _energy = (options, energy);
        return energy;
    }

    private static string Name(Node node) => node.Kind switch
    {
        OperatorKind.InnerProduct => "systolic inner product",
        OperatorKind.ConvolutionDepthwise => "systolic depthwise convolution",
        _ => "systolic convolution",
    };
}
