// An accelerator with its own tiling and its own values: depthwise convolutions beside the SMV engine, described by loops.
using System.Collections.Immutable;
using Smaug;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Custom;
using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace CustomAccelerator;

/// <summary>
/// The engine. A vector of 8 channels goes through a multiplier and an adder tree per window position; pixels are pipelined,
/// and the input scratchpad's ports bound how fast they follow each other.
/// </summary>
internal static class DepthwiseAccelerator
{
    private const int Vector = 8;

    private static readonly DatapathConfiguration s_datapath = new()
    {
        Arrays =
        [
            DatapathArray.Cyclic("inputs", 131072, 32, 4),
            DatapathArray.Cyclic("results", 131072, 32, 2),
            DatapathArray.Complete("weights", 1152, 32),
        ],
    };

    public static IAccelerator Create(AcceleratorContext context) => new LoopNestAccelerator(context, Describe, otherwise: new SmvAccelerator(context));

    private static LoopNestKernel? Describe(OperatorPlan plan, KernelLaunch launch)
    {
        if (plan is not DepthwisePlan depthwise || launch is not DepthwiseBand band) return null;
        int window = depthwise.KernelRows * depthwise.KernelColumns;
        long pixels = (long)band.OutputRows * depthwise.OutputColumns;
        var weights = new LoopRegion { Label = "weights", Chain = new DependenceChain { MemoryAccesses = window }, Operations = new OperationCounts { RegisterWords = Vector * window } };
        var pixel = new LoopRegion
        {
            Label = "pixel",
            Chain = new DependenceChain { MemoryAccesses = 2, Multiplies = 1, Adds = (int)Math.Ceiling(Math.Log2(window)) },
            Operations = new OperationCounts { Multiplies = window, Adds = window - 1, RegisterWords = Vector * 2 * window },
            Accesses = [new ArrayAccess("inputs", window), new ArrayAccess("results", 0, 1)],
        };
        return new LoopNestKernel
        {
            Name = "depthwise",
            Datapath = s_datapath,
            Units = new UnitDemand { Multipliers = window, Adders = window - 1, Registers = Vector * window, RegisterArrayBytes = 1152 },
            MultiplyAccumulates = pixels * depthwise.Channels * window,
            Body =
            [
                new Loop
                {
                    Label = "channels",
                    Trips = (depthwise.Channels + Vector - 1) / Vector,
                    Body = [weights, new Loop { Label = "pixels", Trips = pixels, Mode = LoopMode.Pipelined, Body = [pixel] }],
                },
            ],
        };
    }
}

/// <summary>The SMV backend, with depthwise convolutions planned for the engine and computed band by band.</summary>
internal sealed class DepthwiseBackend : IBackend
{
    private readonly SmvBackend _smv = new();

    public BackendTraits Traits => _smv.Traits;

    public bool Supports(Node node) => IsDepthwise(node) || _smv.Supports(node);

    public OperatorPlan Plan(Node node, PlanOptions options) => IsDepthwise(node) ? new DepthwisePlan(node) : _smv.Plan(node, options);

    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (plan is DepthwisePlan depthwise) depthwise.Compute(inputs[0], inputs[1], outputs[0]);
        else _smv.Run(plan, inputs, outputs);
    }

    private static bool IsDepthwise(Node node) =>
        node.Kind == OperatorKind.ConvolutionDepthwise && node.Activation is null && node.Inputs[0].Type == DataType.Float16
        && node.Inputs[0].Shape is { Layout: DataLayout.NHWC, Padding: 0 } && node.Inputs[0].Shape[0] == 1;
}

/// <summary>One launch: a band of rows.</summary>
internal sealed record DepthwiseBand(int InputRow, int InputRows, int OutputRow, int OutputRows) : KernelLaunch;

/// <summary>
/// The tiling strategy of the engine: bands of whole rows with all channels. In NHWC order such a band lies together in the
/// tensor, so that the engine reads and writes the tensors where they are and the host copies no tiles. The weights are
/// loaded with the first band and stay.
/// </summary>
internal sealed class DepthwisePlan : OperatorPlan
{
    private const int ScratchpadElements = 65536, ElementBytes = 2;

    private readonly int _inputColumns, _rowStride, _columnStride, _top, _left;

