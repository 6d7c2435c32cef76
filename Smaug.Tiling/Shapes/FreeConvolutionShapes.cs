using Smaug.Core.Tensors;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Strategies;

namespace Smaug.Tiling.Shapes;

/// <summary>
/// Tile shapes for convolutions that may be cut along every dimension: one image, any rows and columns of the output, any
/// channels and ofmaps (whole blocks of the datapath, 32 and 8, where those fit). Of the shapes that fit, the one that loads the
/// fewest elements wins, then the one with the fewest launches.
/// </summary>
internal static class FreeConvolutionShapes
{
    public static TileShapes? Find(ConvolutionProblem problem, OperandDims dims)
    {
        TensorShape input = problem.Input.Shape, output = problem.Output.Shape;
        List<int> maps = Parts(problem.OutputMaps, 8), channels = Parts(input[3], 32);
        Choice best = Search(problem, channels, maps);
        if (best.Traffic == long.MaxValue)
        {
            // The datapath works on 32 channels and 8 ofmaps at once: fewer leave parts of it idle.
            for (int k = Math.Min(8, problem.OutputMaps) - 1; k > 0; k--) maps.Add(k);
            for (int c = 24; c > 0; c -= 8)
            {
                if (c < input[3]) channels.Add(c);
            }

            best = Search(problem, channels, maps);
        }

        if (best.Traffic == long.MaxValue) return null;
        int rows = InputSize(best.Rows, problem.KernelRows, problem.RowStride, input[1]);
        int tileColumns = InputSize(best.Columns, problem.KernelColumns, problem.ColumnStride, input[2]);
        long total = ShapeCandidates.Storage(input, 1, rows, tileColumns, best.InputChannels)
            + WeightElements(problem, best.Maps, best.WeightChannels)
            + ShapeCandidates.Storage(output, 1, best.Rows, best.Columns, best.Maps);
        return new TileShapes(
            dims,
            [1, rows, tileColumns, best.InputChannels],
            [best.Maps, problem.KernelRows, problem.KernelColumns, best.WeightChannels],
            [1, best.Rows, best.Columns, best.Maps],
            total);
    }

    private static Choice Search(ConvolutionProblem problem, List<int> channels, List<int> maps)
    {
        int allChannels = problem.Input.Shape[3];
        List<int> columns = Parts(problem.Output.Shape[2], 1);
        var best = new Choice { Traffic = long.MaxValue };
        foreach (int inputChannels in channels)
        {
            foreach (int weightChannels in channels)
            {
                // Either the input keeps all channels and the weights go through them, or both are cut alike.
                if (inputChannels != allChannels && inputChannels != weightChannels) continue;
                foreach (int k in maps)
                {
                    if (WeightElements(problem, k, weightChannels) > problem.ScratchpadElements) continue;
                    foreach (int w in columns) Try(problem, inputChannels, weightChannels, k, w, ref best);
                }
            }
        }

        return best;
    }

    private static void Try(ConvolutionProblem p, int inputChannels, int weightChannels, int maps, int columns, ref Choice best)
    {
        TensorShape input = p.Input.Shape, output = p.Output.Shape;
        long inputRow = ShapeCandidates.Storage(input, 1, 1, InputSize(columns, p.KernelColumns, p.ColumnStride, input[2]), inputChannels);
        long outputRow = ShapeCandidates.Storage(output, 1, 1, columns, maps);
        long inputRows = p.ScratchpadElements / inputRow;
        long rows = Math.Min(p.ScratchpadElements / outputRow, output[1]);
        // All input rows fit: any number of output rows does. Otherwise windows must fit with their halo.
        if (inputRows < input[1])
        {
            if (inputRows < p.KernelRows) return;
            rows = Math.Min(rows, (inputRows - p.KernelRows) / p.RowStride + 1);
        }

        if (rows < 1) return;
        long spatial = Ceiling(output[1], rows) * Ceiling(output[2], columns) * output[0];
        rows = Ceiling(output[1], Ceiling(output[1], rows));
        long inputTile = inputRow * InputSize((int)rows, p.KernelRows, p.RowStride, input[1]);
        long mapTiles = Ceiling(p.OutputMaps, maps), channelTiles = Ceiling(input[3], weightChannels);
        long inputLoads = inputChannels == input[3] ? 1 : mapTiles * channelTiles;
        long weights = mapTiles * channelTiles * WeightElements(p, maps, weightChannels);
        long traffic = spatial * inputLoads * inputTile + (mapTiles * channelTiles == 1 ? 1 : spatial) * weights;
        long launches = spatial * mapTiles * channelTiles;
        if (traffic > best.Traffic || (traffic == best.Traffic && launches >= best.Launches)) return;
        best = new Choice
        {
            InputChannels = inputChannels,
            WeightChannels = weightChannels,
            Maps = maps,
            Rows = (int)rows,
            Columns = columns,
            Traffic = traffic,
            Launches = launches,
        };
    }

    private static long WeightElements(ConvolutionProblem p, int maps, int channels) =>
        ShapeCandidates.Storage(p.Weights.Shape, maps, p.KernelRows, p.KernelColumns, channels);

    /// <summary>Rows of input that a number of windows covers, at most all.</summary>
    private static int InputSize(int windows, int field, int stride, int limit) =>
        (int)Math.Min(limit, (windows - 1L) * stride + field);

    /// <summary>The whole, its half, its third, …: multiples of a grain, each number of parts once.</summary>
    private static List<int> Parts(int whole, int grain)
    {
        List<int> parts = [whole];
        for (int count = 2; count <= whole; count++)
        {
            int part = (int)(Ceiling(Ceiling(whole, count), grain) * grain);
            if (part < parts[^1]) parts.Add(part);
            if (part <= grain) break;
            // The next count that makes a difference: skip those that round to the same part.
            count = (int)Math.Max(count, Ceiling(whole, part - grain) - 1);
        }

        return parts;
    }

    private static long Ceiling(long value, long divisor) => (value + divisor - 1) / divisor;

    private struct Choice
    {
        public int InputChannels, WeightChannels, Maps, Rows, Columns;
        public long Traffic, Launches;
    }
}
