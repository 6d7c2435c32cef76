using Smaug.Core.Tensors;

namespace Smaug.Core.Graphs;

/// <summary>Asks one source after another; the first that has values gives them.</summary>
/// <param name="sources">The sources in order.</param>
public sealed class CombinedParameterSource(params IReadOnlyList<IParameterSource> sources) : IParameterSource
{
    /// <inheritdoc/>
    public Tensor? Find(TensorSpec tensor)
    {
        foreach (IParameterSource source in sources)
        {
            if (source.Find(tensor) is { } found) return found;
        }

        return null;
    }
}
