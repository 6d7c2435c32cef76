namespace Smaug.Core.Execution;

/// <summary>
/// How many loops of a kernel are sampled: run for a few iterations and scaled up. The levels are those of SMAUG's option
/// <c>--sample-level</c>; each contains the ones before it.
/// </summary>
public enum SamplingLevel
{
    /// <summary>Every iteration is simulated.</summary>
    None = 0,

    /// <summary>Convolution: blocks of 8 output channels.</summary>
    Low = 1,

    /// <summary>Convolution: also kernel rows and columns.</summary>
    Medium = 2,

    /// <summary>Convolution: also blocks of 32 input channels.</summary>
    High = 3,

    /// <summary>Convolution: also output rows and columns; loops of the other kernels.</summary>
    VeryHigh = 4,
}

/// <summary>How kernels are sampled.</summary>
/// <param name="Level">Which loops are sampled; default none.</param>
/// <param name="Iterations">Iterations of a sampled loop that are run; at least 1.</param>
public readonly record struct Sampling(SamplingLevel Level, int Iterations = 1)
{
    /// <summary>Every iteration is simulated.</summary>
    public static Sampling Off => new(SamplingLevel.None, 1);

    /// <summary>Iterations of a loop that are run, when the loop is sampled from a level on.</summary>
    /// <param name="total">Iterations of the whole loop.</param>
    /// <param name="from">The lowest level at which the loop is sampled.</param>
    /// <param name="atLeast">Iterations that a sampled loop runs at least, as far as it has them; default 1.</param>
    public long Run(long total, SamplingLevel from, int atLeast = 1) => Level >= from ? Math.Min(total, Math.Max(atLeast, Iterations)) : total;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Level)) throw new ConfigurationException($"sampling level {(int)Level}: must be 0 (no) to 4 (very high)");
        if (Iterations < 1) throw new ConfigurationException($"sampled iterations {Iterations}: must be at least 1");
    }
}
