using System.Collections.Immutable;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Execution;

/// <summary>
/// How an operator runs on the host CPU: no tiles and no launches, only <see cref="OperatorPlan.HostBody"/>. Operators that
/// move elements (reorder, concat, split, …) are the host's on every backend; the others run there when a backend does not
/// support them. Immutable.
/// </summary>
public sealed class HostOperatorPlan : OperatorPlan
{
    private HostOperatorPlan(Node node)
        : base(node, HostExecutor)
    {
    }

    /// <summary>The plan of an operator on the host.</summary>
    /// <param name="node">Any operator; <see cref="OperatorKind.Data"/> does nothing.</param>
    /// <exception cref="ModelException">The operator has no inputs or outputs, or lacks its parameters.</exception>
    public static HostOperatorPlan For(Node node) => new(node)
    {
        HostBody = HostWork.Of(node),
        MultiplyAccumulates = CountMultiplyAccumulates(node),
    };

    /// <summary>
    /// Multiply-accumulate operations of an operator, from its shapes: outputs × kernel size × channels of a convolution
    /// (× 1 when depthwise), images × neurons × activations of an inner product, 0 of all others.
    /// </summary>
    public static long CountMultiplyAccumulates(Node node)
    {
        if (node.Kind == OperatorKind.InnerProduct) return checked(node.Outputs[0].Shape.Size * node.Inputs[0].Shape[1]);
        if (node.Kind is not (OperatorKind.Convolution3d or OperatorKind.ConvolutionDepthwise)) return 0;
        TensorShape kernel = node.Inputs[1].Shape;
        // Weights are (K, R, S, C) in NHWC or (K, C, R, S) in NCHW: the product without the first dimension either way.
        long perOutput = kernel.Size / kernel[0];
        if (node.Kind == OperatorKind.ConvolutionDepthwise) perOutput /= node.Inputs[0].Shape.Layout == DataLayout.NHWC ? kernel[3] : kernel[1];
        return checked(node.Outputs[0].Shape.Size * perOutput);
    }

    /// <inheritdoc/>
    public override ImmutableArray<HostTransfer> Transfers(KernelLaunch launch) => [];
}
