using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;

namespace Smaug.Tiling.LoopNests;

/// <summary>Launches of a fully connected layer: images, neurons, then activations.</summary>
internal static class InnerProductLoopNest
{
    public static ImmutableArray<KernelLaunch> Launches(InnerProductProblem problem, OperatorTiles tiles)
    {
        TiledTensor input = tiles.Input, weights = tiles.Weights!, output = tiles.Output;
        if (problem.Compatibility && output.Count != 1) throw new TilingException($"operator '{problem.Operator}': {output.Count} output tiles: SMAUG runs inner products with one only");
        int neuronTiles = weights.Grid(0), outputTiles = output.Grid(1);
        if (outputTiles != 1 && neuronTiles != 1 && outputTiles != neuronTiles)
        {
            throw new TilingException($"operator '{problem.Operator}': {neuronTiles} weight tiles and {outputTiles} output tiles along the neurons: must be as many, or one of either");
        }

        if (input.Grid(0) != output.Grid(0)) throw new TilingException($"operator '{problem.Operator}': {input.Grid(0)} input tiles and {output.Grid(0)} output tiles along the images: must be as many");
        var launches = ImmutableArray.CreateBuilder<KernelLaunch>();
        var lastInput = new int[problem.Accelerators];
        Array.Fill(lastInput, -1);
        int accelerator = 0;
        // Accelerators that share an output tile each hold the columns they computed, so each must store them itself.
        bool shared = problem.Accelerators > 1 && neuronTiles > 1 && outputTiles == 1 && !problem.Compatibility;
        for (int n = 0; n < input.Grid(0); n++)
        {
            int finished = 0;
            for (int w = 0; w < neuronTiles; w++)
            {
                int neurons = weights.Axis(0)[w].Size, parts = neuronTiles == 1 ? outputTiles : 1, kernelStart = 0;
                for (int part = 0; part < parts; part++)
                {
                    int column = outputTiles == 1 ? 0 : w + part;
                    TileSpan columns = output.Axis(1)[column];
                    bool last = problem.Compatibility ? n == input.Grid(0) - 1 && w == neuronTiles - 1 : outputTiles > 1 || w == neuronTiles - 1;
                    var template = new InnerProductLaunch
                    {
                        Input = 0,
                        Weights = 0,
                        Accelerator = accelerator,
                        Output = output.IndexOf(n, column),
                        KernelStart = kernelStart,
                        ResultStart = outputTiles == 1 ? finished : 0,
                        Neurons = parts > 1 ? columns.Size : neurons,
                        SendResults = shared || last,
                        SendStart = shared ? finished : 0,
                        SendNeurons = shared ? neurons : columns.Size,
                    };
                    Activations(problem, input, weights, n, w, template, lastInput, launches);
                    if (parts > 1) kernelStart += columns.Size;
                }

                finished += neurons;
                accelerator = (accelerator + 1) % problem.Accelerators;
            }
        }

        return launches.ToImmutable();
    }

    private static void Activations(
        InnerProductProblem problem, TiledTensor input, TiledTensor weights, int n, int w, InnerProductLaunch template,
        int[] lastInput, ImmutableArray<KernelLaunch>.Builder launches)
    {
        int inputTiles = input.Grid(1), weightTiles = weights.Grid(1), offset = 0;
        if (inputTiles != weightTiles && inputTiles != 1)
        {
            throw new TilingException($"operator '{problem.Operator}': {inputTiles} input tiles and {weightTiles} weight tiles along the activations: must be as many, or one input tile");
        }

        for (int c = 0; c < weightTiles; c++)
        {
            int inputColumn = inputTiles == 1 ? 0 : c, tile = input.IndexOf(n, inputColumn);
            launches.Add(template with
            {
                Input = tile,
                Weights = weights.IndexOf(w, c),
                InputStart = inputColumn == c ? 0 : offset,
                Accumulate = c > 0,
                ReadInputs = lastInput[template.Accelerator] != tile,
                SendResults = template.SendResults && c == weightTiles - 1,
            });
            lastInput[template.Accelerator] = tile;
            offset += weights.Axis(1)[c].Size;
        }
    }
}
