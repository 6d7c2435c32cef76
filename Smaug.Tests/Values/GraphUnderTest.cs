using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Values;

/// <summary>Small graphs, built node by node, for tests of execution.</summary>
internal sealed class GraphUnderTest
{
    private readonly List<Node> _nodes = [];
    private readonly List<Tensor> _tensors = [];

    public static TensorSpec Vector(string name, int length = 4) =>
        new(name, DataType.Float32, new TensorShape([1, length], DataLayout.NC));

    /// <summary>Adds a Data node; its tensor is <c>NAME/input0</c>.</summary>
    public GraphUnderTest Data(string name, Tensor tensor)
    {
        TensorSpec spec = tensor.Spec with { Name = $"{name}/input0" };
        _tensors.Add(tensor);
        _nodes.Add(new Node { Name = name, Kind = OperatorKind.Data, Inputs = [spec], Outputs = [spec] });
        return this;
    }

    /// <summary>Adds a Data node with floats.</summary>
    public GraphUnderTest Data(string name, params float[] values) =>
        Data(name, Tensor.FromValues<float>(Vector($"{name}/input0", values.Length), values));

    /// <summary>Adds a Data node with one boolean.</summary>
    public GraphUnderTest Predicate(string name, bool value)
    {
        var spec = new TensorSpec($"{name}/input0", DataType.Bool, new TensorShape([1], DataLayout.N));
        return Data(name, Tensor.FromValues<bool>(spec, [value]));
    }

    /// <summary>Adds an operator whose outputs have the shape of its first input; inputs are <c>NODE</c> or <c>NODE:OUTPUT</c>.</summary>
    public GraphUnderTest Add(string name, OperatorKind kind, params string[] inputs)
    {
        NodeInput[] parents = [.. inputs.Select(i => i.Split(':')).Select(p => new NodeInput(p[0], p.Length > 1 ? int.Parse(p[1], null) : 0))];
        TensorSpec[] tensors = [.. parents.Select(p => _nodes.Single(n => n.Name == p.Node).Outputs[p.Output])];
        int outputs = kind == OperatorKind.Switch ? 2 : 1;
        _nodes.Add(new Node
        {
            Name = name,
            Kind = kind,
            Parents = [.. parents],
            Inputs = [.. tensors],
            Outputs = [.. Enumerable.Range(0, outputs).Select(i => tensors[0] with { Name = $"{name}/output{i}" })],
        });
        return this;
    }

    /// <summary>Adds any node.</summary>
    public GraphUnderTest Add(Node node)
    {
        _nodes.Add(node);
        return this;
    }

    public Graph Build() => new("test", "Reference", MemoryPolicy.AllDma, _nodes, new DictionaryParameterSource(_tensors));
}
