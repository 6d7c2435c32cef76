using Smaug.Accelerators.LoopNests;
using Smaug.Core;
using Smaug.Core.Execution;

namespace Smaug.Accelerators.Custom;

/// <summary>
/// An accelerator whose kernels are described by their loops: loads a launch's data, computes for the cycles of
/// <see cref="LoopNestModel"/>, stores the results. <c>docs/soc.md</c> shows one.
/// </summary>
public sealed class LoopNestAccelerator : IAccelerator
{
    private readonly AcceleratorContext _context;
    private readonly Func<OperatorPlan, KernelLaunch, LoopNestKernel?> _describe;
    private readonly IAccelerator? _otherwise;

    /// <summary>Creates an accelerator for a place in an SoC's pool.</summary>
    /// <param name="context">What the SoC gives it.</param>
    /// <param name="describe">The kernel that runs a launch; null when this accelerator does not run it.</param>
    /// <param name="otherwise">Runs the launches that this one does not; null when there are none.</param>
    public LoopNestAccelerator(AcceleratorContext context, Func<OperatorPlan, KernelLaunch, LoopNestKernel?> describe, IAccelerator? otherwise = null)
    {
        _context = context;
        _describe = describe;
        _otherwise = otherwise;
    }

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The description is not valid.</exception>
    public Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch)
    {
        if (_describe(plan, launch) is not { } kernel) return KernelFigures.RunOtherwise(_otherwise, plan, launch);
        LoopNestResult result = LoopNestModel.Evaluate(kernel);
        return new KernelFigures(kernel.Name, result.Cycles, kernel.MultiplyAccumulates, result.DynamicEnergy, result.LeakageMilliwatts).RunAsync(_context, plan, launch);
    }
}
