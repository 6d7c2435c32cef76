using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Strategies;

namespace Smaug.Tiling.Shapes;

/// <summary>SMAUG's search of tile shapes for convolutions: input tiles × weight tiles × output tiles, the largest sum wins.</summary>
internal static class ConvolutionShapes
{
    public static TileShapes? Find(ConvolutionProblem problem, OperandDims dims)
    {
        TensorShape input = problem.Input.Shape;
        var best = default((ShapeCandidate Input, ShapeCandidate Weights, ShapeCandidate Output));
        long bestTotal = 0;
        List<ShapeCandidate> weightCandidates = [];
        int weightChannels = -1;
        foreach (ShapeCandidate inputTile in Inputs(problem, dims.Input))
        {
            // Weight tiles depend on the input tile only through its channels.
            if (weightChannels != inputTile.C)
            {
                weightCandidates = Weights(problem, dims, inputTile.C);
                weightChannels = inputTile.C;
            }

            foreach (ShapeCandidate weightTile in weightCandidates)
            {
                int first = Math.Min(weightTile.N, 8);
                for (int c = first; c <= problem.OutputMaps; c += 8)
                {
                    ShapeCandidate outputTile = Output(problem, dims, inputTile, weightTile.N, c);
                    long total = inputTile.Elements + weightTile.Elements + outputTile.Elements;
                    if (outputTile.Elements <= problem.ScratchpadElements && total > bestTotal)
                    {
                        best = (inputTile, weightTile, outputTile);
                        bestTotal = total;
                    }

                    if (dims.Weights != TilingDims.None || dims.Output == TilingDims.None || dims.Output.CutsRows()) break;
                }
            }
        }

        if (bestTotal == 0) return null;
        return new TileShapes(
            dims,
            [best.Input.N, best.Input.H, best.Input.W, best.Input.C],
            [best.Weights.N, problem.KernelRows, problem.KernelColumns, best.Weights.C],
            [best.Output.N, best.Output.H, best.Output.W, best.Output.C],
            bestTotal);
    }

    private static List<ShapeCandidate> Inputs(ConvolutionProblem problem, TilingDims dims)
    {
        TensorShape s = problem.Input.Shape;
        long max = problem.ScratchpadElements;
        return dims switch
        {
            TilingDims.DimN => ShapeCandidates.Enumerate(s, max, [1, s[1], s[2], s[3]], [1, 1, 1, 1]),
            TilingDims.DimNC => ShapeCandidates.Enumerate(s, max, [1, s[1], s[2], 32], [1, 1, 1, 32]),
            TilingDims.DimNH => ShapeCandidates.Enumerate(s, max, [1, problem.KernelRows, s[2], s[3]], [1, problem.RowStride, 1, 1]),
            TilingDims.DimNCH => ShapeCandidates.Enumerate(s, max, [1, problem.KernelRows, s[2], 32], [1, problem.RowStride, 1, 32]),
            TilingDims.None => [ShapeCandidates.Whole4D(s)],
            _ => [],
        };
    }

    private static List<ShapeCandidate> Weights(ConvolutionProblem problem, OperandDims dims, int inputChannels)
    {
        TensorShape s = problem.Weights.Shape;
        var list = new List<ShapeCandidate>();
        // The padding of the whole tensor stays with every tile, whatever its channels.
        long Storage(int n, int c) => (long)n * s[1] * s[2] * (c + s.Padding);
        bool Add(int n, int c)
        {
            long elements = Storage(n, c);
            if (elements > problem.ScratchpadElements) return false;
            list.Add(new ShapeCandidate(n, s[1], s[2], c, elements));
            return true;
        }

        if (dims.Weights == TilingDims.None)
        {
            int c = dims.Input.CutsChannels() ? inputChannels : s[3];
            list.Add(new ShapeCandidate(s[0], s[1], s[2], c, Storage(s[0], c)));
        }
        else if (dims.Weights == TilingDims.DimN || (dims.Weights == TilingDims.DimNC && dims.Input.CutsChannels()))
        {
            for (int n = Math.Min(s[0], 8); n <= s[0] && Add(n, inputChannels); n += 8) { }
        }
        else if (dims.Weights == TilingDims.DimNC)
        {
            for (int n = Math.Min(s[0], 8); n <= s[0]; n += 8)
            {
                for (int c = Math.Min(s[3], 32); c <= s[3] && Add(n, c); c += 32) { }
            }
        }

        return list;
    }

    private static ShapeCandidate Output(ConvolutionProblem problem, OperandDims dims, ShapeCandidate input, int weightMaps, int maps)
    {
        TensorShape s = problem.Output.Shape;
        int rows = s[1], channels;
        if (dims.Output.CutsRows())
        {
            int padding = problem.Padding == Padding.Same ? problem.KernelRows / 2 : 0;
            rows = (input.H - problem.KernelRows + padding) / problem.RowStride + 1;
            channels = weightMaps;
        }
        else
        {
            channels = dims.Weights != TilingDims.None ? weightMaps : dims.Output != TilingDims.None ? maps : problem.OutputMaps;
        }

        return new ShapeCandidate(input.N, rows, s[2], channels, (long)input.N * rows * s[2] * (channels + s.Padding));
    }
}
