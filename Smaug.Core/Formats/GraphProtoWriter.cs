using Smaug.Core.Formats.Protos;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats;

/// <summary>Turns a graph into the message of a topology file.</summary>
internal static class GraphProtoWriter
{
    public static GraphProto ToProto(Graph graph)
    {
        var proto = new GraphProto { Name = graph.Name, Backend = graph.Backend, MemPolicy = (HostMemoryAccessPolicy)(int)graph.MemoryPolicy };
        foreach (Node node in graph.Nodes) proto.Nodes.Add(ToProto(node));
        return proto;
    }

    public static TensorProto ToProto(TensorSpec tensor)
    {
        var shape = new TensorShapeProto { Layout = (Protos.DataLayout)(int)tensor.Shape.Layout, Alignment = tensor.Shape.Alignment };
        foreach (int dimension in tensor.Shape.Dimensions) shape.Dims.Add(dimension);
        return new TensorProto
        {
            Name = tensor.Name,
            DataType = (Protos.DataType)(int)tensor.Type,
            Shape = shape,
            DataFormat = DataStorageFormat.Uncompressed,
        };
    }

    private static NodeProto ToProto(Node node)
    {
        var proto = new NodeProto { Name = node.Name, Op = (OpType)(int)node.Kind, Params = Parameters(node) };
        foreach ((string parent, int output) in node.Parents)
        {
            proto.Parents.Add(parent);
            proto.SrcTensorsIndices.Add(output);
        }

        proto.InputTensors.Add(node.Inputs.Select(ToProto));
        proto.OutputTensors.Add(node.Outputs.Select(ToProto));
        return proto;
    }

    private static Params? Parameters(Node node)
    {
        // Inner products and batch normalisations have a params message even when nothing stands in it.
        bool always = node.Kind is OperatorKind.InnerProduct or OperatorKind.BatchNorm;
        ActivationParams? activation = ToProto(node.Activation, fused: ShapeInference.TakesFusedActivation(node.Kind));
        if (!always && node.Parameters is null && activation is null) return null;
        var proto = new Params();
        if (activation is not null) proto.ActParams = activation;
        switch (node.Parameters)
        {
            case ConvolutionParameters p:
                proto.ConvParams = new ConvParams { Padding = (PaddingType)(int)p.Padding, Stride = { p.RowStride, p.ColumnStride } };
                break;
            case PoolParameters p:
                proto.PoolParams = new PoolParams { Stride = { p.RowStride, p.ColumnStride }, PoolSize = { p.Rows, p.Columns } };
                break;
            case ConcatParameters p:
                proto.ConcatParams = new ConcatParams { ConcatAxis = p.Axis };
                break;
            case SplitParameters p:
                proto.SplitParams = new SplitParams { SplitAxis = p.Axis };
                break;
            case Graphs.PaddingParameters p:
                proto.PaddingParams = new PaddingParams { PaddingSize = { p.Sizes } };
                break;
        }

        return proto;
    }

    private static ActivationParams? ToProto(Activation? activation, bool fused)
    {
        if (activation is null) return null;
        var proto = new ActivationParams();
        if (fused) proto.Activation = (OpType)(int)activation.Kind;
        switch (activation.Kind)
        {
            case OperatorKind.LReLU:
                proto.LreluParams = new LreluParams { Slope = activation.Slope };
                break;
            case OperatorKind.ELU:
                proto.EluParams = new EluParams { Alpha = activation.Alpha };
                break;
            case OperatorKind.SELU:
                proto.EluParams = new EluParams { Alpha = activation.Alpha, LambdaParam = activation.Lambda };
                break;
            case OperatorKind.HardTanh:
                proto.HardTanhParams = new HardTanhParams { Min = activation.Minimum, Max = activation.Maximum };
                break;
            default:
                return fused ? proto : null;
        }

        return proto;
    }
}
