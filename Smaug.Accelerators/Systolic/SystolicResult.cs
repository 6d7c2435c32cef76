using System.Collections.Immutable;

namespace Smaug.Accelerators.Systolic;

/// <summary>What the simulation of a topology found.</summary>
/// <param name="Topology">The layers.</param>
/// <param name="Configuration">The configuration.</param>
/// <param name="Layers">One result per layer, in order.</param>
public sealed record SystolicResult(SystolicTopology Topology, SystolicConfiguration Configuration, ImmutableArray<LayerResult> Layers)
{
    /// <summary>Cycles of all layers, one after the other.</summary>
    public long TotalCycles
    {
        get
        {
            long sum = 0;
            foreach (LayerResult layer in Layers) sum += layer.TotalCycles;
            return sum;
        }
    }

    /// <summary>Multiply-accumulates per processing element and cycle over all layers, in %.</summary>
    public double OverallUtilizationPercent =>
        100.0 * Topology.MultiplyAccumulates / ((double)TotalCycles * Configuration.Rows * Configuration.Columns);
}
