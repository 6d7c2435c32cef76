using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Reference;

/// <summary>
/// The backend whose results the others are measured by: whole tensors in float32, one accumulator per result, products
/// added in the order channel, kernel row, kernel column. It is not tiled and launches no kernels; its operators are
/// work of the host CPU. Operators that only move data run on <see cref="Host.HostBackend"/>.
/// </summary>
public sealed class ReferenceBackend : IBackend
{
    /// <inheritdoc/>
    public BackendTraits Traits => Backends.Reference;

    /// <inheritdoc/>
    public bool Supports(Node node) => ReferenceOperators.Supports(node.Kind);

    /// <inheritdoc/>
    public OperatorPlan Plan(Node node, PlanOptions options) => new ReferenceOperatorPlan(node);

    /// <inheritdoc/>
    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Run(plan, inputs, outputs, ComputeOptions.Sequential);

    /// <inheritdoc/>
    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, ComputeOptions options) =>
        ReferenceOperators.Run(plan.Node, inputs, outputs, options);
}
