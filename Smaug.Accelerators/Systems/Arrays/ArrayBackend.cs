using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Systems.Arrays;

/// <summary>Two backends of the same models: what the array supports runs on the array, the rest on the engine beside it.</summary>
internal sealed class ArrayBackend(IBackend array, IBackend engine) : IBackend
{
    public BackendTraits Traits => engine.Traits;

    public bool Supports(Node node) => array.Supports(node) || engine.Supports(node);

    public OperatorPlan Plan(Node node, PlanOptions options) => For(node).Plan(node, options);

    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => For(plan.Node).Run(plan, inputs, outputs);

    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, ComputeOptions options) =>
        For(plan.Node).Run(plan, inputs, outputs, options);

    private IBackend For(Node node) => array.Supports(node) ? array : engine;
}
