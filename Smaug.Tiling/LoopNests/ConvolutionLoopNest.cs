using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;

namespace Smaug.Tiling.LoopNests;

/// <summary>Launches of a convolution: images, output rows and columns, ofmaps, then channels.</summary>
internal sealed class ConvolutionLoopNest
{
    private readonly ConvolutionProblem _problem;
    private readonly TiledTensor _input, _weights, _output;
    private readonly ImmutableArray<KernelLaunch>.Builder _launches = ImmutableArray.CreateBuilder<KernelLaunch>();
    private readonly int[] _lastInput, _lastWeights;
    private int _accelerator;

    private ConvolutionLoopNest(ConvolutionProblem problem, OperatorTiles tiles)
    {
        (_problem, _input, _weights, _output) = (problem, tiles.Input, tiles.Weights!, tiles.Output);
        _lastInput = new int[problem.Accelerators];
        _lastWeights = new int[problem.Accelerators];
        Array.Fill(_lastInput, -1);
        Array.Fill(_lastWeights, -1);
    }

    public static ImmutableArray<KernelLaunch> Launches(ConvolutionProblem problem, OperatorTiles tiles)
    {
        var nest = new ConvolutionLoopNest(problem, tiles);
        int invocations = nest.OutputsPerWeightTile();
        for (int n = 0; n < tiles.Input.Grid(0); n++)
        {
            for (int h = 0; h < tiles.Output.Grid(1); h++)
            {
                for (int w = 0; w < tiles.Output.Grid(2); w++) nest.Maps(n, h, w, invocations);
            }
        }

        return nest._launches.ToImmutable();
    }

    /// <summary>Output tiles that one weight tile serves: more than 1 only when the weights are in one piece.</summary>
    private int OutputsPerWeightTile()
    {
        int weightTiles = _weights.Grid(0), outputTiles = _output.Grid(3);
        if (weightTiles == outputTiles) return 1;
        if (weightTiles == 1) return outputTiles;
        throw new TilingException($"operator '{_problem.Operator}': {weightTiles} weight tiles and {outputTiles} output tiles along the ofmaps: must be as many, or one weight tile");
    }

    private void Maps(int n, int h, int w, int invocations)
    {
        (int top, int bottom) = RowHalo(h);
        (int left, int right) = HaloTileGenerator.Columns(_problem).Halo(_input.Axis(2)[w], _output.Axis(2)[w]);
        for (int map = 0; map < _weights.Grid(0); map++)
        {
            int kernelStart = 0;
            for (int part = 0; part < invocations; part++)
            {
                int output = _output.IndexOf(n, h, w, map + part);
                var launch = new ConvolutionLaunch
                {
                    Input = 0,
                    Weights = 0,
                    Output = output,
                    Accelerator = _accelerator,
                    KernelStart = kernelStart,
                    TopHalo = top,
                    BottomHalo = bottom,
                    LeftHalo = left,
                    RightHalo = right,
                };
                Channels(n, h, w, map, launch);
                if (invocations > 1) kernelStart += _output[output][3];
            }

            _accelerator = (_accelerator + 1) % _problem.Accelerators;
        }
    }

    private void Channels(int n, int h, int w, int map, ConvolutionLaunch template)
    {
        int inputTiles = _input.Grid(3), weightTiles = _weights.Grid(3), offset = 0;
        if (inputTiles != weightTiles && inputTiles != 1)
        {
            throw new TilingException($"operator '{_problem.Operator}': {inputTiles} input tiles and {weightTiles} weight tiles along the channels: must be as many, or one input tile");
        }

        for (int c = 0; c < weightTiles; c++)
        {
            int inputChannel = inputTiles == 1 ? 0 : c;
            int input = _input.IndexOf(n, h, w, inputChannel), weights = _weights.IndexOf(map, 0, 0, c);
            _launches.Add(template with
            {
                Input = input,
                Weights = weights,
                InputChannelStart = inputChannel == c ? 0 : offset,
                Accumulate = c > 0,
                ReadInputs = _lastInput[_accelerator] != input,
                ReadWeights = _lastWeights[_accelerator] != weights,
                SendResults = c == weightTiles - 1,
            });
            (_lastInput[_accelerator], _lastWeights[_accelerator]) = (input, weights);
            offset += _weights.Axis(3)[c].Size;
        }
    }

    private (int Top, int Bottom) RowHalo(int h)
    {
        int tiles = _input.Grid(1);
        if (!_problem.Compatibility) return HaloTileGenerator.Rows(_problem).Halo(_input.Axis(1)[h], _output.Axis(1)[h]);
        return (tiles > 1 && h > 0 ? 0 : _problem.TopPadding, tiles > 1 && h < tiles - 1 ? 0 : _problem.BottomPadding);
    }
}
