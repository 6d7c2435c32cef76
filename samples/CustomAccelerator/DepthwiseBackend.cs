using Smaug.Accelerators.Host;
using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace CustomAccelerator;

/// <summary>The SMV backend, with depthwise convolutions planned for the engine of this program.</summary>
internal sealed class DepthwiseBackend : IBackend
{
    private readonly SmvBackend _smv = new();
    private readonly HostBackend _host = new();

    public BackendTraits Traits => _smv.Traits;

    public bool Supports(Node node) => IsDepthwise(node) || _smv.Supports(node);

    public OperatorPlan Plan(Node node, PlanOptions options) => IsDepthwise(node) ? new DepthwisePlan(node) : _smv.Plan(node, options);

    /// <summary>A depthwise convolution has the values that the host computes: the engine adds in the same order.</summary>
    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (plan is DepthwisePlan) _host.Run(_host.Plan(plan.Node, new PlanOptions()), inputs, outputs);
        else _smv.Run(plan, inputs, outputs);
    }

    private static bool IsDepthwise(Node node) =>
        node.Kind == OperatorKind.ConvolutionDepthwise && node.Inputs[0].Type == DataType.Float16 && node.Inputs[0].Shape.Layout == DataLayout.NHWC;
}
