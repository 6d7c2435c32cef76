using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats.Onnx.Import;

/// <summary>Gives the constants of an ONNX model, in the form in which the network's operators take them, when they are asked for.</summary>
internal sealed class ImportParameters : IParameterSource
{
    private readonly Dictionary<string, OnnxConstant> _constants = new(StringComparer.Ordinal);

    /// <summary>Adds a constant under the name of its tensor.</summary>
    public void Add(string name, OnnxConstant constant) => _constants.Add(name, constant);

    public bool Contains(string name) => _constants.ContainsKey(name);

    /// <inheritdoc/>
    public Tensor? Find(TensorSpec tensor)
    {
        if (!_constants.TryGetValue(tensor.Name, out OnnxConstant? constant)) return null;
        if (!ImportedTensor.Stored(constant.Dimensions).AsSpan().SequenceEqual(tensor.Shape.Dimensions))
        {
            throw new ModelException($"values of tensor '{tensor.Name}': the model has {Dims.Text(constant.Dimensions)}; {tensor.Shape} would fit");
        }

        return tensor.Type switch
        {
            DataType.Int32 => Tensor.FromValues<int>(tensor, Array.ConvertAll(constant.Integers(), v => (int)v)),
            DataType.Int64 => Tensor.FromValues<long>(tensor, constant.Integers()),
            DataType.Bool => Tensor.FromValues<bool>(tensor, Array.ConvertAll(constant.Integers(), v => v != 0)),
            _ => Tensor.FromSingles(tensor, constant.Singles()),
        };
    }
}
