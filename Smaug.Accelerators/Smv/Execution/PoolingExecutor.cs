using Smaug.Accelerators.Smv.Kernels;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Problems;

namespace Smaug.Accelerators.Smv.Execution;

/// <summary>Computes pooling launch by launch, for every image of a tile.</summary>
internal sealed class PoolingExecutor(SmvOperatorPlan plan, Tensor input, Tensor output)
{
    private readonly PoolingProblem _problem = (PoolingProblem)plan.Tiling.Problem;
    private readonly bool _isMaximum = plan.Node.Kind == OperatorKind.MaxPooling;
    private readonly ScratchpadPool _pool = new();

    public void Run(ComputeOptions options) =>
        _pool.ForEach(LaunchGroups.By(plan.Launches, (PoolingLaunch l) => l.Output), options, Run);

    private void Run(PoolingLaunch launch, Scratchpads scratchpads)
    {
        var inputBox = new ImageBox(input, plan.Tiles.Input[launch.Input]);
        var outputBox = new ImageBox(output, plan.Tiles.Output[launch.Output]);
        outputBox.RequireWindows(plan.Node, inputBox, default, (_problem.Rows, _problem.Columns), (_problem.RowStride, _problem.ColumnStride));
        int inputPitch = inputBox.PaddedChannels, pitch = outputBox.PaddedChannels;
        int inputRow = inputBox.Columns * inputPitch, inputImage = inputBox.Rows * inputRow;
        Span<float> inputs = scratchpads.Inputs(inputBox.Images * inputImage);
        ScratchpadTransfer.Load(inputBox, default, inputs);
        Span<float> results = scratchpads.Results(outputBox.Images * outputBox.Rows * outputBox.Columns * pitch);
        int channels = Math.Min(inputPitch, pitch - launch.OutputChannelStart);
        int write = launch.OutputChannelStart;
        for (int image = 0; image < outputBox.Images; image++)
        {
            for (int row = 0; row < outputBox.Rows; row++)
            {
                int read = image * inputImage + row * _problem.RowStride * inputRow;
                for (int column = 0; column < outputBox.Columns; column++)
                {
                    Pool(inputs[read..], inputRow, inputPitch, results.Slice(write, channels));
                    read += _problem.ColumnStride * inputPitch;
                    write += pitch;
                }
            }
        }

        if (launch.SendResults) ScratchpadTransfer.Store(results, plan.Node.Activation, outputBox, scratchpads);
    }

    private void Pool(ReadOnlySpan<float> window, int rowPitch, int columnPitch, Span<float> results)
    {
        results.Fill(_isMaximum ? PoolingUnit.LeastValue : 0);
        for (int row = 0; row < _problem.Rows; row++)
        {
            for (int column = 0; column < _problem.Columns; column++)
            {
                ReadOnlySpan<float> pixel = window.Slice(row * rowPitch + column * columnPitch, results.Length);
                if (_isMaximum) PoolingUnit.TakeMaximum(results, pixel);
                else PoolingUnit.Add(results, pixel);
            }
        }

        if (!_isMaximum) PoolingUnit.Divide(results, _problem.Rows * _problem.Columns);
    }
}
