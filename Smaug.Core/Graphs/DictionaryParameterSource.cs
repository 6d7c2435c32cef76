using Smaug.Core.Tensors;

namespace Smaug.Core.Graphs;

/// <summary>Gives values out of a set of tensors, by name.</summary>
public sealed class DictionaryParameterSource : IParameterSource
{
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    /// <summary>Takes a set of tensors; of several with one name the first counts.</summary>
    public DictionaryParameterSource(IEnumerable<Tensor> tensors)
    {
        foreach (Tensor tensor in tensors) _tensors.TryAdd(tensor.Name, tensor);
    }

    /// <summary>Takes a set of tensors under other names than their own; of several with one name the first counts.</summary>
    public DictionaryParameterSource(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        foreach ((string name, Tensor tensor) in tensors) _tensors.TryAdd(name, tensor);
    }

    /// <inheritdoc/>
    public Tensor? Find(TensorSpec tensor)
    {
        if (!_tensors.TryGetValue(tensor.Name, out Tensor? given)) return null;
        if (given.Type != tensor.Type || !given.Shape.Dimensions.SequenceEqual(tensor.Shape.Dimensions))
        {
            throw new ModelException($"values of tensor '{tensor.Name}': given are {given.Shape} {given.Type}; {tensor.Shape} {tensor.Type} would fit");
        }

        if (given.Shape.StorageSize == tensor.Shape.StorageSize) return given;
        var padded = new Tensor(tensor);
        TensorCopy.Elements(padded, given);
        return padded;
    }
}
