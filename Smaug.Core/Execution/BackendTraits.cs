using Smaug.Core.Tensors;

namespace Smaug.Core.Execution;

/// <summary>
/// What a model must know of the backend it is built for: element type, alignment and layouts. The backend itself, which
/// tiles and computes, is an <see cref="IBackend"/>.
/// </summary>
public sealed record BackendTraits
{
    /// <summary>Name, as it stands in model files, for example <c>SMV</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Elements to whose multiple the last dimension of every tensor is padded; 0 for none.</summary>
    public required int Alignment { get; init; }

    /// <summary>Element type of activations and weights.</summary>
    public required DataType DataType { get; init; }

    /// <summary>Layout of 4-D activations and convolution weights: <see cref="DataLayout.NCHW"/> or <see cref="DataLayout.NHWC"/>.</summary>
    public required DataLayout ActivationLayout { get; init; }

    /// <summary>
    /// Layout of inner-product weights: <see cref="DataLayout.NC"/> (neurons, activations) or <see cref="DataLayout.CN"/>
    /// (activations, neurons).
    /// </summary>
    public required DataLayout InnerProductWeightLayout { get; init; }
}
