using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Tiling;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;

namespace Smaug.Tests.Tiling;

/// <summary>
/// Finds out whether a tiling computes its operator, from the tiles and launches alone: every output once, each from all of
/// its inputs, with what the scratchpads hold at that moment. Knows nothing of how tilings are made.
/// </summary>
internal static class TilingChecker
{
    /// <summary>What is wrong with a tiling; empty when it is right.</summary>
    public static IEnumerable<string> Faults(OperatorTiling tiling)
    {
        IEnumerable<string> faults = Covers(tiling.Tiles.Output).Concat(Fits(tiling));
        return tiling.Problem switch
        {
            ConvolutionProblem p => faults.Concat(Convolution(p, tiling)),
            InnerProductProblem p => faults.Concat(InnerProduct(p, tiling)),
            PoolingProblem p => faults.Concat(Pooling(p, tiling)),
            BatchNormProblem p => faults.Concat(BatchNorm(p, tiling)),
            _ => faults.Concat(Covers(tiling.Tiles.Input)).Concat(OncePerTile(tiling)),
        };
    }

    /// <summary>Tiles cover a tensor without gaps or overlap.</summary>
    public static IEnumerable<string> Covers(TiledTensor tensor)
    {
        for (int i = 0; i < tensor.Rank; i++)
        {
            long next = 0, size = tensor.IsLinear ? (i == 0 ? 1 : tensor.Tensor.Shape.StorageSize) : tensor.Tensor.Shape[i];
            foreach (TileSpan span in tensor.Axis(i))
            {
                if (span.Start != next) yield return $"{tensor.Tensor.Name}: dimension {i} jumps from {next} to {span.Start}";
                next = span.End;
            }

            if (next != size) yield return $"{tensor.Tensor.Name}: dimension {i} ends at {next} of {size}";
        }
    }

    private static IEnumerable<string> Fits(OperatorTiling tiling)
    {
        TiledTensor?[] tensors = [tiling.Tiles.Input, tiling.Tiles.Weights, tiling.Tiles.Output];
        foreach (TiledTensor? tensor in tensors)
        {
            if (tensor is not null && tensor.LargestTileElements > tiling.Problem.ScratchpadElements) yield return $"{tensor.Tensor.Name}: a tile takes {tensor.LargestTileElements} elements";
        }
    }

    private static IEnumerable<string> OncePerTile(OperatorTiling tiling)
    {
        for (int i = 0; i < tiling.Launches.Length; i++)
        {
            int tile = tiling.Launches[i] is ElementwiseLaunch e ? e.Tile : ((SoftmaxLaunch)tiling.Launches[i]).Tile;
            if (tile != i) yield return $"launch {i} runs tile {tile}";
        }

        if (tiling.Launches.Length != tiling.Tiles.Output.Count) yield return $"{tiling.Launches.Length} launches for {tiling.Tiles.Output.Count} tiles";
    }

    private static IEnumerable<string> Convolution(ConvolutionProblem p, OperatorTiling tiling)
    {
        OperatorTiles tiles = tiling.Tiles;
        var scratchpads = new Scratchpads(p.Accelerators);
        var results = new Results(tiles.Output.Count);
        foreach (ConvolutionLaunch l in tiling.Launches.Cast<ConvolutionLaunch>())
        {
            Tile input = tiles.Input[l.Input], weights = tiles.Weights![l.Weights], output = tiles.Output[l.Output];
            if (!scratchpads.Has(l.Accelerator, l.Input, l.ReadInputs, l.Weights, l.ReadWeights)) yield return $"{l}: operands are not loaded";
            if (input.Origin(0) != output.Origin(0) || input[0] != output[0]) yield return $"{l}: other images";
            if (Window(input, output, 1, p.KernelRows, p.RowStride, p.TopPadding, l.TopHalo, l.BottomHalo, p.Input.Shape[1]) is { } rows) yield return $"{l}: rows {rows}";
            if (Window(input, output, 2, p.KernelColumns, p.ColumnStride, p.LeftPadding, l.LeftHalo, l.RightHalo, p.Input.Shape[2]) is { } columns) yield return $"{l}: columns {columns}";
            if (weights.Origin(0) + l.KernelStart != output.Origin(3) || weights[0] - l.KernelStart < output[3]) yield return $"{l}: other ofmaps";
            if (input.Origin(3) + l.InputChannelStart != weights.Origin(3)) yield return $"{l}: other channels";
            if (results.Add(l.Accelerator, l.Output, l.Accumulate, l.SendResults, weights.Origin(3), weights[3], p.Input.Shape[3]) is { } fault) yield return $"{l}: {fault}";
        }

        foreach (string fault in results.Missing()) yield return fault;
    }

