using Smaug.Accelerators.Aladdin;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Custom;

/// <summary>
/// An accelerator whose kernel is a trace: loads a launch's data, computes for the cycles of the trace's schedule, stores the
/// results. <c>docs/tracing.md</c> shows one. (A trace that moves data itself while it computes: <see cref="Aladdin.Device.AladdinDevice"/>.)
/// </summary>
/// <typeparam name="TShape">What a trace depends on.</typeparam>
public sealed class TracedAccelerator<TShape> : IAccelerator
    where TShape : struct
{
    private readonly AcceleratorContext _context;
    private readonly TracedKernels<TShape> _kernels;
    private readonly Func<OperatorPlan, KernelLaunch, TShape?> _shape;
    private readonly IAccelerator? _otherwise;

    /// <summary>Creates an accelerator for a place in an SoC's pool.</summary>
    /// <param name="context">What the SoC gives it.</param>
    /// <param name="kernels">The kernel, shared by the pool so that a shape is scheduled once.</param>
    /// <param name="shape">The shape of a launch; null when this accelerator does not run it.</param>
    /// <param name="otherwise">Runs the launches that this one does not; null when there are none.</param>
    public TracedAccelerator(AcceleratorContext context, TracedKernels<TShape> kernels, Func<OperatorPlan, KernelLaunch, TShape?> shape, IAccelerator? otherwise = null)
    {
        _context = context;
        _kernels = kernels;
        _shape = shape;
        _otherwise = otherwise;
    }

    /// <inheritdoc/>
    /// <exception cref="SimulationException">The trace and the datapath do not fit together, or no accelerator runs the launch.</exception>
    public Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch)
    {
        if (_shape(plan, launch) is not { } shape) return KernelFigures.RunOtherwise(_otherwise, plan, launch);
        AladdinResult result = _kernels.Run(shape);
        var dynamic = new Energy((result.Power.UnitDynamic + result.Power.MemoryDynamic) * result.Cycles * result.CycleTimeNanoseconds);
        return new KernelFigures(_kernels.Name, result.Cycles, _kernels.MultiplyAccumulates(shape), dynamic, result.Power.UnitLeakage + result.Power.MemoryLeakage)
            .RunAsync(_context, plan, launch);
    }
}
