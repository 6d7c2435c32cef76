namespace Smaug.Accelerators.Smv;

/// <summary>One loop of a kernel launch under sampling.</summary>
/// <param name="Label">Label of the loop in the kernel's source, for example <c>ofmap_block_iteration</c>.</param>
/// <param name="Total">Iterations that the launch has.</param>
/// <param name="Run">Iterations that are run, 1 to <paramref name="Total"/>.</param>
public readonly record struct SampledLoop(string Label, int Total, int Run)
{
    /// <summary>Factor by which the time of the iterations run is scaled: total / run.</summary>
    public float Factor => (float)(Total * 1.0 / Run);
}
