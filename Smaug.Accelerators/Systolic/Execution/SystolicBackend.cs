using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Systolic.Execution;

/// <summary>
/// A systolic array as a backend: convolutions, depthwise convolutions and inner products run on the array, with time,
/// traffic and values; all other operators run on the host. <c>SocBuilder.WithSystolicArray</c> puts one into an SoC; on its own it
/// goes together with <see cref="SystolicAccelerator"/>:
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

    /// <summary>
    /// Simulates the operator on the array and makes one launch of it; with several accelerators, one for each, of equal parts of
    /// the filters (images and channels, for a depthwise convolution).
    /// </summary>
    /// <inheritdoc/>
    public OperatorPlan Plan(Node node, PlanOptions options)
    {
        options.Validate();
        (SystolicLayer layer, int copies) = TopologyConversion.LayerOf(node)
            ?? throw new TilingException($"operator {node}: a systolic array does not run it");
        if (Options.Precision == SystolicPrecision.Int8 && layer.WindowSize > SystolicPrecisions.LongestInt8Window)
            throw new TilingException($"operator {node}: sums of {layer.WindowSize} products of int8 can overflow 32 bits (from {SystolicPrecisions.LongestInt8Window + 1} on); choose Float16 or Float32");
        bool depthwise = node.Kind == OperatorKind.ConvolutionDepthwise;
        int total = depthwise ? copies : layer.Filters;
        int parts = Math.Min(options.Accelerators, total);
        var launches = ImmutableArray.CreateBuilder<SystolicLaunch>(parts);
        LayerResult? result = null;
        for (int i = 0; i < parts; i++)
        {
            int first = (int)((long)total * i / parts);
            int count = (int)((long)total * (i + 1) / parts) - first;
            SystolicLayer slice = depthwise ? layer : layer with { Filters = count };
            if (result is null || result.Layer != slice) result = SystolicArray.Simulate(slice, Options.Simulated);
            launches.Add(new SystolicLaunch { Accelerator = i, Layer = result, Copies = depthwise ? count : copies, FirstPart = first });
        }

        return new SystolicOperatorPlan(node, Traits.Name, launches.MoveToImmutable(), total, Options);
    }

    /// <inheritdoc/>
    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Run(plan, inputs, outputs, ComputeOptions.Sequential);

    /// <inheritdoc/>
    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, ComputeOptions options) =>
        new SystolicValues(plan.Node, Options, inputs[0], inputs[1]).Run(outputs[0], options);
}
