using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Execution;

/// <summary>
/// A way to run operators: says which it supports, tiles one, turns it into kernel launches, and computes its values.
/// Operators that a backend does not support run on the host CPU.
/// </summary>
public interface IBackend
{
    /// <summary>What models built for it must know.</summary>
    BackendTraits Traits { get; }

    /// <summary>Whether it runs an operator itself.</summary>
    bool Supports(Node node);

    /// <summary>Tiles an operator and lists its kernel launches.</summary>
    /// <param name="node">An operator that it supports.</param>
    /// <param name="options">How plans are made.</param>
    /// <exception cref="TilingException">No tiling fits the scratchpads.</exception>
    OperatorPlan Plan(Node node, PlanOptions options);

    /// <summary>Computes the values of an operator, launch by launch.</summary>
    /// <param name="plan">A plan that this backend made.</param>
    /// <param name="inputs">The input tensors in operand order.</param>
    /// <param name="outputs">The zeroed output tensors in order, to be filled.</param>
    void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs);

    /// <summary>Computes the values of an operator on several threads; a backend that cannot uses one.</summary>
    /// <param name="plan">A plan that this backend made.</param>
    /// <param name="inputs">The input tensors in operand order.</param>
    /// <param name="outputs">The zeroed output tensors in order, to be filled.</param>
    /// <param name="options">Threads and cancellation; the values do not depend on them.</param>
    void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, ComputeOptions options) =>
        Run(plan, inputs, outputs);
}
