using System.Globalization;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Modeling;

/// <summary>
/// Builds a model operator by operator from named tensors. Every method adds one operator (and what it needs: Data nodes
/// for tensors from outside, Reorders for other layouts, Repeats for broadcasting) and returns what it gives. Names are made
/// unique: <c>add</c>, <c>add_1</c>, <c>add_2</c>. Not safe for use from several threads.
/// </summary>
public sealed partial class ModelBuilder
{
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _stateNames = new(StringComparer.Ordinal);
    private readonly List<ModelNode> _nodes = [];
    private readonly ModelOptions _options;
    private Branch? _branch;

    /// <summary>Starts a model.</summary>
    /// <param name="name">Name of the network.</param>
    /// <param name="backend">What the model must know of the backend it will run on.</param>
    /// <param name="options">Seed, memory policy, layout transforms; null for the defaults.</param>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    /// <exception cref="ModelException">The name is empty.</exception>
    public ModelBuilder(string name, BackendTraits backend, ModelOptions? options = null)
    {
        if (name.Length == 0) throw new ModelException("a model needs a name");
        Name = name;
        Backend = backend;
        _options = options ?? new ModelOptions();
        _options.Validate();
        LayoutTransforms = _options.LayoutTransforms;
    }

    /// <summary>Name of the network.</summary>
    public string Name { get; }

    /// <summary>What the model knows of the backend it will run on.</summary>
    public BackendTraits Backend { get; }

    /// <summary>Whether operators that want another layout than their input has get a Reorder in front of them, from now on.</summary>
    public bool LayoutTransforms { get; set; }

    /// <summary>Names a tensor from outside whose values come from the seed, or are given later by its name.</summary>
    /// <param name="dimensions">Sizes, outermost first.</param>
    /// <param name="layout">Meaning of the dimensions.</param>
    /// <param name="name">Name; null: the first operator that reads it names it.</param>
    /// <param name="type">Element type; null: that of the backend.</param>
    /// <param name="alignment">Elements to whose multiple rows are padded; null: that of the backend.</param>
    /// <exception cref="ModelException">A size is not positive.</exception>
    public ModelTensor Tensor(ReadOnlySpan<int> dimensions, DataLayout layout, string? name = null, DataType? type = null, int? alignment = null) =>
        new(this, name, new TensorShape(dimensions, layout, alignment ?? Backend.Alignment), type ?? Backend.DataType);

    /// <summary>Brings a tensor with given values into the model, under its own name and aligned as the backend wants it.</summary>
    /// <param name="values">Shape, type and values.</param>
    public ModelTensor Tensor(Tensor values) =>
        new(this, values.Name.Length == 0 ? null : values.Name, values.Shape.WithAlignment(Backend.Alignment), values.Type) { Values = values };

    /// <summary>Brings values into the model, converted to the backend's element type.</summary>
    /// <param name="dimensions">Sizes, outermost first.</param>
    /// <param name="layout">Meaning of the dimensions.</param>
    /// <param name="values">As many values as the dimensions say, row-major.</param>
    /// <param name="name">Name; null: the first operator that reads it names it.</param>
    /// <exception cref="ModelException">A size is not positive, or there are too many or too few values.</exception>
    public ModelTensor Tensor(ReadOnlySpan<int> dimensions, DataLayout layout, ReadOnlySpan<float> values, string? name = null)
    {
        var spec = new TensorSpec(name ?? "", Backend.DataType, new TensorShape(dimensions, layout, Backend.Alignment));
        return Tensor(Tensors.Tensor.FromSingles(spec, values));
    }

    /// <summary>Makes a tensor of zeros.</summary>
    /// <param name="dimensions">Sizes, outermost first.</param>
    /// <param name="layout">Meaning of the dimensions.</param>
    /// <param name="name">Name; null: the first operator that reads it names it.</param>
    public ModelTensor Zeros(ReadOnlySpan<int> dimensions, DataLayout layout, string? name = null) => Seeded(dimensions, layout, 0, name);

    /// <summary>Adds a Data operator for a tensor from outside: a network input, or parameters that are used several times.</summary>
    public ModelTensor Data(ModelTensor tensor, string name = "data")
    {
        RequireOwn(tensor, name);
        if (tensor.Source is not null) throw new ModelException($"{name} (Data): tensor {tensor} comes from {tensor.Source.Name}; a Data operator is for tensors from outside");
        return Add(OperatorKind.Data, name, [tensor]);
    }

    /// <summary>
    /// Builds a part of the model as a graph of its own, which then joins the model: it starts with the layout transforms that
    /// the options say, its changes to them end with it, and errors within name it. Operator names stay unique in the whole
    /// model.
    /// </summary>
    /// <param name="name">Name of the part in errors.</param>
    /// <param name="build">Builds it and returns what the rest of the model needs of it.</param>
    public T SubGraph<T>(string name, Func<T> build)
    {
        bool around = LayoutTransforms;
        LayoutTransforms = _options.LayoutTransforms;
        try
        {
            return build();
        }
        catch (ModelException exception)
        {
            throw new ModelException($"in {name}: {exception.Message}", exception);
        }
        finally
        {
            LayoutTransforms = around;
        }
    }

