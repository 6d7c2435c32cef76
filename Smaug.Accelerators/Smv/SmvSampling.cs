using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;

namespace Smaug.Accelerators.Smv;

/// <summary>The sampled loops of SMV kernel launches.</summary>
public static class SmvSampling
{
    /// <summary>
    /// The loops of a launch that sampling concerns, outermost first, also those that run in full at this level. Empty for
    /// kernels without sampling: element-wise, softmax, batch norm behind an inner product.
    /// </summary>
    /// <param name="plan">Plan that the launch belongs to.</param>
    /// <param name="launch">One of its launches.</param>
    /// <param name="options">Which loops are sampled, and how many iterations they run.</param>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public static ImmutableArray<SampledLoop> Loops(SmvOperatorPlan plan, KernelLaunch launch, Sampling options)
    {
        options.Validate();
        return (launch, plan.Tiling.Problem) switch
        {
            (ConvolutionLaunch l, ConvolutionProblem p) => Convolution(l, p, plan.Tiles, options),
            (InnerProductLaunch l, _) => InnerProduct(l, plan.Tiles, options),
            (PoolingLaunch l, PoolingProblem p) => Pooling(l, p, plan, options),
            (BatchNormLaunch l, BatchNormProblem { IsAfterConvolution: true }) => BatchNorm(l, plan.Tiles, options),
            _ => [],
        };
    }

    private static ImmutableArray<SampledLoop> Convolution(ConvolutionLaunch l, ConvolutionProblem p, OperatorTiles tiles, Sampling o)
    {
        const int OfmapsAtOnce = 8, ChannelsAtOnce = 32;
        Tile input = tiles.Input[l.Input], weights = tiles.Weights![l.Weights], output = tiles.Output[l.Output];
        int rows = input[1] + l.TopHalo + l.BottomHalo - p.KernelRows + 1;
        int columns = input[2] + l.LeftHalo + l.RightHalo - p.KernelColumns + 1;
        return
        [
            Loop("ofmap_block_iteration", Ceiling(Math.Min(weights[0], output[3]), OfmapsAtOnce), SamplingLevel.Low, o),
            Loop("k_row", p.KernelRows, SamplingLevel.Medium, o),
            Loop("k_col", p.KernelColumns, SamplingLevel.Medium, o),
            Loop("pe_iteration", Ceiling(weights[3], ChannelsAtOnce), SamplingLevel.High, o),
            Loop("conv3d_row", Ceiling(rows, p.RowStride), SamplingLevel.VeryHigh, o),
            Loop("conv3d_col", Ceiling(columns, p.ColumnStride), SamplingLevel.VeryHigh, o, atLeast: 2),
        ];
    }

    private static ImmutableArray<SampledLoop> InnerProduct(InnerProductLaunch l, OperatorTiles tiles, Sampling o)
    {
        const int ActivationsAtOnce = 32;
        return [Loop("b_col", Ceiling(tiles.Weights![l.Weights][1], ActivationsAtOnce), SamplingLevel.VeryHigh, o, atLeast: 2)];
    }

    private static ImmutableArray<SampledLoop> Pooling(PoolingLaunch l, PoolingProblem p, SmvOperatorPlan plan, Sampling o)
    {
        Tile input = plan.Tiles.Input[l.Input];
        bool average = plan.Node.Kind == OperatorKind.AveragePooling;
        return
        [
            Loop(average ? "avgpool_input_row" : "maxpool_input_row", (input[1] - p.Rows) / p.RowStride + 1, SamplingLevel.VeryHigh, o),
            Loop(average ? "avgpool_input_col" : "maxpool_input_col", (input[2] - p.Columns) / p.ColumnStride + 1, SamplingLevel.VeryHigh, o),
            Loop(average ? "avgpool_chan_grp" : "maxpool_chan_grp", Ceiling(input[3], 8), SamplingLevel.VeryHigh, o),
        ];
    }

    private static ImmutableArray<SampledLoop> BatchNorm(BatchNormLaunch l, OperatorTiles tiles, Sampling o)
    {
        Tile input = tiles.Input[l.Input];
        return
        [
            Loop("bn_batch", input[0], SamplingLevel.VeryHigh, o),
            Loop("bn_chan", Ceiling(input[3], 8), SamplingLevel.VeryHigh, o),
            Loop("bn_row", input[1], SamplingLevel.VeryHigh, o),
            Loop("bn_col", input[2], SamplingLevel.VeryHigh, o),
        ];
    }

    private static SampledLoop Loop(string label, int total, SamplingLevel from, Sampling options, int atLeast = 1) =>
        new(label, total, (int)options.Run(total, from, atLeast));

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}
