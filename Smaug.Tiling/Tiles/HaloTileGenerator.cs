using System.Collections.Immutable;
using Smaug.Core.Tensors;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Shapes;
using Smaug.Tiling.Strategies;

namespace Smaug.Tiling.Tiles;

/// <summary>
/// Cuts tensors as SMAUG does: input tiles of the basic shape that overlap by the windows' halo, then output tiles from
/// them. Where that gives tiles that do not agree (a tile that begins between two windows, outputs without inputs), input
/// tiles are derived from output tiles instead, unless <see cref="TilingProblem.Compatibility"/> is set.
/// </summary>
public sealed class HaloTileGenerator : ITileGenerator
{
    /// <inheritdoc/>
    public OperatorTiles? Generate(TilingProblem problem, TileShapes shapes) => problem switch
    {
        ConvolutionProblem p => Convolution(p, shapes),
        PoolingProblem p => Pooling(p, shapes),
        InnerProductProblem p => new OperatorTiles(
            Plain(p, p.Input, shapes.Input), Plain(p, p.Weights, shapes.Weights!.Value), Plain(p, p.Output, shapes.Output)),
        BatchNormProblem p => new OperatorTiles(
            Plain(p, p.Input, shapes.Input), Plain(p, p.Weights, shapes.Weights!.Value), Plain(p, p.Output, shapes.Output)),
        ElementwiseProblem p => new OperatorTiles(
            TiledTensor.Linear(p.Operator, p.Input, shapes.Input[1]),
            p.SecondInput is null ? null : TiledTensor.Linear(p.Operator, p.SecondInput, shapes.Input[1]),
            TiledTensor.Linear(p.Operator, p.Output, shapes.Input[1])),
        _ => new OperatorTiles(Plain(problem, problem.Input, shapes.Input), null, Plain(problem, problem.Output, shapes.Output)),
    };

    /// <summary>A tensor cut into tiles of a shape, without overlap.</summary>
    private static TiledTensor Plain(TilingProblem problem, TensorSpec tensor, ImmutableArray<int> tile)
    {
        var axes = new ImmutableArray<TileSpan>[tile.Length];
        for (int i = 0; i < axes.Length; i++) axes[i] = HaloAxes.Plain(tensor.Shape[i], tile[i]);
        return new TiledTensor(problem.Operator, tensor, axes);
    }

    private static OperatorTiles? Convolution(ConvolutionProblem p, TileShapes shapes)
    {
        TensorShape s = p.Input.Shape;
        TiledTensor weights = Plain(p, p.Weights, shapes.Weights!.Value);
        ImmutableArray<TileSpan>[] input =
        [
            HaloAxes.Plain(s[0], shapes.Input[0]),
            HaloAxes.Cut(s[1], shapes.Input[1], p.KernelRows, p.RowStride, p.TopPadding),
            HaloAxes.Cut(s[2], shapes.Input[2], p.KernelColumns, p.ColumnStride, p.LeftPadding),
            HaloAxes.Plain(s[3], shapes.Input[3]),
        ];
        ImmutableArray<TileSpan>[]? output = shapes.Dims.Output.CutsRows()
            ? RowWise(p, shapes, input, weights)
            : PlainAxes(p.Output.Shape, shapes.Output);
        if (p.Compatibility)
        {
            return output is null
                ? null
                : new OperatorTiles(TiledTensor.Unchecked(p.Operator, p.Input, input), weights, TiledTensor.Unchecked(p.Operator, p.Output, output));
        }

        if (output is null || !Rows(p).Agrees(input[1], output[1]) || !Columns(p).Agrees(input[2], output[2]))
        {
            if (Rows(p).Cut(shapes.Input[1], shapes.Output[1]) is not { } rows) return null;
            if (Columns(p).Cut(shapes.Input[2], shapes.Output[2]) is not { } columns) return null;
            output = [HaloAxes.Plain(s[0], shapes.Input[0]), rows.Output, columns.Output, HaloAxes.Plain(p.OutputMaps, shapes.Output[3])];
            (input[1], input[2]) = (rows.Input, columns.Input);
        }

        return new OperatorTiles(new TiledTensor(p.Operator, p.Input, input), weights, new TiledTensor(p.Operator, p.Output, output));
    }

