using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Smaug.Core.Formats.Onnx.Protos;
using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats.Onnx.Export;

/// <summary>Adds nodes, constants and names to an ONNX graph.</summary>
internal sealed class NodeWriter
{
    // The fields of an attribute's type.
    private const int FloatAttribute = 1, IntAttribute = 2, IntsAttribute = 7;

    // Two gibibytes in all, with room for the nodes.
    private const long MaximumBytes = int.MaxValue - (64L << 20);

    private string _node = "";
    private bool _isNamed;
    private long _bytes;
    private int _tensors;

    public GraphProto Graph { get; } = new();

    /// <summary>Begins the nodes that stand for one operator.</summary>
    public void Begin(string node)
    {
        _node = node;
        _isNamed = false;
        _tensors = 0;
    }

    /// <summary>A name for a tensor between the nodes of one operator.</summary>
    public string Temporary(string part = "value") => string.Create(CultureInfo.InvariantCulture, $"{_node}:{part}{_tensors++}");

    /// <summary>Adds a node that does an operator's work; the first one has the operator's name.</summary>
    public void Main(string operation, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        Add(_isNamed ? Temporary(operation) : _node, operation, inputs, outputs, attributes);
        _isNamed = true;
    }

    /// <inheritdoc cref="Main(string, string[], string[], ValueTuple{string, object}[])"/>
    public void Main(string operation, string[] inputs, string output, params (string Name, object Value)[] attributes) =>
        Main(operation, inputs, [output], attributes);

    /// <summary>Adds a node beside the one that does the work.</summary>
    public void Add(string operation, string[] inputs, string output, params (string Name, object Value)[] attributes) =>
        Add(Temporary(operation), operation, inputs, [output], attributes);

    public string Add(string operation, string[] inputs, params (string Name, object Value)[] attributes)
    {
        string output = Temporary();
        Add(operation, inputs, output, attributes);
        return output;
    }

    public string Transpose(string input, long[] order) => Add("Transpose", [input], ("perm", order));

    public string Reshape(string input, long[] dims) => Add("Reshape", [input, Integers("shape", dims)]);

    public void Reshape(string input, TensorShape shape, string output) =>
        Add("Reshape", [input, Integers("shape", [.. shape.ToImmutableArray().Select(d => (long)d)])], output);

    public string Integers(string part, long[] values)
    {
        string name = Temporary(part);
        Graph.Initializer.Add(new TensorProto { Name = name, DataType = (int)ElementType.Int64, Dims = { values.Length }, Int64Data = { values } });
        return name;
    }

    public string Scalar(string part, float value, DataType type) => Uniform(Temporary(part), [], 1, value, type);

    public string Ones(int count, DataType type) => Uniform(Temporary("ones"), [count], count, 1, type);

    /// <exception cref="ModelException">The file would have more bytes than the format allows.</exception>
    public void Initializer(string name, Tensor values)
    {
        byte[] bytes = LogicalBytes(values);
        _bytes += bytes.Length;
        if (_bytes > MaximumBytes) throw new ModelException($"tensor '{name}' {values.Shape}: with it the parameters take {_bytes} bytes; an ONNX file holds at most {MaximumBytes}");
        var tensor = new TensorProto { Name = name, DataType = (int)TypeOf(values.Type), RawData = UnsafeByteOperations.UnsafeWrap(bytes) };
        tensor.Dims.Add(values.Shape.ToImmutableArray().Select(d => (long)d));
        Graph.Initializer.Add(tensor);
    }

    public static ValueInfoProto Value(string name, TensorSpec tensor)
    {
        var shape = new TensorShapeProto();
        foreach (int size in tensor.Shape.Dimensions) shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = size });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TypeOf(tensor.Type), Shape = shape } } };
    }

    private string Uniform(string name, int[] dims, int count, float value, DataType type)
    {
        var values = new float[count];
        Array.Fill(values, value);
        TensorShape shape = new([count], DataLayout.N);
        TensorProto tensor = new() { Name = name, DataType = (int)TypeOf(type), RawData = ByteString.CopyFrom(LogicalBytes(Tensor.FromSingles(new TensorSpec(name, type, shape), values))) };
        tensor.Dims.Add(dims.Select(d => (long)d));
        Graph.Initializer.Add(tensor);
        return name;
    }

    private void Add(string name, string operation, string[] inputs, string[] outputs, (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { Name = name, OpType = operation, Input = { inputs }, Output = { outputs } };
        foreach ((string attribute, object value) in attributes) node.Attribute.Add(Attribute(attribute, value));
        Graph.Node.Add(node);
    }

    /// <summary>The elements without alignment padding, as ONNX's raw data hold them.</summary>
    private static byte[] LogicalBytes(Tensor tensor) => tensor.Type switch
    {
        DataType.Bool => MemoryMarshal.AsBytes<bool>(tensor.ToArray<bool>()).ToArray(),
        DataType.Float16 => MemoryMarshal.AsBytes<Half>(tensor.ToArray<Half>()).ToArray(),
        DataType.Float64 => MemoryMarshal.AsBytes<double>(tensor.ToArray<double>()).ToArray(),
        DataType.Int32 => MemoryMarshal.AsBytes<int>(tensor.ToArray<int>()).ToArray(),
        DataType.Int64 => MemoryMarshal.AsBytes<long>(tensor.ToArray<long>()).ToArray(),
        _ => MemoryMarshal.AsBytes<float>(tensor.ToArray<float>()).ToArray(),
    };

    private static ElementType TypeOf(DataType type) => type switch
    {
        DataType.Bool => ElementType.Bool,
        DataType.Float16 => ElementType.Float16,
        DataType.Float64 => ElementType.Double,
        DataType.Int32 => ElementType.Int32,
        DataType.Int64 => ElementType.Int64,
        _ => ElementType.Float,
    };

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        float number => new AttributeProto { Name = name, Type = FloatAttribute, F = number },
        long number => new AttributeProto { Name = name, Type = IntAttribute, I = number },
        _ => new AttributeProto { Name = name, Type = IntsAttribute, Ints = { (long[])value } },
    };
}
