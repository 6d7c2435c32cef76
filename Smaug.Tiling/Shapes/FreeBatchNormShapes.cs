using Smaug.Core.Tensors;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Strategies;

namespace Smaug.Tiling.Shapes;

/// <summary>
/// Tile shapes for batch normalisation behind a convolution that may be cut along every dimension, the parameters too. The
/// fewest tiles win.
/// </summary>
internal static class FreeBatchNormShapes
{
    public static TileShapes? Find(BatchNormProblem problem, OperandDims dims)
    {
        TensorShape input = problem.Input.Shape, weights = problem.Weights.Shape;
        long max = problem.ScratchpadElements, bestTiles = long.MaxValue;
        int bestRows = 0, bestColumns = 0, bestChannels = 0;
        bool wholeWeights = weights.StorageSize <= max;
        for (int channels = input[3]; channels > 0; channels = (channels - 1) / 8 * 8)
        {
            if (!wholeWeights && ShapeCandidates.Storage(weights, 4, 1, 1, channels) > max) continue;
            long pixels = max / ShapeCandidates.Storage(input, 1, 1, 1, channels);
            if (pixels < 1) continue;
            int columns = (int)Math.Min(pixels, input[2]);
            int rows = (int)Math.Min(pixels / columns, input[1]);
            long tiles = Ceiling(input[1], rows) * Ceiling(input[2], columns) * Ceiling(input[3], channels);
            if (tiles >= bestTiles) continue;
            (bestTiles, bestRows, bestColumns, bestChannels) = (tiles, rows, columns, channels);
        }

        if (bestRows == 0) return null;
        int weightChannels = wholeWeights ? weights[1] : bestChannels;
        long total = 2 * ShapeCandidates.Storage(input, 1, bestRows, bestColumns, bestChannels)
            + ShapeCandidates.Storage(weights, 4, 1, 1, weightChannels);
        return new TileShapes(
            dims, [1, bestRows, bestColumns, bestChannels], [4, weightChannels], [1, bestRows, bestColumns, bestChannels], total);
    }

    private static long Ceiling(long value, long divisor) => (value + divisor - 1) / divisor;
}
