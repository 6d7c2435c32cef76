using Smaug.Core.Formats.Onnx.Protos;
using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats.Onnx.Export;

/// <summary>
/// Writes a network as an ONNX graph. Tensors keep the dimensions of their layout; where an operator of ONNX wants images in
/// another order, Transposes stand around it.
/// </summary>
internal sealed class GraphExporter
{
    private const int IrVersion = 8, Opset = 17;

    private readonly Graph _network;
    private readonly IParameterSource? _parameters;
    private readonly HashSet<string> _inputs;
    private readonly NodeWriter _writer = new();
    private readonly Dictionary<NodeInput, string> _names = [];
    private readonly List<string> _refused = [];

    /// <param name="network">The network.</param>
    /// <param name="inputs">Names of the Data nodes that stay inputs; none for the first one, or for all of a network without values.</param>
    /// <exception cref="ModelException">There is no Data node of such a name.</exception>
    public GraphExporter(Graph network, IReadOnlyCollection<string> inputs)
    {
        _network = network;
        _parameters = network.Parameters;
        string[] data = [.. network.Nodes.Where(n => n.Kind == OperatorKind.Data).Select(n => n.Name)];
        _inputs = inputs.Count > 0 ? [.. inputs] : [.. data.Take(_parameters is null ? data.Length : 1)];
        if (_inputs.FirstOrDefault(i => !data.Contains(i)) is { } unknown) throw new ModelException($"graph '{network.Name}': no Data node is named '{unknown}'; it has {string.Join(", ", data.Take(10))}{(data.Length > 10 ? ", ..." : "")}");
    }

