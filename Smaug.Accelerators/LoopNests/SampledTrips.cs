namespace Smaug.Accelerators.LoopNests;

/// <summary>Trip count of a loop of which only some iterations are run.</summary>
/// <param name="Total">Iterations of the whole loop.</param>
/// <param name="Run">Iterations that are run, 1 to <paramref name="Total"/>.</param>
public readonly record struct SampledTrips(long Total, long Run)
{
    /// <summary>A loop that runs in full.</summary>
    public static SampledTrips All(long total) => new(total, total);

    /// <summary>Iterations each one that is run stands for.</summary>
    public double Factor => Run == 0 ? 1 : (double)Total / Run;

    /// <summary>Whether some iterations are left out.</summary>
    public bool IsSampled => Run < Total;

    /// <summary>
    /// Cycles to add for the iterations left out: the time of those that were run times the factor less one, and the same
    /// for every loop within, which the factor of this loop multiplies.
    /// </summary>
    /// <param name="runCycles">Cycles of the iterations that were run.</param>
    /// <param name="within">Cycles to add for the loops inside those iterations.</param>
    public double Upsample(double runCycles, double within) => runCycles * (Factor - 1) + Factor * within;
}
