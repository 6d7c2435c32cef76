using System.Collections.Immutable;
using System.Globalization;
using Smaug.Core.Formats.Onnx.Protos;

namespace Smaug.Core.Formats.Onnx.Reading;

/// <summary>Joins the nodes of a model's graph, and checks that every tensor is made once and no node depends on itself.</summary>
/// <param name="source">Name of the file in errors.</param>
/// <param name="folder">Folder of the file; null when there is none.</param>
/// <param name="options">Sizes of symbolic dimensions and values of inputs.</param>
internal sealed class NetworkReader(string source, string? folder, OnnxImportOptions options)
{
    /// <summary>Versions of ONNX's operator set whose operators are known.</summary>
    public const int OldestOpset = 1, NewestOpset = 25;

    private readonly TensorReader _tensors = new(source, folder);
    private readonly Dictionary<string, OnnxValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);

    public OnnxNetwork Read(ModelProto model)
    {
        GraphProto graph = model.Graph ?? throw Error("it holds no graph; is this an ONNX model?");
        if (graph.Output.Count == 0) throw Error("its graph has no outputs; is this an ONNX model?");
        if (graph.SparseInitializer.Count > 0) throw Error($"initializer '{graph.SparseInitializer[0].Values?.Name}' is sparse; store it as a dense tensor");
        long opset = Opset(model);
        ReadInitializers(graph);
        ImmutableArray<OnnxValue> inputs = ReadInputs(graph);
        OnnxNode[] nodes = ReadNodes(graph, opset);
        ImmutableArray<OnnxValue> outputs = [.. graph.Output.Select(o => Result(o, graph))];
        ReadDeclaredShapes(graph);
        string name = graph.Name.Length > 0 ? graph.Name : Path.GetFileNameWithoutExtension(source);
        return new OnnxNetwork(name.Length > 0 ? name : "onnx", source, opset, Order(nodes, outputs), inputs, outputs);
    }

    private long Opset(ModelProto model)
    {
        OperatorSetIdProto? own = model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx");
        if (own is null) throw Error("it does not say which version of ONNX's operator set it uses (opset_import); export it again");
        if (own.Version is < OldestOpset or > NewestOpset) throw Error($"it uses version {own.Version} of ONNX's operator set; {OldestOpset} to {NewestOpset} are known (convert it with ONNX's version converter)");
        return own.Version;
    }

    private void ReadInitializers(GraphProto graph)
    {
        foreach (TensorProto tensor in graph.Initializer)
        {
            var value = new OnnxValue(tensor.Name);
            value.Set(_tensors.Read(tensor));
            if (tensor.Name.Length == 0 || !_values.TryAdd(tensor.Name, value)) throw Error($"two initializers are named '{tensor.Name}', or it has no name");
        }
    }

    /// <summary>The inputs proper: old files list the initializers among them.</summary>
    private ImmutableArray<OnnxValue> ReadInputs(GraphProto graph)
    {
        var inputs = ImmutableArray.CreateBuilder<OnnxValue>();
        foreach (ValueInfoProto input in graph.Input)
        {
            if (_values.TryGetValue(input.Name, out OnnxValue? known))
            {
                if (known.Constant is null) throw Error($"two inputs are named '{input.Name}'");
                continue;
            }

            var value = new OnnxValue(input.Name);
            _values.Add(input.Name, value);
            if (options.Constants.TryGetValue(input.Name, out Tensors.Tensor? tensor))
            {
                value.Set(OnnxConstant.From(tensor, (ElementType)(input.Type?.TensorType?.ElemType ?? 0)));
                if (input.Type?.TensorType?.Shape is { Dim.Count: 0 } && value.Constant!.Count == 1) value.Set(value.Constant.Reshape([]));
                continue;
            }

            value.Type = (ElementType)(input.Type?.TensorType?.ElemType ?? 0);
            value.Dimensions = Dimensions(input, Open);

            // What has no elements needs no values.
            if (value.Dimensions is { } dims && dims.AsSpan().Contains(0) && value.Type.IsNumeric()) value.Set(OnnxConstant.Empty(value.Type, dims));
            else inputs.Add(value);
        }

        foreach (string name in options.Constants.Keys)
        {
            if (!_values.ContainsKey(name)) throw new ConfigurationException($"Constants[\"{name}\"]: {source} has no input of that name; it has {string.Join(", ", inputs.Select(i => i.Name))}");
        }

        RequireSizes(graph);
        return inputs.ToImmutable();
    }

    private void RequireSizes(GraphProto graph)
    {
        if (_open.Count > 0)
        {
            string names = string.Join(", ", _open.Keys.Select(n => $"'{n}'"));
            throw new InputFormatException(source, 0, 0, $"its inputs have dimensions without a size: {names}; fix them with OnnxImportOptions.Dimensions, on the command line with --define {_open.Keys.First()}=1");
        }

        HashSet<string> known = [.. graph.Input.SelectMany(SymbolsOf)];
        if (options.Dimensions.Keys.FirstOrDefault(n => !known.Contains(n)) is { } unknown)
        {
            throw new ConfigurationException($"dimension '{unknown}': {source} has no symbolic dimension of that name; it has {(known.Count == 0 ? "none" : string.Join(", ", known))}");
        }
    }

    private static IEnumerable<string> SymbolsOf(ValueInfoProto input)
    {
        var dims = input.Type?.TensorType?.Shape?.Dim;
        return dims is null ? [] : dims.Select((d, i) => Symbol(input, d, i)).OfType<string>();
    }

    private static string? Symbol(ValueInfoProto value, TensorShapeProto.Types.Dimension dimension, int axis) => dimension.ValueCase switch
    {
        // Some exporters write a size that may be any as -1.
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue when dimension.DimValue >= 0 => null,
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam when dimension.DimParam.Length > 0 => dimension.DimParam,
        _ => string.Create(CultureInfo.InvariantCulture, $"{value.Name}:{axis}"),
    };

    /// <summary>Sizes that a file declares; null when it declares none, or a size is open and may stay so.</summary>
    private int[]? Dimensions(ValueInfoProto value, Action<string>? open)
    {
        if (value.Type?.TensorType?.Shape is not { } shape) return null;
        var dims = new int[shape.Dim.Count];
        bool known = true;
        for (int i = 0; i < dims.Length; i++)
        {
            if (Symbol(value, shape.Dim[i], i) is { } symbol)
            {
                if (options.Dimensions.TryGetValue(symbol, out dims[i])) continue;
                known = false;
                open?.Invoke(symbol);
                continue;
            }

            long size = shape.Dim[i].DimValue;
            if (size > int.MaxValue) throw Error($"dimension {i} of '{value.Name}' is {size}; at most {int.MaxValue} would fit");
            dims[i] = (int)size;
        }

        if (known && Dims.Count(dims) < 0) throw Error($"'{value.Name}' {Dims.Text(dims)} has more than 2^62 elements");
        return known ? dims : null;
    }

    private void Open(string symbol) => _open.TryAdd(symbol, 0);

    private OnnxNode[] ReadNodes(GraphProto graph, long opset)
    {
        OnnxNode[] nodes = [.. graph.Node.Select(n => new OnnxNode(n, opset, _tensors, source))];
        foreach (OnnxNode node in nodes)
        {
            for (int i = 0; i < node.Outputs.Length; i++)
            {
                string name = node.OutputNames[i];
                if (name.Length == 0) continue;
                node.Outputs[i] = new OnnxValue(name) { Producer = node };
                if (!_values.TryAdd(name, node.Outputs[i]!)) throw node.Error($"its output '{name}' has the name of another tensor; every tensor must be made once");
            }
        }

        foreach (OnnxNode node in nodes)
        {
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                string name = node.InputNames[i];
                if (name.Length == 0) continue;
                node.Inputs[i] = _values.TryGetValue(name, out OnnxValue? value) ? value : throw node.Error($"input {i} '{name}' is made by no node and is neither input nor initializer");
            }
        }

        return nodes;
    }

    private OnnxValue Result(ValueInfoProto output, GraphProto graph)
    {
        if (!_values.TryGetValue(output.Name, out OnnxValue? value)) throw Error($"output '{output.Name}' of graph '{graph.Name}' is made by no node");
        value.IsOutput = true;
        return value;
    }

    /// <summary>Shapes that the exporter inferred; they serve where an operator is not known here.</summary>
    private void ReadDeclaredShapes(GraphProto graph)
    {
        foreach (ValueInfoProto declared in graph.ValueInfo.Concat(graph.Output))
        {
            if (!_values.TryGetValue(declared.Name, out OnnxValue? value) || value.Producer is null) continue;
            value.Type = (ElementType)(declared.Type?.TensorType?.ElemType ?? 0);
            value.Dimensions = Dimensions(declared, open: null);
        }
    }

    /// <summary>The nodes that the outputs need, producers first, otherwise in the order of the file.</summary>
    private static ImmutableArray<OnnxNode> Order(OnnxNode[] nodes, ImmutableArray<OnnxValue> outputs)
    {
        var needed = new HashSet<OnnxNode>();
        var stack = new Stack<OnnxNode>(outputs.Select(o => o.Producer).OfType<OnnxNode>());
        while (stack.TryPop(out OnnxNode? node))
        {
            if (!needed.Add(node)) continue;
            foreach (OnnxValue? input in node.Inputs)
            {
                if (input?.Producer is { } producer) stack.Push(producer);
            }
        }

        var pending = new Dictionary<OnnxNode, int>();
        var ready = new PriorityQueue<OnnxNode, int>();
        var position = nodes.Select((node, i) => (node, i)).ToDictionary(p => p.node, p => p.i);
        foreach (OnnxNode node in nodes.Where(needed.Contains))
        {
            pending[node] = node.Inputs.Count(i => i?.Producer is not null);
            foreach (OnnxValue? input in node.Inputs) input?.Readers.Add(node);
            if (pending[node] == 0) ready.Enqueue(node, position[node]);
        }

        var order = ImmutableArray.CreateBuilder<OnnxNode>(needed.Count);
        while (ready.TryDequeue(out OnnxNode? node, out _))
        {
            order.Add(node);
            foreach (OnnxNode reader in node.Outputs.Where(o => o is not null).SelectMany(o => o!.Readers))
            {
                if (--pending[reader] == 0) ready.Enqueue(reader, position[reader]);
            }
        }

        if (order.Count == needed.Count) return order.ToImmutable();
        OnnxNode stuck = nodes.First(n => needed.Contains(n) && pending[n] > 0);
        throw stuck.Error("the graph has a cycle through it, or leading to it; operators must not depend on their own outputs");
    }

    private InputFormatException Error(string detail) => new(source, 0, 0, detail);
}
