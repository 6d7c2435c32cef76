using Smaug.Accelerators.Smv.Execution;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tiling;

namespace Smaug.Accelerators.Smv;

/// <summary>
/// The SMV engine: 8 processing elements with 32 multipliers each, three scratchpads, float16 in memory and float32
/// inside. Values are the bits that the engine computes: products of 32 channels are added lane by lane, lanes in order,
/// no fused operations, one rounding to float16 per store. See <c>docs/values.md</c> for the arithmetic of each operator.
/// </summary>
public sealed class SmvBackend : IBackend
{
    private readonly SmvPlanner _planner;

    /// <summary>Creates an engine.</summary>
    /// <param name="options">Size of the memories; default 32 KiB of float16 each.</param>
    /// <param name="pipeline">Steps of tiling; default <see cref="TilingPipeline.Standard"/>.</param>
    /// <exception cref="Core.ConfigurationException">An option is out of its range.</exception>
    public SmvBackend(SmvOptions? options = null, TilingPipeline? pipeline = null) => _planner = new SmvPlanner(options, pipeline);

    /// <inheritdoc/>
    public BackendTraits Traits => Backends.Smv;

    /// <summary>
    /// Whether the engine runs an operator: it has a kernel for it, its tensors are float16 (comparisons give booleans) with
    /// rows padded to whole vectors, and one window or row fits a scratchpad.
    /// </summary>
    public bool Supports(Node node)
    {
        foreach (TensorSpec input in node.Inputs)
        {
            if (input.Type != DataType.Float16 || !HasWholeVectors(input)) return false;
        }

        foreach (TensorSpec output in node.Outputs)
        {
            if (output.Type is not (DataType.Float16 or DataType.Bool) || !HasWholeVectors(output)) return false;
        }

        return _planner.Supports(node);
    }

    /// <inheritdoc/>
    public OperatorPlan Plan(Node node, PlanOptions options) => _planner.Plan(node, options);

    /// <inheritdoc/>
    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Run(plan, inputs, outputs, ComputeOptions.Sequential);

    /// <inheritdoc/>
    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, ComputeOptions options)
    {
        var smv = (SmvOperatorPlan)plan;
        switch (plan.Node.Kind)
        {
            case OperatorKind.Convolution3d:
                new ConvolutionExecutor(smv, inputs[0], inputs[1], outputs[0]).Run(options);
                break;
            case OperatorKind.InnerProduct:
                new InnerProductExecutor(smv, inputs[0], inputs[1], outputs[0]).Run(options);
                break;
            case OperatorKind.MaxPooling or OperatorKind.AveragePooling:
                new PoolingExecutor(smv, inputs[0], outputs[0]).Run(options);
                break;
            case OperatorKind.BatchNorm:
                new BatchNormExecutor(smv, inputs[0], inputs[1..].ToArray(), outputs[0]).Run(options);
                break;
            case OperatorKind.Softmax:
                new SoftmaxExecutor(smv, inputs[0], outputs[0]).Run(options);
                break;
            default:
                new ElementwiseExecutor(smv, inputs[0], inputs.Length > 1 ? inputs[1] : null, outputs[0]).Run(options);
                break;
        }
    }

    private static bool HasWholeVectors(TensorSpec tensor) =>
        tensor.Shape.Rank > 0 && (tensor.Shape[-1] + tensor.Shape.Padding) % Backends.Smv.Alignment == 0;
}
