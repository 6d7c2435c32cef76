using Smaug.Accelerators.Smv;
using Smaug.Core;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Tiles;

namespace Smaug.Accelerators.Systolic.Device;

/// <summary>
/// What the three scratchpads of one device hold. They keep it from launch to launch, so that a launch may leave out a load, or
/// add to the results of the one before it.
/// </summary>
internal sealed class DeviceScratchpads
{
    private (TiledTensor? Tensor, int Tile) _input;
    private (TiledTensor? Tensor, int Tile) _weights;
    private (TiledTensor? Tensor, int Tile) _output;

    /// <summary>Takes in what a launch loads, and checks that the rest of what it needs is there.</summary>
    /// <exception cref="SimulationException">A scratchpad does not hold what the launch neither loads nor starts anew.</exception>
    public void Accept(SmvOperatorPlan plan, ConvolutionLaunch launch)
    {
        Hold(plan, ref _input, (plan.Tiles.Input, launch.Input), launch.ReadInputs, "loads no inputs");
        Hold(plan, ref _weights, (plan.Tiles.Weights!, launch.Weights), launch.ReadWeights, "loads no weights");
        Hold(plan, ref _output, (plan.Tiles.Output, launch.Output), !launch.Accumulate, "adds to earlier results");
    }

    private static void Hold(SmvOperatorPlan plan, ref (TiledTensor? Tensor, int Tile) held, (TiledTensor Tensor, int Tile) needed, bool isNew, string what)
    {
        if (!isNew && (!ReferenceEquals(held.Tensor, needed.Tensor) || held.Tile != needed.Tile))
        {
            string found = held.Tensor is null ? "nothing" : $"'{held.Tensor.BufferName(held.Tile)}'";
            throw new SimulationException($"operator {plan.Node}: a launch {what}, but the systolic array's scratchpad holds {found} instead of '{needed.Tensor.BufferName(needed.Tile)}'");
        }

        held = needed;
    }
}
