using Smaug.Accelerators.Reference;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Host;

/// <summary>
/// The host CPU: moves data for every model (reorder, concat, split, reshape, repeat, padding; any element type), and
/// computes what an accelerator does not support, in float32 with the arithmetic of <see cref="ReferenceBackend"/>; float16
/// tensors are converted on the way in and rounded to nearest even on the way out. It plans switch and merge too, whose
/// copies the executor makes, because they depend on which tensors are dead.
/// </summary>
public sealed class HostBackend : IBackend
{
    /// <inheritdoc/>
    public BackendTraits Traits { get; } = Backends.Reference with { Name = OperatorPlan.HostExecutor };

    /// <inheritdoc/>
    public bool Supports(Node node) => node.Kind != OperatorKind.UnknownOp;

    /// <inheritdoc/>
    public OperatorPlan Plan(Node node, PlanOptions options) => HostOperatorPlan.For(node);

    /// <inheritdoc/>
    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Run(plan, inputs, outputs, ComputeOptions.Sequential);

    /// <inheritdoc/>
    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, ComputeOptions options)
    {
        switch (plan.Node.Kind)
        {
            case OperatorKind.Reorder:
                LayoutChange.Run(inputs[0], outputs[0]);
                break;
            case OperatorKind.Concat:
                DataMovement.Concat(inputs, outputs[0], ((ConcatParameters)plan.Node.Parameters!).Axis);
                break;
            case OperatorKind.Split:
                DataMovement.Split(inputs[0], outputs, ((SplitParameters)plan.Node.Parameters!).Axis);
                break;
            case OperatorKind.Reshape:
                TensorCopy.Elements(outputs[0], inputs[0]);
                break;
            case OperatorKind.Repeat:
                DataMovement.Repeat(inputs[0], outputs[0]);
                break;
            case OperatorKind.Padding:
                DataMovement.Pad(inputs[0], outputs[0], (PaddingParameters)plan.Node.Parameters!);
                break;
            default:
                ReferenceOperators.Run(plan.Node, inputs, outputs, options);
                break;
        }
    }
}
