using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Systolic.Execution;

/// <summary>
/// A systolic array as a backend: convolutions, depthwise convolutions and inner products run on the array, with time,
/// traffic and values; all other operators run on the host. Use it with <see cref="SystolicAccelerator"/>:
/// <code>
/// var backend = new SystolicBackend();
/// Soc soc = new SocBuilder().WithAccelerator(context => new SystolicAccelerator(context), backend).Build();
/// </code>
/// </summary>
public sealed class SystolicBackend : IBackend
{
    /// <summary>Creates a backend.</summary>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public SystolicBackend(SystolicBackendOptions? options = null)
    {
        Options = options ?? new SystolicBackendOptions();
        Options.Validate();
    }

    /// <summary>Traits of models built for a systolic array: float32 in NHWC, unaligned, inner-product weights as (neurons, activations).</summary>
    public static BackendTraits DefaultTraits { get; } = new()
    {
        Name = "Systolic",
        Alignment = 0,
        DataType = DataType.Float32,
        ActivationLayout = DataLayout.NHWC,
        InnerProductWeightLayout = DataLayout.NC,
    };

    /// <summary>The array.</summary>
    public SystolicBackendOptions Options { get; }

    /// <inheritdoc/>
    public BackendTraits Traits => Options.Traits;

    /// <summary>Whether the array runs an operator: a convolution, a depthwise convolution, or an inner product of floats.</summary>
    public bool Supports(Node node) =>
        node.Inputs.Length >= 2
        && node.Inputs[0].Type is DataType.Float16 or DataType.Float32
        && TopologyConversion.LayerOf(node) is not null;

    /// <inheritdoc/>
    public OperatorPlan Plan(Node node, PlanOptions options)
    {
        options.Validate();
        (SystolicLayer layer, int copies) = TopologyConversion.LayerOf(node)
            ?? throw new TilingException($"operator {node}: a systolic array does not run it");
        LayerResult result = SystolicArray.Simulate(layer, Options.Simulated);
        return new SystolicOperatorPlan(node, Traits.Name, new SystolicLaunch { Layer = result, Copies = copies }, Options);
    }

    /// <inheritdoc/>
    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Run(plan, inputs, outputs, ComputeOptions.Sequential);

    /// <inheritdoc/>
    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, ComputeOptions options) =>
        new SystolicValues(plan.Node, Options, inputs[0], inputs[1]).Run(outputs[0], options);
}