    /// <summary>Output tiles whose rows follow from the rows of the input tiles; null when one exceeds the basic output tile.</summary>
    private static ImmutableArray<TileSpan>[]? RowWise(
        ConvolutionProblem p, TileShapes shapes, ImmutableArray<TileSpan>[] input, TiledTensor weights)
    {
        int tiles = input[1].Length;
        if (input[1][^1].Size + p.BottomPadding < p.KernelRows) tiles--;
        var rows = ImmutableArray.CreateBuilder<TileSpan>(tiles);
        for (int h = 0; h < tiles; h++)
        {
            int effective = input[1][h].Size + (h == 0 ? p.TopPadding : h == tiles - 1 ? p.BottomPadding : 0);
            rows.Add(new TileSpan(h == 0 ? 0 : rows[h - 1].End, (effective - p.KernelRows) / p.RowStride + 1));
        }

        var columns = ImmutableArray.CreateBuilder<TileSpan>(input[2].Length);
        foreach (TileSpan tile in input[2])
        {
            int effective = tile.Size + p.LeftPadding + p.RightPadding;
            columns.Add(new TileSpan(columns.Count == 0 ? 0 : columns[^1].End, (effective - p.KernelColumns) / p.ColumnStride + 1));
        }

        ImmutableArray<TileSpan>[] axes = [input[0], rows.MoveToImmutable(), columns.MoveToImmutable(), weights.Axis(0)];
        TensorShape s = p.Output.Shape;
        long limit = (long)shapes.Output[0] * shapes.Output[1] * shapes.Output[2] * (shapes.Output[3] + s.Padding);
        long largest = axes[0][0].Size * (long)Largest(axes[1]) * Largest(axes[2]) * ShapeCandidates.Aligned(s, axes[3][0].Size);
        return largest > limit ? null : axes;
    }

    private static OperatorTiles? Pooling(PoolingProblem p, TileShapes shapes)
    {
        TensorShape s = p.Input.Shape;
        ImmutableArray<TileSpan>[] input =
        [
            HaloAxes.Plain(s[0], shapes.Input[0]),
            HaloAxes.Cut(s[1], shapes.Input[1], p.Rows, p.RowStride, 0),
            HaloAxes.Cut(s[2], shapes.Input[2], p.Columns, p.ColumnStride, 0),
            HaloAxes.Plain(s[3], shapes.Input[3]),
        ];
        ImmutableArray<TileSpan>[] output = PlainAxes(p.Output.Shape, shapes.Output);
        var rowAxis = new WindowAxis(s[1], p.Output.Shape[1], p.Rows, p.RowStride, 0, 0);
        var columnAxis = new WindowAxis(s[2], p.Output.Shape[2], p.Columns, p.ColumnStride, 0, 0);
        bool agrees = input[1].Length == output[1].Length && rowAxis.Agrees(input[1], output[1])
            && input[2].Length == output[2].Length && columnAxis.Agrees(input[2], output[2]);
        if (!agrees && !p.Compatibility)
        {
            if (rowAxis.Cut(shapes.Input[1], shapes.Output[1]) is not { } rows) return null;
            if (columnAxis.Cut(shapes.Input[2], shapes.Output[2]) is not { } columns) return null;
            (input[1], output[1]) = rows;
            (input[2], output[2]) = columns;
        }

        return new OperatorTiles(new TiledTensor(p.Operator, p.Input, input), null, new TiledTensor(p.Operator, p.Output, output));
    }

    private static ImmutableArray<TileSpan>[] PlainAxes(TensorShape shape, ImmutableArray<int> tile)
    {
        var axes = new ImmutableArray<TileSpan>[tile.Length];
        for (int i = 0; i < axes.Length; i++) axes[i] = HaloAxes.Plain(shape[i], tile[i]);
        return axes;
    }

    private static int Largest(ImmutableArray<TileSpan> axis)
    {
        int largest = 0;
        foreach (TileSpan span in axis) largest = Math.Max(largest, span.Size);
        return largest;
    }

    /// <summary>The rows of a convolution.</summary>
    internal static WindowAxis Rows(ConvolutionProblem p) =>
        new(p.Input.Shape[1], p.Output.Shape[1], p.KernelRows, p.RowStride, p.TopPadding, p.BottomPadding);

    /// <summary>The columns of a convolution.</summary>
    internal static WindowAxis Columns(ConvolutionProblem p) =>
        new(p.Input.Shape[2], p.Output.Shape[2], p.KernelColumns, p.ColumnStride, p.LeftPadding, p.RightPadding);
}
