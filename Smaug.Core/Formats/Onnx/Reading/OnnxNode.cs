using Google.Protobuf;
using Smaug.Core.Formats.Onnx.Protos;

namespace Smaug.Core.Formats.Onnx.Reading;

/// <summary>An operator of an ONNX graph with its attributes and the tensors that it reads and makes.</summary>
internal sealed class OnnxNode
{
    // Axes, bounds and sizes: one or two for each dimension, one for each piece of a split.
    private const int MaximumNumbers = 1 << 20;

    private readonly NodeProto _proto;
    private readonly TensorReader _tensors;
    private readonly string _source;

    public OnnxNode(NodeProto proto, long opset, TensorReader tensors, string source)
    {
        _proto = proto;
        _tensors = tensors;
        _source = source;
        Opset = opset;
        Name = proto.Name.Length > 0 ? proto.Name : proto.Output.FirstOrDefault(o => o.Length > 0) ?? proto.OpType;
        Outputs = new OnnxValue?[proto.Output.Count];
        Inputs = new OnnxValue?[proto.Input.Count];
    }

    /// <summary>Its name, or that of its first output where it has none.</summary>
    public string Name { get; }

    /// <summary>The operator; those of other domains than ONNX's own carry the domain's name.</summary>
    public string Operator => _proto.Domain is "" or "ai.onnx" ? _proto.OpType : $"{_proto.Domain}.{_proto.OpType}";

    /// <summary>Version of ONNX's operator set.</summary>
    public long Opset { get; }

    /// <summary>What it reads; null for optional inputs that are left out.</summary>
    public OnnxValue?[] Inputs { get; }

    /// <summary>What it makes; null for outputs that nobody names.</summary>
    public OnnxValue?[] Outputs { get; }

    public OnnxValue Output => Outputs.Length > 0 && Outputs[0] is { } output ? output : throw Error("it has no first output");

    public IReadOnlyList<string> InputNames => _proto.Input;

    public IReadOnlyList<string> OutputNames => _proto.Output;

    /// <summary>An input that may be left out.</summary>
    public OnnxValue? Optional(int index) => index < Inputs.Length ? Inputs[index] : null;

    /// <summary>An input that must be there.</summary>
    public OnnxValue Input(int index = 0) => Optional(index) ?? throw Error($"input {index} is missing");

    public bool Has(string attribute) => Find(attribute) is not null;

    public long Int(string attribute, long fallback) => Find(attribute)?.I ?? fallback;

    public float Float(string attribute, float fallback) => Find(attribute)?.F ?? fallback;

    public string Text(string attribute, string fallback) => Find(attribute)?.S.ToStringUtf8() ?? fallback;

    public float[]? Floats(string attribute) => Find(attribute)?.Floats.ToArray();

    public int[]? Ints(string attribute)
    {
        if (Find(attribute) is not { } found) return null;
        return Array.ConvertAll(found.Ints.ToArray(), value => Narrow(value, attribute));
    }

    public OnnxConstant? Tensor(string attribute) => Find(attribute)?.T is { } tensor ? _tensors.Read(tensor) : null;

    /// <summary>Whole numbers that are an attribute in old operator sets and an input in new ones.</summary>
    /// <param name="attribute">Name of the attribute.</param>
    /// <param name="input">Index of the input.</param>
    /// <param name="values">The numbers; null when neither is there.</param>
    /// <returns>False when the input is computed while the model runs.</returns>
    public bool TryInts(string attribute, int input, out int[]? values)
    {
        values = Ints(attribute);
        if (values is not null || Optional(input) is not { } value) return true;
        if (value.Constant is not { } constant) return false;
        if (constant.Count > MaximumNumbers) throw Error($"input {input} '{value.Name}' ({attribute}) has {constant.Count} elements; at most {MaximumNumbers} would fit");
        values = Array.ConvertAll(constant.Integers(), v => (int)Math.Clamp(v, int.MinValue, int.MaxValue));
        return true;
    }

    /// <summary>An axis counted from the front.</summary>
    public int Axis(long axis, int rank)
    {
        long counted = axis < 0 ? axis + rank : axis;
        return counted >= 0 && counted < rank ? (int)counted : throw Error($"axis {axis} of a tensor of {rank} dimensions; {-rank} to {rank - 1} would fit");
    }

    public int Narrow(long value, string what) => value is >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw Error($"{what} {value}: {int.MinValue} to {int.MaxValue} would fit");

    public InputFormatException Error(string detail) => new(_source, 0, 0, $"node '{Name}' ({Operator}): {detail}");

    public override string ToString() => $"{Name} ({Operator})";

    private AttributeProto? Find(string name) => _proto.Attribute.FirstOrDefault(a => a.Name == name);
}
