using Smaug.Core;
using Smaug.Core.Execution;

namespace Smaug.Sweeps;

/// <summary>How a sweep is run. Its results do not depend on it.</summary>
public sealed record SweepOptions
{
    /// <summary>The SoC that parameters change; default the tutorial's.</summary>
    public SocConfiguration Soc { get; init; } = new();

    /// <summary>Which loops of the kernels are sampled; default none.</summary>
    public Sampling Sampling { get; init; } = Sampling.Off;

    /// <summary>Points that run at the same time, at least 1; default the number of processors.</summary>
    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Folder that keeps each finished point, so that a sweep that was interrupted goes on where it ended; null to keep nothing.
    /// A point is taken from there only if SoC, network, sampling and version of the library are the same.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Told after each point, from any thread.</summary>
    public IProgress<SweepProgress>? Progress { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Require.Range("SweepOptions.Jobs", Jobs, 1, 1024);
        Sampling.Validate();
    }
}

/// <summary>How far a sweep has come.</summary>
/// <param name="Done">Points that are finished.</param>
/// <param name="Total">Points of the sweep.</param>
/// <param name="Resumed">Points that an earlier sweep had finished, so far.</param>
public readonly record struct SweepProgress(int Done, int Total, int Resumed);
