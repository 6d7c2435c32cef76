using Smaug.Core.Execution;

namespace Smaug.Accelerators.Systems.Arrays;

/// <summary>A place of the pool with two accelerators, an array and an engine, one of which works at a time.</summary>
/// <param name="array">The array.</param>
/// <param name="engine">The engine beside it.</param>
/// <param name="runsOnArray">Whether a plan was made for the array.</param>
internal sealed class ArrayPlace(IAccelerator array, IAccelerator engine, Predicate<OperatorPlan> runsOnArray) : IAccelerator
{
    public double AreaSquareMicrometres => array.AreaSquareMicrometres + engine.AreaSquareMicrometres;

    public Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch) =>
        (runsOnArray(plan) ? array : engine).RunAsync(plan, launch);
}
