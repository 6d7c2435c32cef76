using System.Globalization;
using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats.Onnx.Import;

/// <summary>
/// The tensors of the network that is being built, and the forms in which operators take them: dimensions, layout,
/// constants as Data.
/// </summary>
internal sealed class TensorForms(ModelBuilder model)
{
    private readonly Dictionary<OnnxValue, ImportedTensor> _tensors = [];
    private readonly Dictionary<(OnnxConstant, DataLayout), ModelTensor> _data = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public ImportParameters Parameters { get; } = new();

    /// <summary>Smaug's element type for one of ONNX's; floating-point types become the backend's.</summary>
    public DataType TypeOf(ElementType type) => type switch
    {
        _ when type.IsFloat() => model.Backend.DataType,
        ElementType.Int32 => DataType.Int32,
        ElementType.Int64 => DataType.Int64,
        ElementType.Bool => DataType.Bool,
        _ => throw new UnsupportedOperatorException($"element type {type} does not exist; floating-point types, Int32, Int64 and Bool do"),
    };

    public void Set(OnnxValue value, ImportedTensor tensor) => _tensors[value] = tensor;

    /// <summary>A tensor given from outside, under its own name.</summary>
    public ImportedTensor Input(OnnxValue value)
    {
        int[] dims = Known(value);
        ModelTensor outside = model.Tensor(ImportedTensor.Stored(dims), ImportedTensor.LayoutOf(dims.Length), UniqueName(value.Name), TypeOf(value.Type));
        return new ImportedTensor(model.Data(outside, NodeName(value.Name)), dims);
    }

    /// <summary>A tensor as it is; images may have their channels innermost.</summary>
    public ImportedTensor Get(OnnxValue value)
    {
        if (value.Constant is { } constant) return Constant(value.Name, constant);
        return _tensors.TryGetValue(value, out ImportedTensor tensor) ? tensor : throw new UnsupportedOperatorException($"its input '{value.Name}' is not known");
    }

    /// <summary>A tensor in ONNX's order.</summary>
    public ImportedTensor Ordered(OnnxValue value) => Ordered(Get(value));

    /// <inheritdoc cref="Ordered(OnnxValue)"/>
    public ImportedTensor Ordered(ImportedTensor tensor) => tensor.IsChannelsLast ? tensor with { Tensor = model.Reorder(tensor.Tensor, DataLayout.NCHW) } : tensor;

    /// <summary>A tensor with ones in front up to a rank, in a layout.</summary>
    public ImportedTensor InForm(OnnxValue value, int rank, DataLayout layout)
    {
        if (value.Constant is { } constant) return Constant(value.Name, constant.Reshape(Dims.Expand(constant.Dimensions, rank)), layout);
        ImportedTensor tensor = Get(value);
        if (tensor.Rank == rank && tensor.Tensor.Shape.Layout == layout) return tensor;
        tensor = Reshape(tensor, Dims.Expand(tensor.Dimensions, rank), value.Name);
        return tensor.Tensor.Shape.Layout == layout ? tensor : tensor with { Tensor = model.Reorder(tensor.Tensor, layout) };
    }

    /// <summary>A constant as Data, in ONNX's order.</summary>
    public ImportedTensor Constant(string name, OnnxConstant constant) => Constant(name, constant, ImportedTensor.LayoutOf(constant.Dimensions.Length));

    /// <summary>A constant as Data, in a layout; NHWC and CN turn its dimensions.</summary>
    public ImportedTensor Constant(string name, OnnxConstant constant, DataLayout layout)
    {
        if (constant.Dimensions.AsSpan().Contains(0)) throw new UnsupportedOperatorException($"'{name}' {Dims.Text(constant.Dimensions)} has no elements; every dimension must be at least 1");
        if (_data.TryGetValue((constant, layout), out ModelTensor? known)) return new ImportedTensor(known, constant.Dimensions);
        DataType type = TypeOf(constant.Type);
        OnnxConstant stored = layout == DataLayout.NHWC ? constant.Transpose([0, 2, 3, 1]) : constant;
        string unique = UniqueName(name);
        ModelTensor outside = model.Tensor(ImportedTensor.Stored(stored.Dimensions), layout, unique, type);
        Parameters.Add(unique, stored);
        ModelTensor data = model.Data(outside, NodeName(name));
        _data.Add((constant, layout), data);
        return new ImportedTensor(data, constant.Dimensions);
    }

