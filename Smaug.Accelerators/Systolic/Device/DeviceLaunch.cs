using Smaug.Accelerators.Smv;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;

namespace Smaug.Accelerators.Systolic.Device;

/// <summary>
/// A launch of the SMV backend's convolution kernel as the device runs it: one invocation for each image of the tile. The
/// parameters hold channel counts with their padding, as SMAUG passes them.
/// </summary>
/// <param name="Invocation">The invocation of one image.</param>
/// <param name="Images">Images of the tile.</param>
internal readonly record struct DeviceLaunch(DeviceInvocation Invocation, int Images)
{
    /// <summary>Translates a launch.</summary>
    /// <param name="plan">The plan of a convolution.</param>
    /// <param name="launch">One of its launches.</param>
    /// <param name="compatibility">
    /// Whether the padding channels of the output tile count as channels, as in the original; otherwise no kernel is computed for
    /// them.
    /// </param>
    public static DeviceLaunch Of(SmvOperatorPlan plan, ConvolutionLaunch launch, bool compatibility)
    {
        var problem = (ConvolutionProblem)plan.Tiling.Problem;
        Tile input = plan.Tiles.Input[launch.Input], weights = plan.Tiles.Weights![launch.Weights], output = plan.Tiles.Output[launch.Output];
        var invocation = new DeviceInvocation
        {
            InputRows = input[1],
            InputColumns = input[2],
            InputChannels = input[3] + input.Padding,
            Kernels = weights[0],
            KernelRows = problem.KernelRows,
            KernelColumns = problem.KernelColumns,
            KernelChannels = weights[3] + weights.Padding,
            OutputRows = output[1],
            OutputColumns = output[2],
            OutputChannels = output[3] + (compatibility ? output.Padding : 0),
            Stride = problem.RowStride,
            ColumnStride = problem.ColumnStride == problem.RowStride ? null : problem.ColumnStride,
            PaddingTop = launch.TopHalo,
            PaddingLeft = launch.LeftHalo,
            FirstInputChannel = launch.InputChannelStart,
            FirstKernel = launch.KernelStart,
            Accumulate = launch.Accumulate,
            Activation = launch.SendResults ? plan.Node.Activation : null,
        };
        return new DeviceLaunch(invocation, input[0]);
    }
}
