using System.Collections.Immutable;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic;

/// <summary>A network as SCALE-Sim sees it: layers that run one after the other. Immutable.</summary>
/// <param name="Name">Name.</param>
/// <param name="Layers">The layers in order.</param>
public sealed record SystolicTopology(string Name, ImmutableArray<SystolicLayer> Layers)
{
    /// <summary>Multiply-accumulates of all layers, dense.</summary>
    public long MultiplyAccumulates
    {
        get
        {
            long sum = 0;
            foreach (SystolicLayer layer in Layers) sum = checked(sum + layer.MultiplyAccumulates);
            return sum;
        }
    }

    /// <summary>The topology with one more layer at its end.</summary>
    public SystolicTopology Append(SystolicLayer layer) => this with { Layers = Layers.Add(layer) };

    /// <summary>Checks every layer.</summary>
    /// <exception cref="ConfigurationException">There is no layer, or one is not valid.</exception>
    public void Validate()
    {
        if (Layers.IsDefaultOrEmpty) throw new ConfigurationException($"topology '{Name}' has no layers");
        foreach (SystolicLayer layer in Layers) layer.Validate();
    }
}
