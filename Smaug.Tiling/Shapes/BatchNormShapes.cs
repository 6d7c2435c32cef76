using Smaug.Core.Tensors;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Strategies;

namespace Smaug.Tiling.Shapes;

/// <summary>SMAUG's search of tile shapes for batch normalisation; output tiles are like input tiles.</summary>
internal static class BatchNormShapes
{
    public static TileShapes? Find(BatchNormProblem problem, OperandDims dims)
    {
        var best = default((ShapeCandidate Input, ShapeCandidate Weights));
        long bestTotal = 0;
        foreach (ShapeCandidate inputTile in Inputs(problem, dims.Input))
        {
            foreach (ShapeCandidate weightTile in Weights(problem, dims, inputTile.C))
            {
                long total = 2 * inputTile.Elements + weightTile.Elements;
                if (total <= bestTotal) continue;
                best = (inputTile, weightTile);
                bestTotal = total;
            }
        }

        if (bestTotal == 0) return null;
        ShapeCandidate i = best.Input;
        return problem.IsAfterConvolution
            ? new TileShapes(dims, [i.N, i.H, i.W, i.C], [4, best.Weights.C], [i.N, i.H, i.W, i.C], bestTotal)
            : new TileShapes(dims, [i.N, i.C], [4, best.Weights.C], [i.N, i.C], bestTotal);
    }

    private static List<ShapeCandidate> Inputs(BatchNormProblem p, TilingDims dims)
    {
        TensorShape s = p.Input.Shape;
        long max = p.ScratchpadElements;
        if (dims is TilingDims.Invalid or TilingDims.DimNCHW) return [];
        if (!p.IsAfterConvolution)
        {
            return dims switch
            {
                TilingDims.None => [ShapeCandidates.Whole2D(s)],
                TilingDims.DimNC => ShapeCandidates.Enumerate(s, max, 1, 8, 1, 8),
                _ => ShapeCandidates.Enumerate(s, max, 1, s[1], 1, 1),
            };
        }

        if (dims == TilingDims.None) return [ShapeCandidates.Whole4D(s)];
        ReadOnlySpan<int> min = [1, dims.CutsRows() ? 8 : s[1], dims.CutsColumns() ? 8 : s[2], dims.CutsChannels() ? 8 : s[3]];
        ReadOnlySpan<int> stride = [1, dims.CutsRows() ? 8 : 1, dims.CutsColumns() ? 8 : 1, dims.CutsChannels() ? 8 : 1];
        return ShapeCandidates.Enumerate(s, max, min, stride);
    }

    private static List<ShapeCandidate> Weights(BatchNormProblem p, OperandDims dims, int inputChannels)
    {
        TensorShape s = p.Weights.Shape;
        if (dims.Weights == TilingDims.None) return [ShapeCandidates.Whole2D(s)];
        var list = new List<ShapeCandidate>();
        bool Add(int c)
        {
            long elements = 4L * (c + s.Padding);
            if (elements > p.ScratchpadElements) return false;
            list.Add(new ShapeCandidate(4, 1, 1, c, elements));
            return true;
        }

        if (dims.Input.CutsChannels()) Add(inputChannels);
        else for (int c = Math.Min(s[1], 8); c <= s[1] && Add(c); c += 8) { }
        return list;
    }
}