    public DepthwisePlan(Node node)
        : base(node, Backends.Smv.Name)
    {
        var parameters = (ConvolutionParameters)node.Parameters!;
        TensorShape input = node.Inputs[0].Shape, filter = node.Inputs[1].Shape, output = node.Outputs[0].Shape;
        (KernelRows, KernelColumns, Channels, OutputColumns) = (filter[1], filter[2], input[3], output[2]);
        (_inputColumns, _rowStride, _columnStride) = (input[2], parameters.RowStride, parameters.ColumnStride);
        (_top, _left) = parameters.Padding == Padding.Same ? (KernelRows / 2, KernelColumns / 2) : (0, 0);
        int fitting = ScratchpadElements / (_inputColumns * Channels);
        if (fitting < KernelRows) throw new TilingException($"operator {node}: {KernelRows} rows of {_inputColumns * Channels} elements do not fit the scratchpad of {ScratchpadElements} elements");
        int rows = (fitting - KernelRows) / _rowStride + 1;
        var launches = ImmutableArray.CreateBuilder<KernelLaunch>();
        for (int row = 0; row < output[1]; row += rows)
        {
            int outputRows = Math.Min(rows, output[1] - row);
            int first = Math.Max(0, row * _rowStride - _top), last = Math.Min(input[1], (row + outputRows - 1) * _rowStride - _top + KernelRows);
            launches.Add(new DepthwiseBand(first, last - first, row, outputRows));
        }

        Launches = launches.ToImmutable();
        MultiplyAccumulates = output.Size * KernelRows * KernelColumns;
    }

    public int KernelRows { get; }

    public int KernelColumns { get; }

    public int Channels { get; }

    public int OutputColumns { get; }

    public override ImmutableArray<HostTransfer> Transfers(KernelLaunch launch)
    {
        var band = (DepthwiseBand)launch;
        long inputRow = (long)_inputColumns * Channels, outputRow = (long)OutputColumns * Channels;
        HostTransfer input = Transfer(OperandRole.Input, Node.Inputs[0].Name, band.InputRow * inputRow, band.InputRows * inputRow);
        HostTransfer weights = Transfer(OperandRole.Weight, Node.Inputs[1].Name, 0, (long)KernelRows * KernelColumns * Channels);
        HostTransfer output = Transfer(OperandRole.Output, Node.Outputs[0].Name, band.OutputRow * outputRow, band.OutputRows * outputRow);
        return band.OutputRow == 0 ? [input, weights, output] : [input, output];
    }

    /// <summary>Values as the engine computes them: from the rows of its band alone, in single precision, rounded once.</summary>
    public void Compute(Tensor input, Tensor weights, Tensor output)
    {
        int rowElements = _inputColumns * Channels;
        foreach (KernelLaunch launch in Launches)
        {
            var band = (DepthwiseBand)launch;
            ReadOnlySpan<Half> rows = input.Span<Half>().Slice(band.InputRow * rowElements, band.InputRows * rowElements);
            for (int row = band.OutputRow; row < band.OutputRow + band.OutputRows; row++)
            {
                for (int column = 0; column < OutputColumns; column++)
                {
                    Span<Half> pixel = output.Span<Half>().Slice((row * OutputColumns + column) * Channels, Channels);
                    for (int c = 0; c < Channels; c++) pixel[c] = (Half)Window(rows, weights.Span<Half>(), row * _rowStride - _top - band.InputRow, column * _columnStride - _left, band.InputRows, c);
                }
            }
        }
    }

    private float Window(ReadOnlySpan<Half> rows, ReadOnlySpan<Half> weights, int top, int left, int inputRows, int channel)
    {
        float sum = 0;
        for (int r = Math.Max(0, -top); r < KernelRows && top + r < inputRows; r++)
        {
            for (int s = Math.Max(0, -left); s < KernelColumns && left + s < _inputColumns; s++)
                sum += (float)rows[((top + r) * _inputColumns + left + s) * Channels + channel] * (float)weights[(r * KernelColumns + s) * Channels + channel];
        }

        return sum;
    }

    private static HostTransfer Transfer(OperandRole role, string buffer, long first, long elements)
    {
        long bytes = elements * ElementBytes;
        return new HostTransfer(role, role == OperandRole.Output, buffer, first * ElementBytes, bytes, (int)((bytes + AcceleratorTransfers.BlockBytes - 1) / AcceleratorTransfers.BlockBytes));
    }
}
