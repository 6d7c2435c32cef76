using System.Collections.Immutable;
using Smaug.Core.Tensors;

namespace Smaug.Core.Graphs;

/// <summary>One input edge of a node: which output of which node feeds it.</summary>
/// <param name="Node">Name of the producing node.</param>
/// <param name="Output">Index of the producing node's output.</param>
public readonly record struct NodeInput(string Node, int Output);

/// <summary>One operator of a graph. Immutable.</summary>
public sealed record Node
{
    /// <summary>Name, unique in the graph.</summary>
    public required string Name { get; init; }

    /// <summary>What it computes.</summary>
    public required OperatorKind Kind { get; init; }

    /// <summary>
    /// Where each input comes from, in input order. Empty for <see cref="OperatorKind.Data"/>, whose tensor comes from the
    /// graph's <see cref="Graph.Parameters"/> under the name of its first input.
    /// </summary>
    public ImmutableArray<NodeInput> Parents { get; init; } = [];

    /// <summary>The tensors it reads; for <see cref="OperatorKind.Data"/> the tensor given from outside.</summary>
    public ImmutableArray<TensorSpec> Inputs { get; init; } = [];

    /// <summary>The tensors it makes.</summary>
    public ImmutableArray<TensorSpec> Outputs { get; init; } = [];

    /// <summary>Parameters of the operator, or null where it has none.</summary>
    public OperatorParameters? Parameters { get; init; }

    /// <summary>The fused activation, or the parameters of an operator that is an activation; null for none.</summary>
    public Activation? Activation { get; init; }

    /// <summary>The name and the operator, for example <c>conv0 (Convolution3d)</c>.</summary>
    public override string ToString() => $"{Name} ({Kind})";
}
