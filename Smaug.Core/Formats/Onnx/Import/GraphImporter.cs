using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats.Onnx.Import;

/// <summary>Builds a network of Smaug's operators from an ONNX graph whose shapes are known.</summary>
internal sealed class GraphImporter
{
    // More would hide the first ones.
    private const int ListedNodes = 50;

    private readonly OnnxNetwork _network;
    private readonly ModelBuilder _model;
    private readonly TensorForms _forms;
    private readonly OperatorImports _operators;
    private readonly List<string> _notes = [];
    private readonly List<string> _refused = [];
    private readonly HashSet<OnnxValue> _unknown = [];

    public GraphImporter(OnnxNetwork network, BackendTraits backend, ModelOptions? options)
    {
        _network = network;
        _model = new ModelBuilder(network.Name, backend, options);
        _forms = new TensorForms(_model);
        _operators = new OperatorImports(_model, _forms, _notes);
    }

    /// <exception cref="ModelException">Nodes cannot be represented; the message lists all.</exception>
    public OnnxImport Import()
    {
        foreach (OnnxValue input in _network.Inputs)
        {
            if (input.Readers.Count > 0 || input.IsOutput) Try($"input '{input.Name}'", [input], () => _forms.Set(input, _forms.Input(input)));
        }

        foreach (OnnxNode node in _network.Nodes)
        {
            OnnxValue[] outputs = [.. node.Outputs.OfType<OnnxValue>()];
            if (outputs.Length > 0 && Array.TrueForAll(outputs, o => o.Constant is not null)) continue;
            if (Array.Exists(node.Inputs, i => i is not null && _unknown.Contains(i)))
            {
                Replace(outputs);
                continue;
            }

            Try(node.ToString(), outputs, () => _operators.Run(node));
        }

        if (_refused.Count > 0) throw Refusal();
        var results = ImmutableArray.CreateBuilder<NodeInput>();
        foreach (OnnxValue output in _network.Outputs) Try($"output '{output.Name}'", [], () => results.Add(Result(output)));
        if (_refused.Count > 0) throw Refusal();
        Graph graph = _model.Build();
        return new OnnxImport(graph.WithParameters(new CombinedParameterSource(_forms.Parameters, graph.Parameters!)), results.ToImmutable(), [.. _notes]);
    }

    /// <summary>Where a result comes from, in ONNX's order.</summary>
    private NodeInput Result(OnnxValue output)
    {
        ModelTensor tensor = _forms.Ordered(output).Tensor;
        return new NodeInput(tensor.Source!.Name, tensor.OutputIndex);
    }

    /// <summary>Does a step; when it is refused, unknown tensors stand for its outputs so that the steps behind it are looked at too.</summary>
    private void Try(string what, OnnxValue[] outputs, Action step)
    {
        try
        {
            step();
        }
        catch (UnsupportedOperatorException exception)
        {
            Refuse(what, exception.Message, outputs);
        }
        catch (ModelException exception)
        {
            Refuse(what, exception.Message, outputs);
        }
    }

    private void Refuse(string what, string reason, OnnxValue[] outputs)
    {
        _refused.Add($"{what}: {reason}");
        Replace(outputs);
    }

    /// <summary>Puts tensors from outside in the place of those that cannot be computed; what has no shape makes its readers unknown too.</summary>
    private void Replace(OnnxValue[] outputs)
    {
        foreach (OnnxValue output in outputs)
        {
            if (output.Constant is not null) continue;
            if (output.Dimensions is not { } dims || dims.AsSpan().Contains(0))
            {
                _unknown.Add(output);
                continue;
            }

            ModelTensor unknown = _model.Tensor(ImportedTensor.Stored(dims), ImportedTensor.LayoutOf(dims.Length));
            _forms.Set(output, new ImportedTensor(unknown, dims));
        }
    }

    private ModelException Refusal()
    {
        string more = _refused.Count > ListedNodes ? $"; and {_refused.Count - ListedNodes} more" : "";
        return new ModelException($"{_network.Source}: {_refused.Count} of {_network.Nodes.Length} nodes cannot be represented by Smaug's operators (shapes alone, for a topology, can still be used): {string.Join("; ", _refused.Take(ListedNodes))}{more}");
    }
}