    /// <summary>A constant whose elements are equal, as Data.</summary>
    public ModelTensor Uniform(int[] storedDims, DataLayout layout, float value, string name)
    {
        var constant = new OnnxConstant(ElementType.Float, storedDims, () =>
        {
            var values = new float[Dims.Count(storedDims)];
            Array.Fill(values, value);
            return values;
        });
        string unique = UniqueName(name);
        Parameters.Add(unique, constant);
        return model.Data(model.Tensor(storedDims, layout, unique), NodeName(name));
    }

    /// <summary>Other dimensions for the same elements in ONNX's order.</summary>
    public ImportedTensor Reshape(ImportedTensor tensor, int[] dims, string name)
    {
        // A single pixel, or a single channel, has its elements in one order in both layouts.
        bool sameOrder = tensor.IsChannelsLast && (tensor.Dimensions[1] == 1 || (tensor.Dimensions[2] == 1 && tensor.Dimensions[3] == 1));
        if (!sameOrder) tensor = Ordered(tensor);
        int[] stored = ImportedTensor.Stored(dims);
        DataLayout layout = ImportedTensor.LayoutOf(dims.Length);
        bool same = tensor.Tensor.Shape.Layout == layout && tensor.Tensor.Shape.Dimensions.SequenceEqual(stored);
        return new ImportedTensor(same ? tensor.Tensor : model.Reshape(tensor.Tensor, stored, layout, $"{NodeName(name)}:reshape"), dims);
    }

    /// <summary>
    /// Another order of dimensions. Each step brings the dimension that is wanted next in front of those before it: an
    /// exchange of two neighbouring blocks, which is a change between NCT and NTC.
    /// </summary>
    public ImportedTensor Transpose(ImportedTensor tensor, int[] permutation, string name)
    {
        // Images with channels innermost need no turning back first.
        List<int> order = tensor.IsChannelsLast ? [0, 2, 3, 1] : [.. Enumerable.Range(0, tensor.Rank)];
        int[] wanted = Array.ConvertAll(permutation, axis => tensor.Dimensions[axis]);
        ModelTensor current = tensor.Tensor;
        for (int i = 0; i < permutation.Length; i++)
        {
            int at = order.IndexOf(permutation[i]);
            if (at == i) continue;
            long Size(int from, int to) => order.GetRange(from, to - from).Aggregate(1L, (size, axis) => size * tensor.Dimensions[axis]);
            (int batch, int x, int y) = ((int)Size(0, i), (int)Size(i, at), (int)Size(at, order.Count));
            if (x != 1 && y != 1)
            {
                current = model.Reshape(current, [batch, x, y], DataLayout.NCT, $"{NodeName(name)}:blocks");
                current = model.Reorder(current, DataLayout.NTC, NodeName(name));
            }

            List<int> front = order.GetRange(i, at - i);
            order.RemoveRange(i, at - i);
            order.AddRange(front);
        }

        DataLayout layout = ImportedTensor.LayoutOf(wanted.Length);
        bool same = current.Shape.Layout == layout && current.Shape.Dimensions.SequenceEqual(ImportedTensor.Stored(wanted));
        return new ImportedTensor(same ? current : model.Reshape(current, ImportedTensor.Stored(wanted), layout, $"{NodeName(name)}:reshape"), wanted);
    }

    /// <summary>The sizes of a tensor; every one at least 1.</summary>
    public static int[] Known(OnnxValue value)
    {
        if (value.Dimensions is not { } dims) throw new UnsupportedOperatorException($"the shape of '{value.Name}' depends on values that are computed while the model runs");
        if (dims.AsSpan().Contains(0)) throw new UnsupportedOperatorException($"'{value.Name}' {Dims.Text(dims)} has no elements; every dimension must be at least 1");
        return dims;
    }

    /// <summary>A name that can stand for a node.</summary>
    public static string NodeName(string name) => name.Length > 0 ? name : "onnx";

    private string UniqueName(string name)
    {
        string candidate = NodeName(name);
        for (int i = 1; !_names.Add(candidate); i++) candidate = string.Create(CultureInfo.InvariantCulture, $"{NodeName(name)}_{i}");
        return candidate;
    }
}
