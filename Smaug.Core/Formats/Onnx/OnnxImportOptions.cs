using System.Collections.Immutable;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats.Onnx;

/// <summary>What an ONNX file leaves open and a simulation must know: sizes, and inputs that decide shapes.</summary>
public sealed record OnnxImportOptions
{
    /// <summary>
    /// Sizes of symbolic dimensions by their name in the file, for example <c>batch</c> = 1. A dimension without size and name is
    /// called <c>INPUT:AXIS</c>, for example <c>data:0</c>.
    /// </summary>
    public ImmutableDictionary<string, int> Dimensions { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>
    /// Values of graph inputs, by name, that are fixed for good and treated like initializers: the target of a reshape, the
    /// bounds of a slice, weights.
    /// </summary>
    public ImmutableDictionary<string, Tensor> Constants { get; init; } = ImmutableDictionary<string, Tensor>.Empty;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A size is not positive.</exception>
    public void Validate()
    {
        foreach ((string name, int size) in Dimensions)
        {
            if (size < 1) throw new ConfigurationException($"Dimensions[\"{name}\"] = {size}: must be at least 1");
        }
    }
}
