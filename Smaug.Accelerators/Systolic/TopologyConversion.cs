using System.Collections.Immutable;
using System.Globalization;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Systolic;

/// <summary>Turns networks into topologies and back, so that no model needs a hand-made file.</summary>
public static partial class TopologyConversion
{
    /// <summary>
    /// The convolutions, depthwise convolutions and inner products of a network as layers, in order. Padding becomes part of the
    /// ifmap; a depthwise convolution becomes one layer per channel; images of a batch become layers of their own for
    /// convolutions and rows of the matrix product for inner products. Other operators have no layer.
    /// </summary>
    /// <param name="graph">The network.</param>
    /// <exception cref="ModelException">No operator of the network has a layer.</exception>
    public static SystolicTopology FromGraph(Graph graph)
    {
        var layers = ImmutableArray.CreateBuilder<SystolicLayer>();
        foreach (Node node in graph.Nodes)
        {
            if (LayerOf(node) is not { } work) continue;
            for (int copy = 0; copy < work.Copies; copy++)
            {
                string suffix = work.Copies == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"Channel_{copy}");
                layers.Add(work.Layer with { Name = node.Name + suffix });
            }
        }

        if (layers.Count == 0) throw new ModelException($"graph '{graph.Name}': no convolution or inner product, so there is no topology");
        return new SystolicTopology(graph.Name, layers.ToImmutable());
    }

    /// <summary>The layer of an operator and how often it runs (images × depthwise channels); null for operators without one.</summary>
    public static (SystolicLayer Layer, int Copies)? LayerOf(Node node)
    {
        switch (node.Kind)
        {
            case OperatorKind.InnerProduct:
                TensorShape product = node.Outputs[0].Shape;
                return (SystolicLayer.MatrixProduct(node.Name, product[0], product[1], node.Inputs[0].Shape[1]), 1);
            case OperatorKind.Convolution3d or OperatorKind.ConvolutionDepthwise when node.Parameters is ConvolutionParameters parameters:
                ImageShape input = ImageShape.Of(node.Inputs[0].Shape);
                ImageShape window = ImageShape.Of(node.Inputs[1].Shape);
                ImageShape output = ImageShape.Of(node.Outputs[0].Shape);
                bool depthwise = node.Kind == OperatorKind.ConvolutionDepthwise;
                var layer = new SystolicLayer
                {
                    Name = node.Name,
                    IfmapHeight = (output.Rows - 1) * parameters.RowStride + window.Rows,
                    IfmapWidth = (output.Columns - 1) * parameters.ColumnStride + window.Columns,
                    FilterHeight = window.Rows,
                    FilterWidth = window.Columns,
                    Channels = depthwise ? 1 : window.Channels,
                    Filters = depthwise ? 1 : output.Channels,
                    RowStride = parameters.RowStride,
                    ColumnStride = parameters.ColumnStride,
                };
                return (layer, input.Images * (depthwise ? input.Channels : 1));
            default:
                return null;
        }
    }

    /// <summary>
    /// A network with one operator per layer, each with inputs and weights of its own: a topology does not say how layers are
    /// joined. Layers that are matrix products become inner products, all others convolutions without padding.
    /// </summary>
    /// <param name="topology">The layers.</param>
    /// <param name="backend">What the network must know of the backend it will run on.</param>
    /// <param name="policy">How accelerators reach host memory.</param>
    /// <exception cref="ConfigurationException">A layer is not valid.</exception>
    /// <exception cref="ModelException">Two layers have one name.</exception>
    public static Graph ToGraph(SystolicTopology topology, BackendTraits backend, MemoryPolicy policy = MemoryPolicy.AllDma)
    {
        topology.Validate();
        var nodes = new List<Node>(3 * topology.Layers.Length);
        foreach (SystolicLayer layer in topology.Layers)
        {
            bool matrix = layer is { FilterHeight: 1, Channels: 1, ColumnStride: 1, RowStride: 1 } && layer.FilterWidth == layer.IfmapWidth;
            Node operation = matrix ? InnerProduct(layer, backend) : Convolution(layer, backend);
            nodes.Add(Data(operation.Parents[0].Node, operation.Inputs[0]));
            nodes.Add(Data(operation.Parents[1].Node, operation.Inputs[1]));
            nodes.Add(operation);
        }

        return new Graph(topology.Name, backend.Name, policy, nodes);
    }

    private static Node Data(string name, TensorSpec tensor) =>
        new() { Name = name, Kind = OperatorKind.Data, Inputs = [tensor], Outputs = [tensor] };

    private static Node InnerProduct(SystolicLayer layer, BackendTraits backend)
    {
        int depth = (int)layer.WindowSize;
        bool transposed = backend.InnerProductWeightLayout == DataLayout.CN;
        return Operator(layer, backend, OperatorKind.InnerProduct, null,
            new TensorShape([layer.IfmapHeight, depth], DataLayout.NC, backend.Alignment),
            new TensorShape(transposed ? [depth, layer.Filters] : [layer.Filters, depth], backend.InnerProductWeightLayout, backend.Alignment),
            new TensorShape([layer.IfmapHeight, layer.Filters], DataLayout.NC, backend.Alignment));
    }

    private static Node Convolution(SystolicLayer layer, BackendTraits backend)
    {
        // A window that sticks out in the topology reads zeros; in the network the input is as large as the windows need.
        int rows = (layer.OutputHeight - 1) * layer.RowStride + layer.FilterHeight;
        int columns = (layer.OutputWidth - 1) * layer.ColumnStride + layer.FilterWidth;
        return Operator(layer, backend, OperatorKind.Convolution3d,
            new ConvolutionParameters(Padding.Valid, layer.RowStride, layer.ColumnStride),
            Shape(backend, 1, rows, columns, layer.Channels),
            Shape(backend, layer.Filters, layer.FilterHeight, layer.FilterWidth, layer.Channels),
            Shape(backend, 1, layer.OutputHeight, layer.OutputWidth, layer.Filters));
    }

    private static TensorShape Shape(BackendTraits backend, int images, int rows, int columns, int channels) =>
        backend.ActivationLayout == DataLayout.NHWC
            ? new TensorShape([images, rows, columns, channels], DataLayout.NHWC, backend.Alignment)
            : new TensorShape([images, channels, rows, columns], DataLayout.NCHW, backend.Alignment);

    private static Node Operator(
        SystolicLayer layer, BackendTraits backend, OperatorKind kind, OperatorParameters? parameters, TensorShape input, TensorShape weights, TensorShape output)
    {
        TensorSpec Tensor(string name, TensorShape shape) => new(name, backend.DataType, shape);
        return new Node
        {
            Name = layer.Name,
            Kind = kind,
            Parameters = parameters,
            Parents = [new NodeInput(layer.Name + "/input", 0), new NodeInput(layer.Name + "/weights", 0)],
            Inputs = [Tensor(layer.Name + "/input", input), Tensor(layer.Name + "/weights", weights)],
            Outputs = [Tensor(layer.Name, output)],
        };
    }
}

/// <summary>Rows, columns and channels of a 4-D shape, whatever its layout.</summary>
internal readonly record struct ImageShape(int Images, int Rows, int Columns, int Channels)
{
    public static ImageShape Of(TensorShape shape) => shape.Layout == DataLayout.NHWC
        ? new ImageShape(shape[0], shape[1], shape[2], shape[3])
        : new ImageShape(shape[0], shape[2], shape[3], shape[1]);
}
