using System.Numerics.Tensors;
using Smaug.Accelerators.Smv;
using Smaug.Accelerators.Smv.Execution;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;
using Tensor = Smaug.Core.Tensors.Tensor;

namespace Smaug.Accelerators.Systolic.Device;

/// <summary>
/// Computes a convolution launch by launch as the device does: every product-sum is rounded to a half, a launch that accumulates
/// adds its halves to those of the launches before it, and the activation is applied when results are sent. Halves are held as
/// floats; the lanes of a vector are kernels, so that no sum is reordered.
/// </summary>
internal sealed class DeviceConvolution(SmvOperatorPlan plan, Tensor input, Tensor weights, Tensor output)
{
    private readonly ConvolutionProblem _problem = (ConvolutionProblem)plan.Tiling.Problem;

    public void Run(ComputeOptions options)
    {
        var devices = new Dictionary<int, DeviceScratchpads>();
        foreach (KernelLaunch launch in plan.Launches)
        {
            if (!devices.TryGetValue(launch.Accelerator, out DeviceScratchpads? held)) devices.Add(launch.Accelerator, held = new DeviceScratchpads());
            held.Accept(plan, (ConvolutionLaunch)launch);
        }

        List<ConvolutionLaunch>[] groups = LaunchGroups.By(plan.Launches, (ConvolutionLaunch l) => l.Output);
        options.ForEach(groups.Length, group =>
        {
            Tile tile = plan.Tiles.Output[groups[group][0].Output];
            float[] results = new float[checked((int)tile.Elements)];
            foreach (ConvolutionLaunch launch in groups[group])
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                Run(launch, results);
            }
        });
    }

    private void Run(ConvolutionLaunch launch, float[] results)
    {
        var inputBox = new ImageBox(input, plan.Tiles.Input[launch.Input]);
        var outputBox = new ImageBox(output, plan.Tiles.Output[launch.Output]);
        Tile weightTile = plan.Tiles.Weights![launch.Weights];
        var halo = new Halo(launch.TopHalo, launch.BottomHalo, launch.LeftHalo, launch.RightHalo);
        outputBox.RequireWindows(plan.Node, inputBox, halo, (_problem.KernelRows, _problem.KernelColumns), (_problem.RowStride, _problem.ColumnStride));
        int kernels = Math.Min(outputBox.Channels, weightTile[0] - launch.KernelStart);
        float[] columns = Weights(weightTile, launch.KernelStart, kernels);
        int channels = weightTile[3];
        float[] window = new float[_problem.KernelRows * _problem.KernelColumns * channels];
        float[] sums = new float[kernels], products = new float[kernels];
        var halves = new Half[kernels];
        int pixel = 0;
        for (int image = 0; image < outputBox.Images; image++)
        {
            for (int row = 0; row < outputBox.Rows; row++)
            {
                for (int column = 0; column < outputBox.Columns; column++, pixel++)
                {
                    Gather(inputBox, image, row * _problem.RowStride - launch.TopHalo, column * _problem.ColumnStride - launch.LeftHalo, launch.InputChannelStart, channels, window);
                    Array.Clear(sums);
                    for (int k = 0; k < window.Length; k++)
                    {
                        TensorPrimitives.Multiply(columns.AsSpan(k * kernels, kernels), window[k], products);
                        AddRounded(sums, products, halves);
                    }

                    Span<float> target = results.AsSpan(pixel * outputBox.Channels, kernels);
                    if (launch.Accumulate) AddRounded(target, sums, halves);
                    else sums.CopyTo(target);
                    if (launch.SendResults) Send(target, plan.Node.Activation, output.Span<Half>().Slice(outputBox.StorageIndex(image, row, column), kernels));
                }
            }
        }
    }

    /// <summary>The kernels of a launch, one column each: the positions of a window in the order row, column, channel.</summary>
    private float[] Weights(in Tile tile, int first, int kernels)
    {
        int channels = tile[3], positions = _problem.KernelRows * _problem.KernelColumns;
        int pitch = weights.Shape[3] + weights.Shape.Padding;
        ReadOnlySpan<Half> source = weights.Span<Half>();
        float[] columns = new float[positions * channels * kernels];
        for (int kernel = 0; kernel < kernels; kernel++)
        {
            for (int position = 0; position < positions; position++)
            {
                int start = ((tile.Origin(0) + first + kernel) * positions + position) * pitch + tile.Origin(3);
                for (int channel = 0; channel < channels; channel++) columns[(position * channels + channel) * kernels + kernel] = (float)source[start + channel];
            }
        }

        return columns;
    }

    /// <summary>The window of a pixel; zeros outside the tile.</summary>
    private void Gather(in ImageBox box, int image, int firstRow, int firstColumn, int firstChannel, int channels, Span<float> window)
    {
        ReadOnlySpan<Half> source = box.Tensor.Span<Half>();
        int at = 0;
        for (int r = 0; r < _problem.KernelRows; r++)
        {
            for (int c = 0; c < _problem.KernelColumns; c++, at += channels)
            {
                (int row, int column) = (firstRow + r, firstColumn + c);
                Span<float> part = window.Slice(at, channels);
                if ((uint)row >= (uint)box.Rows || (uint)column >= (uint)box.Columns) part.Clear();
                else HalfConversion.ToSingle(source.Slice(box.StorageIndex(image, row, column) + firstChannel, channels), part);
            }
        }
    }

    private static void AddRounded(Span<float> sums, ReadOnlySpan<float> terms, Span<Half> halves)
    {
        TensorPrimitives.Add(sums, terms, sums);
        HalfConversion.ToHalf(sums, halves);
        HalfConversion.ToSingle(halves, sums);
    }

    private static void Send(ReadOnlySpan<float> results, Activation? activation, Span<Half> target)
    {
        HalfConversion.ToHalf(results, target);
        if (activation is null) return;
        foreach (ref Half value in target) value = HalfElements.Activate(value, activation);
    }
}
