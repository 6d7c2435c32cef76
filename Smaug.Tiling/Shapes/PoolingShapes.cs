using Smaug.Core.Tensors;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Strategies;

namespace Smaug.Tiling.Shapes;

/// <summary>SMAUG's search of tile shapes for pooling: input tiles with the output tile that each gives, the largest sum wins.</summary>
internal static class PoolingShapes
{
    public static TileShapes? Find(PoolingProblem problem, OperandDims dims)
    {
        TensorShape s = problem.Output.Shape;
        var best = default((ShapeCandidate Input, ShapeCandidate Output));
        long bestTotal = 0;
        foreach (ShapeCandidate tile in Inputs(problem, dims.Input))
        {
            int rows = dims.Output.CutsRows() ? (tile.H - problem.Rows) / problem.RowStride + 1 : s[1];
            int columns = dims.Output.CutsColumns() ? (tile.W - problem.Columns) / problem.ColumnStride + 1 : s[2];
            int channels = dims.Input.CutsChannels() && dims.Output.CutsChannels() ? tile.C : s[3];
            long elements = (long)tile.N * rows * columns * (channels + s.Padding);
            if (elements > problem.ScratchpadElements || tile.Elements + elements <= bestTotal) continue;
            best = (tile, new ShapeCandidate(tile.N, rows, columns, channels, elements));
            bestTotal = tile.Elements + elements;
        }

        if (bestTotal == 0) return null;
        return new TileShapes(
            dims,
            [best.Input.N, best.Input.H, best.Input.W, best.Input.C],
            null,
            [best.Output.N, best.Output.H, best.Output.W, best.Output.C],
            bestTotal);
    }

    private static List<ShapeCandidate> Inputs(PoolingProblem p, TilingDims dims)
    {
        TensorShape s = p.Input.Shape;
        if (dims == TilingDims.None) return [ShapeCandidates.Whole4D(s)];
        if (!dims.CutsBatch()) return [];
        ReadOnlySpan<int> min =
        [
            1,
            dims.CutsRows() ? p.Rows : s[1],
            dims.CutsColumns() ? p.Columns : s[2],
            dims.CutsChannels() ? 8 : s[3],
        ];
        ReadOnlySpan<int> stride =
        [
            1,
            dims.CutsRows() ? p.RowStride : 1,
            dims.CutsColumns() ? p.ColumnStride : 1,
            dims.CutsChannels() ? 8 : 1,
        ];
        return ShapeCandidates.Enumerate(s, p.ScratchpadElements, min, stride);
    }
}
