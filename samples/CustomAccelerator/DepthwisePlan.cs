using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace CustomAccelerator;

/// <summary>One launch: a band of rows.</summary>
internal sealed record DepthwiseLaunch : KernelLaunch
{
    public required int InputRow { get; init; }
    public required int InputRows { get; init; }
    public required int OutputRow { get; init; }
    public required int OutputRows { get; init; }
    public required int Channels { get; init; }
    public required bool ReadWeights { get; init; }
}

/// <summary>
/// The tiling strategy of the engine: bands of whole rows with all channels. In NHWC order such a band lies together in the
/// tensor, so that the engine reads and writes the tensors where they are and the host copies no tiles. The weights are
/// loaded with the first band and stay.
/// </summary>
internal sealed class DepthwisePlan : OperatorPlan
{
    public const string Engine = "depthwise engine";
    private const int ScratchpadElements = 65536, ElementBytes = 2, PageBytes = 4096;

    public DepthwisePlan(Node node)
        : base(node, Engine)
    {
        var parameters = (ConvolutionParameters)node.Parameters!;
        TensorShape input = node.Inputs[0].Shape, filter = node.Inputs[1].Shape, output = node.Outputs[0].Shape;
        (KernelRows, KernelColumns) = (filter[1], filter[2]);
        (InputColumns, OutputColumns) = (input[2], output[2]);
        int inputRows = input[1], rowElements = input[2] * input[3], stride = parameters.RowStride;
        int fitting = ScratchpadElements / rowElements;
        if (fitting < KernelRows) throw new TilingException($"operator {node}: {KernelRows} rows of {rowElements} elements do not fit the scratchpad of {ScratchpadElements} elements");
        int rows = (fitting - KernelRows) / stride + 1;
        int halo = parameters.Padding == Padding.Same ? (KernelRows - 1) / 2 : 0;
        var launches = ImmutableArray.CreateBuilder<KernelLaunch>();
        for (int row = 0; row < output[1]; row += rows)
        {
            int outputRows = Math.Min(rows, output[1] - row);
            int first = Math.Max(0, row * stride - halo);
            int last = Math.Min(inputRows, (row + outputRows - 1) * stride - halo + KernelRows);
            launches.Add(new DepthwiseLaunch
            {
                InputRow = first, InputRows = last - first, OutputRow = row, OutputRows = outputRows, Channels = input[3], ReadWeights = row == 0,
            });
        }

        Launches = launches.ToImmutable();
        MultiplyAccumulates = output.Size * KernelRows * KernelColumns;
    }

    public int KernelRows { get; }

    public int KernelColumns { get; }

    public int InputColumns { get; }

    public int OutputColumns { get; }

    public override ImmutableArray<HostTransfer> Transfers(KernelLaunch launch)
    {
        var l = (DepthwiseLaunch)launch;
        long inputRow = (long)InputColumns * l.Channels, outputRow = (long)OutputColumns * l.Channels;
        HostTransfer input = Transfer(OperandRole.Input, Node.Inputs[0].Name, l.InputRow * inputRow, l.InputRows * inputRow);
        HostTransfer weights = Transfer(OperandRole.Weight, Node.Inputs[1].Name, 0, (long)KernelRows * KernelColumns * l.Channels);
        HostTransfer output = Transfer(OperandRole.Output, Node.Outputs[0].Name, l.OutputRow * outputRow, l.OutputRows * outputRow);
        return l.ReadWeights ? [input, weights, output] : [input, output];
    }

    private static HostTransfer Transfer(OperandRole role, string buffer, long first, long elements)
    {
        long bytes = elements * ElementBytes;
        return new HostTransfer(role, role == OperandRole.Output, buffer, first * ElementBytes, bytes, (int)((bytes + PageBytes - 1) / PageBytes));
    }
}
