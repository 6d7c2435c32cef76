using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Smaug.Core.Formats.Protos;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using DataLayout = Smaug.Core.Tensors.DataLayout;
using DataType = Smaug.Core.Tensors.DataType;
using Padding = Smaug.Core.Graphs.Padding;

namespace Smaug.Core.Formats;

/// <summary>Turns the message of a topology file into a graph.</summary>
/// <param name="source">Name of the file in errors.</param>
/// <param name="positions">Line and column where each message begins.</param>
internal sealed class GraphProtoReader(string source, IReadOnlyDictionary<object, (int Line, int Column)> positions)
{
    private readonly List<Tensor> _inline = [];

    /// <summary>Reads the graph; values that stand in the topology itself become its parameters.</summary>
    public Graph Read(GraphProto proto)
    {
        if (proto.Name.Length == 0) throw Error(proto, "the graph has no name; is this a SMAUG topology file?");
        if (proto.Backend.Length == 0) throw Error(proto, $"graph '{proto.Name}' has no backend; write for example: backend: \"SMV\"");
        var policy = (MemoryPolicy)(int)proto.MemPolicy;
        if (policy == MemoryPolicy.Unknown || !Enum.IsDefined(policy)) throw Error(proto, $"graph '{proto.Name}' has no known mem_policy; write AllDma, AllAcp or AllAcpWithDmaForWeights");
        if (proto.Nodes.Count == 0) throw Error(proto, $"graph '{proto.Name}' has no nodes");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var nodes = new List<Node>(proto.Nodes.Count);
        foreach (NodeProto node in proto.Nodes)
        {
            if (node.Name.Length == 0) throw Error(node, "the node has no name");
            if (!names.Add(node.Name)) throw Error(node, $"a node before this one is also named '{node.Name}'; names must be unique");
            nodes.Add(ReadNode(node));
        }

        return new Graph(proto.Name, proto.Backend, policy, nodes, _inline.Count > 0 ? new DictionaryParameterSource(_inline) : null);
    }

    private Node ReadNode(NodeProto node)
    {
        var kind = (OperatorKind)(int)node.Op;
        if (kind == OperatorKind.UnknownOp || !Enum.IsDefined(kind)) throw Error(node, $"node '{node.Name}' has no known op; use one of {string.Join(", ", Enum.GetNames<OperatorKind>()[1..])}");
        if (node.Parents.Count != node.SrcTensorsIndices.Count)
        {
            throw Error(node, $"node '{node.Name}' has {node.Parents.Count} parents but {node.SrcTensorsIndices.Count} src_tensors_indices; give one index per parent");
        }

        var parents = ImmutableArray.CreateBuilder<NodeInput>(node.Parents.Count);
        for (int i = 0; i < node.Parents.Count; i++) parents.Add(new NodeInput(node.Parents[i], node.SrcTensorsIndices[i]));
        return new Node
        {
            Name = node.Name,
            Kind = kind,
            Parents = parents.MoveToImmutable(),
            Inputs = [.. node.InputTensors.Select(t => ReadTensor(node, t))],
            Outputs = [.. node.OutputTensors.Select(t => ReadTensor(node, t))],
            Parameters = ReadParameters(node, kind),
            Activation = ReadActivation(node, kind),
        };
    }

    private TensorSpec ReadTensor(NodeProto node, TensorProto tensor)
    {
        if (tensor.Name.Length == 0) throw Error(tensor, $"a tensor of node '{node.Name}' has no name");
        var type = (DataType)(int)tensor.DataType;
        if (type == DataType.Unknown || !Enum.IsDefined(type)) throw Error(tensor, $"tensor '{tensor.Name}' has no known data_type; use Int32, Int64, Float16, Float32, Float64 or Bool");
        if (tensor.DataFormat is not (DataStorageFormat.UnknownStorageFormat or DataStorageFormat.Uncompressed)) throw Error(tensor, $"tensor '{tensor.Name}' has data_format {tensor.DataFormat}; only Uncompressed tensors can be run");
        if (tensor.Shape is null) throw Error(tensor, $"tensor '{tensor.Name}' has no shape");
        var layout = (DataLayout)(int)tensor.Shape.Layout;
        if (!Enum.IsDefined(layout)) throw Error(tensor.Shape, $"tensor '{tensor.Name}' has an unknown layout {(int)layout}");
        if (tensor.Shape.Dims.Count is 0 or > 8) throw Error(tensor.Shape, $"tensor '{tensor.Name}' has {tensor.Shape.Dims.Count} dims; 1 to 8 would fit");
        TensorSpec spec;
        try
        {
            spec = new TensorSpec(tensor.Name, type, new TensorShape([.. tensor.Shape.Dims], layout, tensor.Shape.Alignment));
        }
        catch (ModelException exception)
        {
            throw new InputFormatException(source, Line(tensor.Shape), Column(tensor.Shape), $"tensor '{tensor.Name}': {exception.Message}", exception);
        }

        if (tensor.Data is not null) _inline.Add(TensorDataCodec.Decode(tensor.Data, spec, source));
        return spec;
    }

