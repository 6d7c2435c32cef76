using Smaug.Core.Tensors;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Strategies;

namespace Smaug.Tiling.Shapes;

/// <summary>
/// Tile shapes for pooling that may be cut along every dimension. Channels are cut alike in input and output; of the shapes
/// that fit, the one that loads the fewest elements wins, then the one with the fewest tiles.
/// </summary>
internal static class FreePoolingShapes
{
    public static TileShapes? Find(PoolingProblem problem, OperandDims dims)
    {
        TensorShape input = problem.Input.Shape, output = problem.Output.Shape;
        long max = problem.ScratchpadElements, bestTraffic = long.MaxValue, bestTiles = 0;
        int bestRows = 0, bestColumns = 0, bestChannels = 0;
        for (int channels = input[3]; channels > 0; channels = (channels - 1) / 8 * 8)
        {
            for (int columns = output[2]; columns > 0; columns--)
            {
                long inputRow = ShapeCandidates.Storage(input, 1, 1, Size(columns, problem.Columns, problem.ColumnStride), channels);
                long inputRows = max / inputRow;
                if (inputRows < problem.Rows) continue;
                long rows = Math.Min(output[1], (inputRows - problem.Rows) / problem.RowStride + 1);
                rows = Math.Min(rows, max / ShapeCandidates.Storage(output, 1, 1, columns, channels));
                if (rows < 1) continue;
                long tiles = Ceiling(output[1], rows) * Ceiling(output[2], columns) * Ceiling(output[3], channels);
                long traffic = tiles * inputRow * Size((int)rows, problem.Rows, problem.RowStride);
                if (traffic > bestTraffic || (traffic == bestTraffic && tiles >= bestTiles)) continue;
                (bestTraffic, bestTiles, bestRows, bestColumns, bestChannels) = (traffic, tiles, (int)rows, columns, channels);
            }
        }

        if (bestRows == 0) return null;
        int tileRows = Size(bestRows, problem.Rows, problem.RowStride), tileColumns = Size(bestColumns, problem.Columns, problem.ColumnStride);
        long total = ShapeCandidates.Storage(input, 1, tileRows, tileColumns, bestChannels)
            + ShapeCandidates.Storage(output, 1, bestRows, bestColumns, bestChannels);
        return new TileShapes(dims, [1, tileRows, tileColumns, bestChannels], null, [1, bestRows, bestColumns, bestChannels], total);
    }

    private static int Size(int windows, int field, int stride) => (windows - 1) * stride + field;

    private static long Ceiling(long value, long divisor) => (value + divisor - 1) / divisor;
}