    private static IEnumerable<string> InnerProduct(InnerProductProblem p, OperatorTiling tiling)
    {
        OperatorTiles tiles = tiling.Tiles;
        var scratchpads = new Scratchpads(p.Accelerators);
        // Per image and neuron: activations summed so far, where, and whether stored.
        int neurons = p.Output.Shape[1];
        var sums = new Dictionary<(int Accelerator, int Output, int Column), int>();
        var stored = new int[tiles.Output.Grid(0), neurons];
        foreach (InnerProductLaunch l in tiling.Launches.Cast<InnerProductLaunch>())
        {
            Tile input = tiles.Input[l.Input], weights = tiles.Weights![l.Weights], output = tiles.Output[l.Output];
            if (!scratchpads.Has(l.Accelerator, l.Input, l.ReadInputs, l.Weights, true)) yield return $"{l}: operands are not loaded";
            if (input.Origin(0) != output.Origin(0) || input[0] != output[0]) yield return $"{l}: other images";
            if (weights.Origin(0) + l.KernelStart != output.Origin(1) + l.ResultStart) yield return $"{l}: other neurons";
            if (l.ResultStart + l.Neurons > output[1] || l.KernelStart + l.Neurons > weights[0]) yield return $"{l}: too many neurons";
            if (input.Origin(1) + l.InputStart != weights.Origin(1)) yield return $"{l}: other activations";
            for (int i = l.ResultStart; i < l.ResultStart + l.Neurons; i++)
            {
                var key = (l.Accelerator, l.Output, i);
                int before = l.Accumulate && sums.TryGetValue(key, out int sum) ? sum : 0;
                if (before != weights.Origin(1)) yield return $"{l}: column {i} has {before} activations of {weights.Origin(1)}";
                sums[key] = before + weights[1];
            }

            if (!l.SendResults) continue;
            for (int i = l.SendStart; i < l.SendStart + l.SendNeurons; i++)
            {
                if (!sums.TryGetValue((l.Accelerator, l.Output, i), out int sum) || sum != p.Input.Shape[1]) yield return $"{l}: stores column {i} before it is complete";
                stored[l.Output / tiles.Output.Grid(1), output.Origin(1) + i]++;
            }
        }

        foreach (int count in stored)
        {
            if (count != 1) yield return $"a column is stored {count} times";
        }
    }

    private static IEnumerable<string> Pooling(PoolingProblem p, OperatorTiling tiling)
    {
        OperatorTiles tiles = tiling.Tiles;
        var results = new Results(tiles.Output.Count);
        foreach (PoolingLaunch l in tiling.Launches.Cast<PoolingLaunch>())
        {
            Tile input = tiles.Input[l.Input], output = tiles.Output[l.Output];
            if (input.Origin(0) != output.Origin(0) || input[0] != output[0]) yield return $"{l}: other images";
            if (Window(input, output, 1, p.Rows, p.RowStride, 0, 0, 0, p.Input.Shape[1]) is { } rows) yield return $"{l}: rows {rows}";
            if (Window(input, output, 2, p.Columns, p.ColumnStride, 0, 0, 0, p.Input.Shape[2]) is { } columns) yield return $"{l}: columns {columns}";
            if (input.Origin(3) != output.Origin(3) + l.OutputChannelStart) yield return $"{l}: other channels";
            if (results.Add(0, l.Output, l.OutputChannelStart > 0, l.SendResults, l.OutputChannelStart, input[3], output[3]) is { } fault) yield return $"{l}: {fault}";
        }

        foreach (string fault in results.Missing()) yield return fault;
    }