    private OperatorParameters? ReadParameters(NodeProto node, OperatorKind kind)
    {
        Params? value = node.Params;
        switch (kind)
        {
            case OperatorKind.Convolution3d:
            case OperatorKind.ConvolutionDepthwise:
                ConvParams convolution = value?.ConvParams ?? throw Missing(node, "conv_params");
                (int rowStride, int columnStride) = Pair(node, convolution, "stride", convolution.Stride);
                return new ConvolutionParameters((Padding)(int)convolution.Padding, rowStride, columnStride);
            case OperatorKind.MaxPooling:
            case OperatorKind.AveragePooling:
                PoolParams pool = value?.PoolParams ?? throw Missing(node, "pool_params");
                (int rows, int columns) = Pair(node, pool, "pool_size", pool.PoolSize);
                (int rowStep, int columnStep) = Pair(node, pool, "stride", pool.Stride);
                return new PoolParameters(rows, columns, rowStep, columnStep);
            case OperatorKind.Concat:
                return new ConcatParameters((value?.ConcatParams ?? throw Missing(node, "concat_params")).ConcatAxis);
            case OperatorKind.Split:
                return new SplitParameters((value?.SplitParams ?? throw Missing(node, "split_params")).SplitAxis);
            case OperatorKind.Padding:
                return new PaddingParameters([.. (value?.PaddingParams ?? throw Missing(node, "padding_params")).PaddingSize]);
            default:
                return null;
        }
    }

    private Activation? ReadActivation(NodeProto node, OperatorKind kind)
    {
        ActivationParams? value = node.Params?.ActParams;
        if (value is null) return null;
        // A node that is itself an activation does not repeat its kind.
        var activation = (OperatorKind)(int)value.Activation;
        if (ShapeInference.IsActivation(kind)) activation = kind;
        if (activation == OperatorKind.UnknownOp) return null;
        if (!Enum.IsDefined(activation)) throw Error(value, $"node '{node.Name}' has an unknown activation {(int)activation}");
        var result = new Activation(activation);
        return value.ValueCase switch
        {
            ActivationParams.ValueOneofCase.LreluParams => result with { Slope = value.LreluParams.Slope },
            ActivationParams.ValueOneofCase.EluParams when activation == OperatorKind.SELU =>
                result with { Alpha = value.EluParams.Alpha, Lambda = value.EluParams.LambdaParam },
            ActivationParams.ValueOneofCase.EluParams => result with { Alpha = value.EluParams.Alpha },
            ActivationParams.ValueOneofCase.HardTanhParams => result with { Minimum = value.HardTanhParams.Min, Maximum = value.HardTanhParams.Max },
            _ => result,
        };
    }

    private (int First, int Second) Pair(NodeProto node, object message, string field, RepeatedField<int> values) =>
        values.Count == 2 ? (values[0], values[1]) : throw Error(message, $"node '{node.Name}' has {values.Count} values of {field}; 2 would fit (rows, columns)");

    private InputFormatException Missing(NodeProto node, string field) => Error(node, $"node '{node.Name}' ({(OperatorKind)(int)node.Op}) lacks params {{ {field} {{ ... }} }}");

    private InputFormatException Error(object message, string detail) => new(source, Line(message), Column(message), detail);

    private int Line(object message) => positions.TryGetValue(message, out var place) ? place.Line : 0;

    private int Column(object message) => positions.TryGetValue(message, out var place) ? place.Column : 0;
}
