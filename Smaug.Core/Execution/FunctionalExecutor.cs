using System.Collections.Immutable;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Execution;

/// <summary>
/// Computes the values of a network by walking its execution plan. Operators run one after the other in
/// <see cref="OperatorOrder"/>; within an operator the backend may use several threads. A tensor is dropped when its last
/// reader is done, and its storage is used again by later tensors and later runs. Results are the same bits with any number
/// of threads, and own their storage.
/// </summary>
/// <remarks>
/// An operator is dead, and with it all its outputs, when one of its inputs is dead; <see cref="OperatorKind.Merge"/> only
/// when all are. <see cref="OperatorKind.Switch"/> copies its input to output 1 when its predicate is true, else to output
/// 0, and the other output is dead. <see cref="OperatorKind.Merge"/> copies its first live input.
/// </remarks>
public sealed class FunctionalExecutor
{
    private readonly ExecutionPlan _plan;
    private readonly ImmutableArray<int> _order;
    private readonly IBackend?[] _executors;
    private readonly TensorPool _pool = new();

    /// <summary>Prepares the execution of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="backends">The backends it was made with.</param>
    /// <exception cref="ModelException">The graph has a cycle, or an operator was planned by a backend that is not given.</exception>
    public FunctionalExecutor(ExecutionPlan plan, ImmutableArray<IBackend> backends)
    {
        _plan = plan;
        _order = OperatorOrder.Of(plan.Graph);
        _executors = new IBackend?[plan.Operators.Length];
        for (int i = 0; i < _executors.Length; i++)
        {
            OperatorPlan operatorPlan = plan.Operators[i];
            if (operatorPlan.Node.Kind is OperatorKind.Data or OperatorKind.Switch or OperatorKind.Merge) continue;
            _executors[i] = backends.FirstOrDefault(b => b.Traits.Name == operatorPlan.Executor)
                ?? throw new ModelException($"operator {operatorPlan.Node} was planned for backend '{operatorPlan.Executor}', which is not among those given ({string.Join(", ", backends.Select(b => b.Traits.Name))})");
        }
    }

    /// <summary>Computes the network.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <returns>The first output of the operator that ran last.</returns>
    /// <exception cref="ModelException">A Data operator has no values, or values of another shape.</exception>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public FunctionalResult Run(FunctionalOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new FunctionalOptions();
        var compute = new ComputeOptions { Threads = options.Threads, CancellationToken = cancellationToken };
        compute.Validate();
        if (_order.IsEmpty) throw new ModelException($"graph '{_plan.Graph.Name}' has no operators");
        var run = new FunctionalRun(_plan, _executors, options, compute, _pool);
        for (int i = 0; i < _order.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            run.Execute(i, _order[i], isLast: i == _order.Length - 1);
            options.Progress?.Report(new FunctionalProgress(i + 1, _order.Length, _plan.Graph.Nodes[_order[i]].Name));
        }

        return run.Result(_order[^1]);
    }
}
