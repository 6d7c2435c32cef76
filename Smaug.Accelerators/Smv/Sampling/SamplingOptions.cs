using Smaug.Core;

namespace Smaug.Accelerators.Smv.Sampling;

/// <summary>
/// How loops of SMV kernels are sampled: a sampled loop runs a few iterations, and its time is scaled by all to run. Values
/// computed under sampling mean nothing.
/// </summary>
public sealed record SamplingOptions
{
    /// <summary>Which loops are sampled. Default none.</summary>
    public SamplingLevel Level { get; init; }

    /// <summary>Iterations that a sampled loop runs, at least 1; default 1. Pipelined loops run at least 2.</summary>
    public int Iterations { get; init; } = 1;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Level)) throw new ConfigurationException($"sampling Level = {Level}: must be No, Low, Medium, High or VeryHigh");
        if (Iterations < 1) throw new ConfigurationException($"sampling Iterations = {Iterations}: must be at least 1");
    }
}
