using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace CustomAccelerator;

/// <summary>One launch: some output rows of a block of channels.</summary>
internal sealed record DepthwiseLaunch : KernelLaunch
{
    public required int Tile { get; init; }
    public required int ChannelBlock { get; init; }
    public required int Channels { get; init; }
    public required int InputRows { get; init; }
    public required int OutputRows { get; init; }
    public required bool ReadWeights { get; init; }
}

/// <summary>
/// The tiling strategy of the engine. A depthwise convolution sums over no channels, so tiles are cut along channels first:
/// as few channels as make a run of one DMA burst, all columns, and as many rows as then fit the input scratchpad. The
/// weights of a block of channels are loaded once and stay for all its rows.
/// </summary>
internal sealed class DepthwisePlan : OperatorPlan
{
    public const string Engine = "depthwise engine";
    private const int ScratchpadElements = 16384, BurstChannels = 32, ElementBytes = 2, PageBytes = 4096;

    public DepthwisePlan(Node node)
        : base(node, Engine)
    {
        var parameters = (ConvolutionParameters)node.Parameters!;
        TensorShape input = node.Inputs[0].Shape, filter = node.Inputs[1].Shape, output = node.Outputs[0].Shape;
        (KernelRows, KernelColumns) = (filter[1], filter[2]);
        (InputColumns, OutputColumns) = (input[2], output[2]);
        int channels = input[3];
        var launches = ImmutableArray.CreateBuilder<KernelLaunch>();
        var scatter = ImmutableArray.CreateBuilder<HostTask>();
        var gather = ImmutableArray.CreateBuilder<HostTask>();
        for (int first = 0, block = 0; first < channels; first += BurstChannels, block++)
        {
            int width = Math.Min(BurstChannels, channels - first);
            int rows = Math.Max(1, (ScratchpadElements / (InputColumns * width) - KernelRows) / parameters.RowStride + 1);
            for (int row = 0; row < output[1]; row += rows)
            {
                int outputRows = Math.Min(rows, output[1] - row);
                int inputRows = Math.Min(input[1], (outputRows - 1) * parameters.RowStride + KernelRows);
                int tile = launches.Count;
                launches.Add(new DepthwiseLaunch
                {
                    Tile = tile, ChannelBlock = block, Channels = width, InputRows = inputRows, OutputRows = outputRows, ReadWeights = row == 0,
                });
                scatter.Add(new HostTask(HostTaskKind.TileScatter, node.Inputs[0].Name, InputBuffer(tile), (long)inputRows * InputColumns * width, ElementBytes, width));
                gather.Add(new HostTask(HostTaskKind.TileGather, OutputBuffer(tile), node.Outputs[0].Name, (long)outputRows * OutputColumns * width, ElementBytes, width));
            }
        }

        Launches = launches.ToImmutable();
        Preparation = scatter.ToImmutable();
        Finalization = gather.ToImmutable();
        MultiplyAccumulates = output.Size * KernelRows * KernelColumns;
    }

    public int KernelRows { get; }

    public int KernelColumns { get; }

    public int InputColumns { get; }

    public int OutputColumns { get; }

    public override ImmutableArray<HostTransfer> Transfers(KernelLaunch launch)
    {
        var l = (DepthwiseLaunch)launch;
        HostTransfer input = Transfer(OperandRole.Input, InputBuffer(l.Tile), (long)l.InputRows * InputColumns * l.Channels);
        HostTransfer weights = Transfer(OperandRole.Weight, $"{Node.Name}:weights/{l.ChannelBlock}", (long)KernelRows * KernelColumns * l.Channels);
        HostTransfer output = Transfer(OperandRole.Output, OutputBuffer(l.Tile), (long)l.OutputRows * OutputColumns * l.Channels);
        return l.ReadWeights ? [input, weights, output] : [input, output];
    }

    private static HostTransfer Transfer(OperandRole role, string buffer, long elements)
    {
        long bytes = (elements * ElementBytes + 31) / 32 * 32;
        return new HostTransfer(role, role == OperandRole.Output, buffer, 0, bytes, (int)((bytes + PageBytes - 1) / PageBytes));
    }

    private string InputBuffer(int tile) => $"{Node.Name}:input/{tile}";

    private string OutputBuffer(int tile) => $"{Node.Name}:output/{tile}";
}
