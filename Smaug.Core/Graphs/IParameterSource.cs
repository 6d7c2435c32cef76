using Smaug.Core.Tensors;

namespace Smaug.Core.Graphs;

/// <summary>
/// Gives the values of a graph's Data nodes when they are asked for. A run that computes no values never asks, so a model
/// of any size can be timed without its weights in memory.
/// </summary>
public interface IParameterSource
{
    /// <summary>The values for a tensor (matched by name), or null when this source has none.</summary>
    /// <param name="tensor">Name, element type and shape that the values must have.</param>
    /// <exception cref="ModelException">There are values of that name, but of another size or type.</exception>
    Tensor? Find(TensorSpec tensor);
}
