using Smaug.Accelerators.Smv;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Tiles;

namespace Smaug.Accelerators.Systolic.Device;

/// <summary>
/// The convolutions of the SMV backend on the output-stationary device. Tiles and launches are those of the SMV engine; a plan is
/// refused when a tile does not fit the device's scratchpads.
/// </summary>
internal sealed class OutputStationaryBackend(OutputStationaryOptions options, SmvBackend engine) : IBackend
{
    private readonly OutputStationaryDevice _device = new(options);

    public BackendTraits Traits => engine.Traits;

    public bool Supports(Node node) =>
        node.Kind == OperatorKind.Convolution3d && engine.Supports(node) && HasActivation(node.Activation);

    public OperatorPlan Plan(Node node, PlanOptions planOptions)
    {
        var plan = (SmvOperatorPlan)engine.Plan(node, planOptions);
        Fit(plan, plan.Tiles.Input, "input");
        Fit(plan, plan.Tiles.Weights!, "weight");
        Fit(plan, plan.Tiles.Output, "output");
        foreach (KernelLaunch launch in plan.Launches) Check(plan, (ConvolutionLaunch)launch);
        return plan;
    }

    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Run(plan, inputs, outputs, ComputeOptions.Sequential);

    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, ComputeOptions computeOptions) =>
        new DeviceConvolution((SmvOperatorPlan)plan, inputs[0], inputs[1], outputs[0]).Run(computeOptions);

    private static bool HasActivation(Activation? activation) => activation is null || activation.Kind
        is OperatorKind.ReLU or OperatorKind.LReLU or OperatorKind.ELU or OperatorKind.SELU or OperatorKind.Tanh or OperatorKind.HardTanh or OperatorKind.Sigmoid;

    private void Fit(SmvOperatorPlan plan, TiledTensor tensor, string role)
    {
        long bytes = tensor.LargestTileElements * options.DataType.SizeInBytes();
        if (bytes <= options.ScratchpadBytes) return;
        throw new TilingException(
            $"operator {plan.Node}: a tile of the {role} tensor '{tensor.Tensor.Name}' has {bytes} bytes, a scratchpad of the systolic array {options.ScratchpadBytes}; "
            + "make ConvolutionArray.ScratchpadBytes larger, or Accelerators.ScratchpadBytes, for which tiles are made, smaller");
    }

    /// <summary>Refuses what the original device cannot do, when it is to be like it.</summary>
    private void Check(SmvOperatorPlan plan, ConvolutionLaunch launch)
    {
        if (!options.Compatibility) return;
        DeviceLaunch work = DeviceLaunch.Of(plan, launch, compatibility: true);
        if (work.Images > 1) throw new SimulationException($"operator {plan.Node}: its tiles have {work.Images} images, the original systolic array takes one; leave Compatibility off");
        try
        {
            _device.ComputeCycles(work.Invocation);
        }
        catch (SimulationException error)
        {
            throw new SimulationException($"operator {plan.Node}: on the original systolic array {error.Message}; leave Compatibility off", error);
        }
    }
}
