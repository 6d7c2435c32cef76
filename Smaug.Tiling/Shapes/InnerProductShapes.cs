using Smaug.Core.Tensors;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Strategies;

namespace Smaug.Tiling.Shapes;

/// <summary>SMAUG's search of tile shapes for fully connected layers.</summary>
internal static class InnerProductShapes
{
    public static TileShapes? Find(InnerProductProblem problem, OperandDims dims)
    {
        TensorShape input = problem.Input.Shape, output = problem.Output.Shape;
        var best = default((ShapeCandidate Input, ShapeCandidate Weights, ShapeCandidate Output));
        long bestTotal = 0;
        List<ShapeCandidate> weightCandidates = [];
        int weightActivations = -1;
        foreach (ShapeCandidate inputTile in Inputs(problem, dims.Input))
        {
            if (weightActivations != inputTile.C)
            {
                weightCandidates = Weights(problem, dims, inputTile.C);
                weightActivations = inputTile.C;
            }

            foreach (ShapeCandidate weightTile in weightCandidates)
            {
                for (int c = Math.Min(weightTile.N, 8); c <= output[1]; c += 8)
                {
                    int neurons = dims.Output == TilingDims.None ? output[1] : dims.Weights != TilingDims.None ? weightTile.N : c;
                    long elements = (long)inputTile.N * (neurons + output.Padding);
                    long total = inputTile.Elements + weightTile.Elements + elements;
                    if (elements <= problem.ScratchpadElements && total > bestTotal)
                    {
                        best = (inputTile, weightTile, new ShapeCandidate(inputTile.N, 1, 1, neurons, elements));
                        bestTotal = total;
                    }

                    if (dims.Weights != TilingDims.None || dims.Output == TilingDims.None) break;
                }
            }
        }

        if (bestTotal == 0) return null;
        return new TileShapes(
            dims, [best.Input.N, best.Input.C], [best.Weights.N, best.Weights.C], [best.Output.N, best.Output.C], bestTotal);
    }

    private static List<ShapeCandidate> Inputs(InnerProductProblem problem, TilingDims dims)
    {
        TensorShape s = problem.Input.Shape;
        return dims switch
        {
            TilingDims.DimN => ShapeCandidates.Enumerate(s, problem.ScratchpadElements, 1, s[1], 1, 1),
            TilingDims.DimNC => ShapeCandidates.Enumerate(s, problem.ScratchpadElements, 1, 32, 1, 32),
            TilingDims.None => [ShapeCandidates.Whole2D(s)],
            _ => [],
        };
    }

    private static List<ShapeCandidate> Weights(InnerProductProblem problem, OperandDims dims, int inputActivations)
    {
        TensorShape s = problem.Weights.Shape;
        var list = new List<ShapeCandidate>();
        bool Add(int n, int c, long elements)
        {
            if (elements > problem.ScratchpadElements) return false;
            list.Add(new ShapeCandidate(n, 1, 1, c, elements));
            return true;
        }

        // Except for DimN, the padding of the whole tensor stays with every tile, whatever its activations.
        if (dims.Weights == TilingDims.None)
        {
            int c = dims.Input.CutsChannels() ? inputActivations : s[1];
            list.Add(new ShapeCandidate(s[0], 1, 1, c, (long)s[0] * (c + s.Padding)));
        }
        else if (dims.Weights == TilingDims.DimN)
        {
            for (int n = Math.Min(s[0], 8); n <= s[0] && Add(n, inputActivations, ShapeCandidates.Storage(s, n, 1, 1, inputActivations)); n += 8) { }
        }
        else if (dims.Weights == TilingDims.DimNC && dims.Input.CutsChannels())
        {
            for (int n = Math.Min(s[0], 8); n <= s[0] && Add(n, inputActivations, (long)n * (inputActivations + s.Padding)); n += 8) { }
        }
        else if (dims.Weights == TilingDims.DimNC)
        {
            for (int n = Math.Min(s[0], 8); n <= s[0]; n += 8)
            {
                for (int c = Math.Min(s[1], 32); c <= s[1] && Add(n, c, (long)n * (c + s.Padding)); c += 32) { }
            }
        }

        return list;
    }
}
