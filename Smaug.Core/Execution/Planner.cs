using System.Collections.Immutable;
using Smaug.Core.Graphs;

namespace Smaug.Core.Execution;

/// <summary>
/// Turns a network into an execution plan: asks the backends in turn who runs an operator and has that one plan it. The
/// last backend is the host CPU, which runs whatever the others do not.
/// </summary>
public static class Planner
{
    /// <summary>Plans every operator of a network.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="backends">In order of preference; the first that supports an operator runs it.</param>
    /// <param name="options">How plans are made; null for the defaults.</param>
    /// <param name="cancellationToken">Stops planning.</param>
    /// <exception cref="ModelException">No backend supports an operator, or softmax is fused into one.</exception>
    /// <exception cref="TilingException">No tiling of an operator fits the scratchpads.</exception>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public static ExecutionPlan Plan(
        Graph graph, ImmutableArray<IBackend> backends, PlanOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PlanOptions();
        options.Validate();
        ImmutableArray<OperatorPlan>.Builder plans = ImmutableArray.CreateBuilder<OperatorPlan>(graph.Nodes.Length);
        foreach (Node original in graph.Nodes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Node node = WithEffectiveActivation(original, options);
            plans.Add(Supporting(node, backends).Plan(node, options));
        }

        return new ExecutionPlan(graph, plans.MoveToImmutable());
    }

    private static IBackend Supporting(Node node, ImmutableArray<IBackend> backends)
    {
        foreach (IBackend backend in backends)
        {
            if (backend.Supports(node)) return backend;
        }

        string names = string.Join(", ", backends.Select(b => b.Traits.Name));
        throw new ModelException($"operator {node}: none of the backends ({names}) supports it; add the host CPU as the last backend");
    }

    // The original SMAUG drops a fused softmax and ignores the parameters of stand-alone activations.
    private static Node WithEffectiveActivation(Node node, PlanOptions options)
    {
        if (node.Activation is null) return node;
        bool isFused = node.Kind is not (OperatorKind.ReLU or OperatorKind.LReLU or OperatorKind.ELU or OperatorKind.SELU
            or OperatorKind.Tanh or OperatorKind.HardTanh or OperatorKind.Sigmoid or OperatorKind.Softmax);
        if (isFused && node.Activation.Kind == OperatorKind.Softmax)
        {
            if (options.Compatibility) return node with { Activation = null };
            throw new ModelException($"operator {node}: softmax cannot be fused into another operator; add a Softmax operator behind it");
        }

        if (isFused || !options.Compatibility) return node;
        return node with { Activation = new Activation(node.Kind) { Slope = 0.1f } };
    }
}
