using System.Collections.Immutable;
using Smaug.Core.Tensors;

namespace Smaug.Core.Graphs;

/// <summary>A network: operators in the order of their creation, joined by tensors. Immutable.</summary>
public sealed class Graph
{
    private readonly Dictionary<string, int> _indices;

    /// <summary>Creates a graph from its nodes. <c>GraphValidator</c> checks operators and edges.</summary>
    /// <param name="name">Name of the network.</param>
    /// <param name="backend">Name of the backend it was built for, for example <c>SMV</c>.</param>
    /// <param name="policy">How accelerators reach host memory.</param>
    /// <param name="nodes">Operators in creation order.</param>
    /// <param name="parameters">Values of the Data nodes; null when there are none (time-only runs).</param>
    /// <exception cref="ModelException">Two nodes have one name.</exception>
    public Graph(string name, string backend, MemoryPolicy policy, IEnumerable<Node> nodes, IParameterSource? parameters = null)
    {
        Name = name;
        Backend = backend;
        MemoryPolicy = policy;
        Nodes = [.. nodes];
        Parameters = parameters;
        _indices = new Dictionary<string, int>(Nodes.Length, StringComparer.Ordinal);
        for (int i = 0; i < Nodes.Length; i++)
        {
            if (!_indices.TryAdd(Nodes[i].Name, i)) throw new ModelException($"graph '{name}': two nodes are named '{Nodes[i].Name}'; names must be unique");
        }
    }

    /// <summary>Name of the network.</summary>
    public string Name { get; }

    /// <summary>Name of the backend it was built for.</summary>
    public string Backend { get; }

    /// <summary>How accelerators reach host memory.</summary>
    public MemoryPolicy MemoryPolicy { get; }

    /// <summary>Operators in creation order.</summary>
    public ImmutableArray<Node> Nodes { get; }

    /// <summary>Values of the Data nodes; null when there are none.</summary>
    public IParameterSource? Parameters { get; }

    /// <summary>Index in <see cref="Nodes"/> of a node, or -1 when there is none of that name.</summary>
    public int IndexOf(string name) => _indices.TryGetValue(name, out int index) ? index : -1;

    /// <summary>The node of a name, or null.</summary>
    public Node? Find(string name) => _indices.TryGetValue(name, out int index) ? Nodes[index] : null;

    /// <summary>The same operators with other values for the Data nodes.</summary>
    public Graph WithParameters(IParameterSource? parameters) => new(Name, Backend, MemoryPolicy, Nodes, parameters);

    /// <summary>The same graph with values for some Data nodes, by tensor name; the others keep theirs.</summary>
    public Graph WithValues(params IEnumerable<Tensor> tensors)
    {
        var given = new DictionaryParameterSource(tensors);
        return WithParameters(Parameters is null ? given : new CombinedParameterSource(given, Parameters));
    }

    /// <summary>The same graph with another memory policy.</summary>
    public Graph WithMemoryPolicy(MemoryPolicy policy) => new(Name, Backend, policy, Nodes, Parameters);
}