    private static IEnumerable<string> BatchNorm(BatchNormProblem p, OperatorTiling tiling)
    {
        OperatorTiles tiles = tiling.Tiles;
        var scratchpads = new Scratchpads(p.Accelerators);
        var results = new Results(tiles.Output.Count);
        foreach (BatchNormLaunch l in tiling.Launches.Cast<BatchNormLaunch>())
        {
            Tile input = tiles.Input[l.Input], weights = tiles.Weights![l.Weights], output = tiles.Output[l.Output];
            int channel = input.Rank - 1;
            if (!scratchpads.Has(l.Accelerator, l.Input, l.ReadInputs, l.Weights, l.ReadWeights)) yield return $"{l}: operands are not loaded";
            for (int i = 0; i < input.Rank; i++)
            {
                if (input.Origin(i) != output.Origin(i) || input[i] != output[i]) yield return $"{l}: output is elsewhere";
            }

            if (input.Origin(channel) + l.InputStart != weights.Origin(1) + l.WeightsStart) yield return $"{l}: other parameters";
            if (l.WeightsStart + l.Activations > weights[1]) yield return $"{l}: too few parameters";
            if (results.Add(l.Accelerator, l.Output, l.InputStart > 0, l.SendResults, l.InputStart, l.Activations, input[channel]) is { } fault) yield return $"{l}: {fault}";
        }

        foreach (string fault in results.Missing()) yield return fault;
    }

    /// <summary>Compares what a kernel computes along one dimension with the windows that the outputs need.</summary>
    private static string? Window(Tile input, Tile output, int dimension, int field, int stride, int padding, int before, int behind, int size)
    {
        int first = output.Origin(dimension) * stride - padding;
        if (input.Origin(dimension) - before != first) return $"begin at {input.Origin(dimension) - before}, not {first}";
        if (before > 0 && input.Origin(dimension) != 0) return "have zeros before elements that exist";
        if (behind > 0 && input.Origin(dimension) + input[dimension] != size) return "have zeros behind which elements exist";
        int computed = (input[dimension] + before + behind - field) / stride + 1;
        return computed == output[dimension] ? null : $"give {computed} outputs, not {output[dimension]}";
    }

    /// <summary>What the operand scratchpads of each accelerator hold.</summary>
    private sealed class Scratchpads(int accelerators)
    {
        private readonly (int Input, int Weights)[] _held = [.. Enumerable.Repeat((-1, -1), accelerators)];

        public bool Has(int accelerator, int input, bool readsInput, int weights, bool readsWeights)
        {
            bool has = (readsInput || _held[accelerator].Input == input) && (readsWeights || _held[accelerator].Weights == weights);
            _held[accelerator] = (input, weights);
            return has;
        }
    }

    /// <summary>What the result scratchpads hold: how far each output tile is, and whether it was stored.</summary>
    private sealed class Results(int tiles)
    {
        private readonly int[] _done = new int[tiles];
        private readonly int[] _owner = new int[tiles];
        private readonly int[] _stored = new int[tiles];

        public string? Add(int accelerator, int tile, bool accumulates, bool sends, int start, int count, int all)
        {
            if (!accumulates) (_done[tile], _owner[tile]) = (0, accelerator);
            if (_owner[tile] != accelerator) return "adds to results of another accelerator";
            if (_done[tile] != start) return $"adds from {start} on to {_done[tile]}";
            _done[tile] += count;
            if (!sends) return null;
            _stored[tile]++;
            return _done[tile] == all ? null : $"stores {_done[tile]} of {all}";
        }

        public IEnumerable<string> Missing()
        {
            for (int i = 0; i < _stored.Length; i++)
            {
                if (_stored[i] != 1) yield return $"output tile {i} is stored {_stored[i]} times";
            }
        }
    }
}
