using Smaug.Core;
using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Systolic.Device;

/// <summary>
/// The output-stationary array device: an array row holds an output pixel, a column a kernel; inputs stream from the left,
/// weights from the top, one element per cycle, and every processing element accumulates one result. Its cycles are a closed
/// form that is exact for the cycle-by-cycle model (gem5-Aladdin's systolic array), and its values are those of the
/// processing elements bit by bit.
/// </summary>
public sealed class OutputStationaryDevice
{
    private const int ChannelAlignment = 8;

    /// <summary>Creates a device.</summary>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public OutputStationaryDevice(OutputStationaryOptions? options = null)
    {
        Options = options ?? OutputStationaryOptions.Example8x8;
        Options.Validate();
    }

    /// <summary>The configuration.</summary>
    public OutputStationaryOptions Options { get; }

    /// <summary>Channels as they lie in memory: padded to a multiple of 8.</summary>
    public static int PaddedChannels(int channels) => (channels + ChannelAlignment - 1) / ChannelAlignment * ChannelAlignment;

    /// <summary>
    /// Cycles until every fetch unit has filled its queue: a scratchpad answers one line per cycle, so that its units take turns.
    /// </summary>
    public long PrefillCycles(DeviceInvocation invocation) => (QueueLines(invocation) - 1) * (Options.Compatibility
        ? Math.Max(Options.Rows, Options.Columns)
        : Math.Max(UsedRows(invocation), UsedColumns(invocation)));

    /// <summary>Cycles of the compute phase: prefill, streaming, the skew at each weight fold, and the drain of the results.</summary>
    /// <exception cref="ConfigurationException">The invocation is not valid.</exception>
    /// <exception cref="SimulationException">In compatible mode: the original would never end, or abort.</exception>
    public long ComputeCycles(DeviceInvocation invocation)
    {
        invocation.Validate();
        if (Options.Compatibility) RefuseHangs(invocation);
        long outputFolds = DivideUp(invocation.OutputPixels, Options.Rows);
        long weightFolds = DivideUp(invocation.EffectiveKernels, Options.Columns);
        int edge = Math.Max(Options.Rows, Options.Columns);
        long lastRows = Last(invocation.OutputPixels, Options.Rows);
        long lastColumns = Last(invocation.EffectiveKernels, Options.Columns);
        return PrefillCycles(invocation)
            + weightFolds * outputFolds * StreamingCycles(invocation)
            + (weightFolds - 1) * (edge - 1)
            + 2 * lastRows + lastColumns + 4;
    }

    /// <summary>Computes the values of an invocation in float16: every multiply-accumulate is rounded to a half.</summary>
    /// <param name="invocation">The invocation.</param>
    /// <param name="input">Input with padded channels.</param>
    /// <param name="weights">Weights with padded channels.</param>
    /// <param name="output">Output with padded channels; elements that are not sent keep their values.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <exception cref="ConfigurationException">The invocation is not valid.</exception>
    /// <exception cref="ModelException">A tensor is too small, or the activation is not one of the device.</exception>
    public void Compute(
        DeviceInvocation invocation, ReadOnlySpan<Half> input, ReadOnlySpan<Half> weights, Span<Half> output, CancellationToken cancellation = default) =>
        new DeviceArithmetic<Half, HalfElements>(invocation, Options.Compatibility).Run(input, weights, output, cancellation);

    /// <summary>Computes the values of an invocation in float32.</summary>
    /// <inheritdoc cref="Compute(DeviceInvocation, ReadOnlySpan{Half}, ReadOnlySpan{Half}, Span{Half}, CancellationToken)"/>
    public void Compute(
        DeviceInvocation invocation, ReadOnlySpan<float> input, ReadOnlySpan<float> weights, Span<float> output, CancellationToken cancellation = default) =>
        new DeviceArithmetic<float, SingleElements>(invocation, Options.Compatibility).Run(input, weights, output, cancellation);

    /// <summary>Computes the values of an invocation in 32-bit integers, which wrap round.</summary>
    /// <inheritdoc cref="Compute(DeviceInvocation, ReadOnlySpan{Half}, ReadOnlySpan{Half}, Span{Half}, CancellationToken)"/>
    public void Compute(
        DeviceInvocation invocation, ReadOnlySpan<int> input, ReadOnlySpan<int> weights, Span<int> output, CancellationToken cancellation = default) =>
        new DeviceArithmetic<int, IntegerElements>(invocation, Options.Compatibility).Run(input, weights, output, cancellation);

    private static long DivideUp(long dividend, long divisor) => (dividend + divisor - 1) / divisor;

    private static long Last(long count, long size) => count % size == 0 ? size : count % size;

    /// <summary>The queue never fills when a unit has fewer lines than it holds; the corrected device starts with what there is.</summary>
    private long QueueLines(DeviceInvocation invocation) =>
        Options.Compatibility ? Options.FetchQueueLines : Math.Min(Options.FetchQueueLines, LinesPerUnit(invocation));

    private long LinesPerUnit(DeviceInvocation invocation) =>
        DivideUp(invocation.KernelChannels, Options.LineElements) * invocation.KernelRows * invocation.KernelColumns
        * DivideUp(invocation.OutputPixels, Options.Rows);

    /// <summary>
    /// Cycles of one window. A scratchpad answers one line per cycle in all, so more units than a line has elements starve; the
    /// original aborts then, and the corrected device waits.
    /// </summary>
    private long StreamingCycles(DeviceInvocation invocation)
    {
        long units = Math.Max(UsedRows(invocation), UsedColumns(invocation));
        return units <= Options.LineElements
            ? invocation.WindowElements
            : DivideUp(invocation.WindowElements * units, Options.LineElements);
    }

    private int UsedRows(DeviceInvocation invocation) => Math.Min(Options.Rows, invocation.OutputPixels);

    private int UsedColumns(DeviceInvocation invocation) => Math.Min(Options.Columns, invocation.EffectiveKernels);

    private void RefuseHangs(DeviceInvocation invocation)
    {
        if (invocation.ColumnStride is { } columns && columns != invocation.Stride)
            throw new SimulationException($"the invocation cannot be told to the device: it has one stride, rows are {invocation.Stride} and columns {columns} apart");
        if (invocation.OutputPixels < Options.Rows)
            throw new SimulationException($"the invocation never ends: {invocation.OutputPixels} output pixels leave commit units of the {Options.Rows} rows without work");
        long lines = LinesPerUnit(invocation);
        if (lines < Options.FetchQueueLines)
            throw new SimulationException($"the invocation never starts: a fetch unit has {lines} lines, fewer than its queue holds ({Options.FetchQueueLines})");
        if (DivideUp(PaddedChannels(invocation.EffectiveKernels), Options.Columns) > DivideUp(invocation.EffectiveKernels, Options.Columns))
            throw new SimulationException($"the invocation never ends: commit units wait for the padding of {invocation.EffectiveKernels} kernels on {Options.Columns} columns");
        if (Math.Max(UsedRows(invocation), UsedColumns(invocation)) > Options.LineElements && lines > Options.FetchQueueLines)
            throw new SimulationException($"a fetch unit runs out of data: {Options.LineElements} elements per line feed at most as many units");
    }
}