    /// <summary>Finishes the model. The builder can go on afterwards and give a larger one.</summary>
    /// <exception cref="ModelException">The model is empty, two tensors from outside have one name, or something does not fit.</exception>
    public Graph Build()
    {
        if (_nodes.Count == 0) throw new ModelException($"model '{Name}' has no operators");
        var nodes = _nodes.ConvertAll(n => n.Freeze());
        var outside = new Dictionary<string, ModelTensor>(StringComparer.Ordinal);
        foreach (ModelNode node in _nodes)
        {
            if (node.Kind != OperatorKind.Data) continue;
            ModelTensor tensor = node.Inputs[0];
            if (outside.TryGetValue(tensor.Name, out ModelTensor? other) && other != tensor) throw new ModelException($"{node.Name} (Data): two tensors from outside are named '{tensor.Name}', {other.Shape} and {tensor.Shape}; names must be unique");
            outside[tensor.Name] = tensor;
        }

        var given = outside.Where(t => t.Value.Values is not null).Select(t => KeyValuePair.Create(t.Key, t.Value.Values!)).ToList();
        var scales = outside.Where(t => t.Value.SeedScale is not null).Select(t => KeyValuePair.Create(t.Key, t.Value.SeedScale!.Value));
        var seeded = new SeededParameterSource(nodes, _options.Seed, scales);
        IParameterSource parameters = given.Count == 0 ? seeded : new CombinedParameterSource(new DictionaryParameterSource(given), seeded);
        var graph = new Graph(Name, Backend.Name, _options.MemoryPolicy, nodes, parameters);
        GraphValidator.Validate(graph);
        return graph;
    }

    internal ModelTensor Seeded(ReadOnlySpan<int> dimensions, DataLayout layout, double scale, string? name = null) =>
        new(this, name, new TensorShape(dimensions, layout, Backend.Alignment), Backend.DataType) { SeedScale = scale };

    /// <summary>A name for a layer's own tensor from outside; two layers of one name get different ones.</summary>
    internal string UniqueTensorName(string name)
    {
        string candidate = name;
        for (int i = 1; !_stateNames.Add(candidate); i++) candidate = string.Create(CultureInfo.InvariantCulture, $"{name}_{i}");
        return candidate;
    }

    internal void RequireOwn(ModelTensor tensor, string operatorName)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Builder != this) throw new ModelException($"{operatorName}: tensor {tensor} belongs to model '{tensor.Builder.Name}', not to '{Name}'");
    }

    /// <summary>Adds an operator with one output, whose shape follows from the inputs unless it is given.</summary>
    private ModelTensor Add(OperatorKind kind, string name, ModelTensor[] inputs, OperatorParameters? parameters = null, Activation? activation = null, TensorShape? output = null) =>
        AddNode(kind, name, inputs, parameters, activation, output is null ? [] : [output])[0];

    private ModelTensor[] AddNode(OperatorKind kind, string name, ModelTensor[] inputs, OperatorParameters? parameters, Activation? activation, TensorShape[] outputs)
    {
        if (name.Length == 0) throw new ModelException($"an operator of kind {kind} has an empty name; leave the name out or give one");
        foreach (ModelTensor input in inputs) RequireOwn(input, name);
        var draft = new Node
        {
            Name = Unique(name, reserve: false),
            Kind = kind,
            Inputs = [.. inputs.Select(i => i.Spec)],
            Outputs = [.. outputs.Select((shape, i) => new TensorSpec(i.ToString(CultureInfo.InvariantCulture), inputs[0].Type, shape))],
            Parameters = parameters,
            Activation = activation,
        };
        TensorShape[] shapes = ShapeInference.Infer(draft);
        DataType type = ShapeInference.OutputType(draft);
        ModelTensor[] sources = kind == OperatorKind.Data ? inputs : Array.ConvertAll(inputs, FromData);
        var node = new ModelNode(Unique(name, reserve: true), kind, sources, parameters, activation, _branch);
        for (int i = 0; i < sources.Length; i++)
        {
            sources[i].GivenName ??= $"{node.Name}/input{i}";
            sources[i].Targets.Add(node);
        }

        node.Outputs = [.. shapes.Select((shape, i) => new ModelTensor(this, $"{node.Name}/output{i}", shape.WithAlignment(Backend.Alignment), type) { Source = node, OutputIndex = i })];
        _nodes.Add(node);
        return node.Outputs;
    }

    /// <summary>For a tensor from outside the output of its Data node, which is made when there is none yet.</summary>
    private ModelTensor FromData(ModelTensor tensor)
    {
        if (tensor.Source is not null) return tensor;
        ModelNode? data = tensor.Targets.Find(t => t.Kind == OperatorKind.Data);
        return data?.Outputs[0] ?? Data(tensor);
    }

    /// <summary>The tensor in a layout that an operator takes, through a Reorder where need be.</summary>
    private ModelTensor InLayout(ModelTensor tensor, DataLayout expected)
    {
        if (!LayoutTransforms || (tensor.Shape.Layout & expected) != 0) return tensor;
        ModelNode? existing = tensor.Targets.Find(t =>
            t.Kind == OperatorKind.Reorder && t.Outputs[0].Shape.Layout == expected && Branch.Sees(_branch, t.Branch));
        return existing?.Outputs[0] ?? Reorder(tensor, expected);
    }

    private string Unique(string name, bool reserve)
    {
        string candidate = name;
        if (_names.TryGetValue(name, out int counter))
        {
            do
            {
                counter++;
                candidate = string.Create(CultureInfo.InvariantCulture, $"{name}_{counter}");
            }
            while (_names.ContainsKey(candidate));
            if (reserve) _names[name] = counter;
        }

        if (reserve) _names[candidate] = 0;
        return candidate;
    }
}
