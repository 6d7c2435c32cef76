using Google.Protobuf;
using Smaug.Core.Formats.Onnx;
using Smaug.Core.Formats.Onnx.Protos;
using Smaug.Core.Formats.Onnx.Reading;

namespace Smaug.Tests.Onnx;

/// <summary>A small ONNX model that a test writes down node by node.</summary>
internal sealed class OnnxTestModel
{
    public ModelProto Proto { get; } = new() { IrVersion = 8, Graph = new GraphProto { Name = "net" }, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };

    public OnnxTestModel Opset(long version)
    {
        Proto.OpsetImport[0].Version = version;
        return this;
    }

    /// <summary>An input of floats; a size may be a name.</summary>
    public OnnxTestModel Input(string name, params object[] dims)
    {
        Proto.Graph.Input.Add(Value(name, ElementType.Float, dims));
        return this;
    }

    public OnnxTestModel Input(string name, ElementType type, params object[] dims)
    {
        Proto.Graph.Input.Add(Value(name, type, dims));
        return this;
    }

    public OnnxTestModel Output(string name)
    {
        Proto.Graph.Output.Add(new ValueInfoProto { Name = name });
        return this;
    }

    public OnnxTestModel Floats(string name, long[] dims, params float[] values)
    {
        Proto.Graph.Initializer.Add(new TensorProto { Name = name, Dims = { dims }, DataType = 1, FloatData = { values } });
        return this;
    }

    public OnnxTestModel Integers(string name, params long[] values)
    {
        Proto.Graph.Initializer.Add(new TensorProto { Name = name, Dims = { values.Length }, DataType = 7, Int64Data = { values } });
        return this;
    }

    /// <summary>A node; its inputs and outputs are separated by spaces.</summary>
    public OnnxTestModel Node(string operation, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = operation, Name = $"{operation.ToLowerInvariant()}{Proto.Graph.Node.Count}" };
        node.Input.Add(inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(i => i == "-" ? "" : i));
        node.Output.Add(outputs.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        node.Attribute.Add(attributes.Select(a => Attribute(a.Name, a.Value)));
        Proto.Graph.Node.Add(node);
        return this;
    }

    public OnnxModel Read(OnnxImportOptions? options = null) => OnnxFile.Read(new MemoryStream(Proto.ToByteArray()), "net.onnx", options);

    public void Save(string path) => File.WriteAllBytes(path, Proto.ToByteArray());

    private static ValueInfoProto Value(string name, ElementType type, object[] dims)
    {
        var shape = new TensorShapeProto();
        foreach (object dim in dims) shape.Dim.Add(dim is string symbol ? new TensorShapeProto.Types.Dimension { DimParam = symbol } : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(dim) });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        int number => new AttributeProto { Name = name, Type = 2, I = number },
        float number => new AttributeProto { Name = name, Type = 1, F = number },
        string text => new AttributeProto { Name = name, Type = 3, S = ByteString.CopyFromUtf8(text) },
        TensorProto tensor => new AttributeProto { Name = name, Type = 4, T = tensor },
        _ => new AttributeProto { Name = name, Type = 7, Ints = { (long[])value } },
    };
}