    /// <exception cref="ModelException">An operator cannot be written, or a Data node has no values.</exception>
    public ModelProto Write()
    {
        var topology = new GraphTopology(_network);
        foreach (int index in Order(topology)) Add(_network.Nodes[index]);
        if (_refused.Count > 0) throw new ModelException($"graph '{_network.Name}': {_refused.Count} operators have no form in ONNX: {string.Join("; ", _refused)}");
        for (int i = 0; i < _network.Nodes.Length; i++) AddResults(topology, i);
        _writer.Graph.Name = _network.Name;
        return new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "smaug",
            Graph = _writer.Graph,
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
        };
    }

    /// <summary>The order of the network, when producers stand before consumers in it, as they do in built networks.</summary>
    private IEnumerable<int> Order(GraphTopology topology)
    {
        for (int i = 0; i < _network.Nodes.Length; i++)
        {
            if (topology.Children(i).Any(c => c.Child <= i)) return topology.Order;
        }

        return Enumerable.Range(0, _network.Nodes.Length);
    }

    private void AddResults(GraphTopology topology, int index)
    {
        Node node = _network.Nodes[index];
        if (node.Kind == OperatorKind.Data) return;
        for (int output = 0; output < node.Outputs.Length; output++)
        {
            if (topology.Children(index).Any(c => c.Output == output)) continue;
            _writer.Graph.Output.Add(NodeWriter.Value(_names[new NodeInput(node.Name, output)], node.Outputs[output]));
        }
    }

    private void Add(Node node)
    {
        for (int i = 0; i < node.Outputs.Length; i++) _names.Add(new NodeInput(node.Name, i), node.Outputs[i].Name);
        if (node.Kind == OperatorKind.Data)
        {
            AddData(node);
            return;
        }

        _writer.Begin(node.Name);
        string[] inputs = [.. node.Parents.Select(p => _names[p])];
        string output = node.Outputs[0].Name;
        bool fused = ShapeInference.TakesFusedActivation(node.Kind) && node.Activation is not null;
        string result = fused ? output + ":before" : output;
        Write(node, inputs, result);
        if (fused) Activate(node.Activation!, result, output, node.Outputs[0].Type);
    }

    private void AddData(Node node)
    {
        TensorSpec spec = node.Inputs[0];
        _names[new NodeInput(node.Name, 0)] = spec.Name;
        if (_inputs.Contains(node.Name))
        {
            _writer.Graph.Input.Add(NodeWriter.Value(spec.Name, spec));
            return;
        }

        Tensor values = _parameters?.Find(spec) ?? throw new ModelException($"{node}: there are no values for tensor '{spec.Name}' {spec.Shape}; give them to the graph, or name it among the inputs");
        _writer.Initializer(spec.Name, values);
    }

    private void Write(Node node, string[] inputs, string output)
    {
        switch (node.Kind)
        {
            case OperatorKind.Convolution3d or OperatorKind.ConvolutionDepthwise:
                Convolution(node, inputs, output);
                break;
            case OperatorKind.MaxPooling or OperatorKind.AveragePooling:
                var pool = (PoolParameters)node.Parameters!;
                InImages(node, inputs[0], output, (x, y) => _writer.Main(node.Kind == OperatorKind.MaxPooling ? "MaxPool" : "AveragePool", [x], y,
                    ("kernel_shape", (long[])[pool.Rows, pool.Columns]), ("strides", (long[])[pool.RowStride, pool.ColumnStride])));
                break;
            case OperatorKind.InnerProduct:
                _writer.Main("Gemm", inputs, output, ("transB", node.Inputs[1].Shape.Layout == DataLayout.NC ? 1L : 0L));
                break;
            case OperatorKind.BatchNorm:
                BatchNorm(node, inputs, output);
                break;
            case OperatorKind.Softmax:
                _writer.Main("Softmax", inputs, output, ("axis", 1L));
                break;
            case OperatorKind.EltwiseAdd or OperatorKind.EltwiseMul or OperatorKind.Less or OperatorKind.LessEqual or OperatorKind.Greater or OperatorKind.GreaterEqual:
                _writer.Main(ElementwiseName(node.Kind), inputs, output);
                break;
            case OperatorKind.Reorder:
                Reorder(node, inputs[0], output);
                break;
            case OperatorKind.Concat:
                _writer.Main("Concat", inputs, output, ("axis", (long)((ConcatParameters)node.Parameters!).Axis));
                break;
            case OperatorKind.Split:
                int axis = ((SplitParameters)node.Parameters!).Axis;
                string sizes = _writer.Integers("split", [.. node.Outputs.Select(o => (long)o.Shape[axis])]);
                _writer.Main("Split", [inputs[0], sizes], [.. node.Outputs.Select(o => o.Name)], ("axis", (long)axis));
                break;
            case OperatorKind.Reshape:
                _writer.Reshape(inputs[0], node.Outputs[0].Shape, output);
                break;
            case OperatorKind.Repeat:
                TensorShape from = node.Inputs[0].Shape, to = node.Outputs[0].Shape;
                _writer.Main("Tile", [inputs[0], _writer.Integers("repeats", [.. Enumerable.Range(0, to.Rank).Select(i => (long)(to[i] / from[i]))])], output);
                break;
            case OperatorKind.Padding:
                var pads = ((PaddingParameters)node.Parameters!).Sizes;
                _writer.Main("Pad", [inputs[0], _writer.Integers("pads", [.. pads.Where((_, i) => i % 2 == 0).Concat(pads.Where((_, i) => i % 2 == 1)).Select(p => (long)p)])], output);
                break;
            case OperatorKind.Switch or OperatorKind.Merge:
                _refused.Add($"{node}: ONNX has no dead tensors");
                break;
            default:
                Activate(node.Activation ?? new Activation(node.Kind), inputs[0], output, node.Outputs[0].Type);
                break;
        }
    }

    private void Convolution(Node node, string[] inputs, string output)
    {
        var parameters = (ConvolutionParameters)node.Parameters!;
        TensorShape input = node.Inputs[0].Shape, weights = node.Inputs[1].Shape, result = node.Outputs[0].Shape;
        bool last = input.Layout == DataLayout.NHWC;
        (int rows, int columns, int channels) = last ? (1, 2, 3) : (2, 3, 1);
        string filter = last ? _writer.Transpose(inputs[1], [0, 3, 1, 2]) : inputs[1];
        bool depthwise = node.Kind == OperatorKind.ConvolutionDepthwise;
        if (depthwise) filter = _writer.Reshape(filter, [weights[channels], 1, weights[rows], weights[columns]]);
        (long top, long bottom) = Pads(input[rows], weights[rows], result[rows], parameters.RowStride, parameters.Padding);
        (long left, long right) = Pads(input[columns], weights[columns], result[columns], parameters.ColumnStride, parameters.Padding);
        InImages(node, inputs[0], output, (x, y) => _writer.Main("Conv", [x, filter], y,
            ("kernel_shape", (long[])[weights[rows], weights[columns]]),
            ("strides", (long[])[parameters.RowStride, parameters.ColumnStride]),
            ("pads", (long[])[top, left, bottom, right]),
            ("group", depthwise ? (long)input[channels] : 1L)));
    }

    /// <summary>Same padding begins half a window in front of the input, and ends where the last window does.</summary>
    private static (long Begin, long End) Pads(int input, int window, int windows, int stride, Padding padding)
    {
        if (padding == Padding.Valid) return (0, 0);
        long begin = window / 2;
        return (begin, Math.Max(0, (windows - 1L) * stride + window - begin - input));
    }

    /// <summary>
    /// The variance parameter holds 1 / sqrt(variance + epsilon): its product with gamma is a scale beside a variance of one.
    /// </summary>
    private void BatchNorm(Node node, string[] inputs, string output)
    {
        int channels = node.Inputs[1].Shape[1];
        string Row(string name) => _writer.Reshape(name, [channels]);
        string scale = _writer.Add("Mul", [inputs[2], inputs[3]]);
        string ones = _writer.Ones(channels, node.Inputs[0].Type);
        InImages(node, inputs[0], output, (x, y) => _writer.Main("BatchNormalization", [x, Row(scale), Row(inputs[4]), Row(inputs[1]), ones], y, ("epsilon", 0f)));
    }

    /// <summary>An operator of ONNX on images whose channels lie outside.</summary>
    private void InImages(Node node, string input, string output, Action<string, string> write)
    {
        if (node.Inputs[0].Shape.Layout != DataLayout.NHWC)
        {
            write(input, output);
            return;
        }

        string images = _writer.Temporary();
        write(_writer.Transpose(input, [0, 3, 1, 2]), images);
        _writer.Add("Transpose", [images], output, ("perm", (long[])[0, 2, 3, 1]));
    }

    private void Reorder(Node node, string input, string output)
    {
        (DataLayout from, DataLayout to) = (node.Inputs[0].Shape.Layout, node.Outputs[0].Shape.Layout);
        long[]? order = (from, to) switch
        {
            (DataLayout.NCHW, DataLayout.NHWC) => [0, 2, 3, 1],
            (DataLayout.NHWC, DataLayout.NCHW) => [0, 3, 1, 2],
            (DataLayout.NTC or DataLayout.NCT, DataLayout.NTC or DataLayout.NCT) => [0, 2, 1],
            (DataLayout.NC or DataLayout.CN, DataLayout.NC or DataLayout.CN) => [1, 0],
            _ => null,
        };
        if (order is null) _writer.Reshape(input, node.Outputs[0].Shape, output);
        else _writer.Main("Transpose", [input], output, ("perm", order));
    }

    private void Activate(Activation activation, string input, string output, DataType type)
    {
        switch (activation.Kind)
        {
            case OperatorKind.LReLU:
                _writer.Main("LeakyRelu", [input], output, ("alpha", activation.Slope));
                break;
            case OperatorKind.ELU:
                _writer.Main("Elu", [input], output, ("alpha", activation.Alpha));
                break;
            case OperatorKind.SELU:
                _writer.Main("Selu", [input], output, ("alpha", activation.Alpha), ("gamma", activation.Lambda));
                break;
            case OperatorKind.HardTanh:
                _writer.Main("Clip", [input, _writer.Scalar("min", activation.Minimum, type), _writer.Scalar("max", activation.Maximum, type)], output);
                break;
            default:
                _writer.Main(activation.Kind == OperatorKind.ReLU ? "Relu" : activation.Kind.ToString(), [input], output);
                break;
        }
    }

    private static string ElementwiseName(OperatorKind kind) => kind switch
    {
        OperatorKind.EltwiseAdd => "Add",
        OperatorKind.EltwiseMul => "Mul",
        OperatorKind.LessEqual => "LessOrEqual",
        OperatorKind.GreaterEqual => "GreaterOrEqual",
        _ => kind.ToString(),
    };
}
