using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Systolic.Execution;

/// <summary>
/// One operator on a systolic array, or, with several accelerators, a part of its filters (of its images and channels, for a
/// depthwise convolution). The launch's tiles are the folds of the array.
/// </summary>
public sealed record SystolicLaunch : KernelLaunch
{
    /// <summary>The layer that the array runs.</summary>
    public required LayerResult Layer { get; init; }

    /// <summary>How often it runs: images × depthwise channels.</summary>
    public required int Copies { get; init; }

    /// <summary>First of the operator's filters, or copies of a depthwise convolution, that the launch computes; default 0.</summary>
    public int FirstPart { get; init; }

    /// <summary>Cycles of the array, without waits for memory.</summary>
    public long Cycles => Layer.TotalCycles * Copies;
}

/// <summary>How one operator runs on a systolic array. Tensors are read where they lie: the host copies nothing. Immutable.</summary>
public sealed class SystolicOperatorPlan : OperatorPlan
{
    private const int RequestBytes = 4096;
    private readonly long _parts;

    internal SystolicOperatorPlan(Node node, string executor, ImmutableArray<SystolicLaunch> launches, long parts, SystolicBackendOptions options)
        : base(node, executor)
    {
        _parts = parts;
        Options = options;
        Launches = ImmutableArray<KernelLaunch>.CastUp(launches);
        UsesAcceleratorPool = launches.Length > 1;
        MultiplyAccumulates = NodeMetrics.MultiplyAccumulates(node);
    }

    /// <summary>The array that it was planned for.</summary>
    public SystolicBackendOptions Options { get; }

    /// <summary>
    /// What the scratchpads move, in the order input, weights, partial sums, output. A tensor that does not stay in its scratchpad
    /// is read several times, one transfer each. An element has the bytes of the narrower of the tensor's type and the array's.
    /// </summary>
    public override ImmutableArray<HostTransfer> Transfers(KernelLaunch launch)
    {
        if (launch is not SystolicLaunch systolic) throw new ArgumentException($"operator '{Node.Name}': {launch.GetType().Name} is not a launch of a systolic array", nameof(launch));
        bool depthwise = Node.Kind == OperatorKind.ConvolutionDepthwise;
        long count = depthwise ? systolic.Copies : systolic.Layer.Layer.Filters;
        var part = new Part(systolic.FirstPart, count, _parts);
        (long finished, long spilled) = Outputs(systolic);
        int sumBytes = Options.Precision.SumBytes();
        var transfers = ImmutableArray.CreateBuilder<HostTransfer>();
        Add(transfers, OperandRole.Input, false, Node.Inputs[0], depthwise ? part : new Part(0, 1, 1), systolic.Layer.IfmapDram.Words * systolic.Copies, ElementBytes(Node.Inputs[0]));
        Add(transfers, OperandRole.Weight, false, Node.Inputs[1], part, systolic.Layer.FilterDram.Words * systolic.Copies, ElementBytes(Node.Inputs[1]));
        Add(transfers, OperandRole.Output, false, Node.Outputs[0], part, spilled, sumBytes);
        Add(transfers, OperandRole.Output, true, Node.Outputs[0], part, spilled, sumBytes);
        Add(transfers, OperandRole.Output, true, Node.Outputs[0], part, finished, ElementBytes(Node.Outputs[0]));
        return transfers.ToImmutable();
    }

    /// <summary>
    /// Words of finished results, and of partial sums that leave the array. WS and IS add the row folds in the ofmap scratchpad
    /// when it holds the sums of a column fold; otherwise all row folds but the last write their sums to memory and read them back.
    /// </summary>
    private (long Finished, long Spilled) Outputs(SystolicLaunch launch)
    {
        SystolicLayer layer = launch.Layer.Layer;
        (_, long columns, long time) = layer.Extents(Options.Array.Dataflow);
        long finished = layer.OutputPixels * layer.Filters * launch.Copies;
        long held = Math.Min(columns, Options.Array.Columns) * time * Options.Precision.SumBytes();
        bool fits = Options.Array.Dataflow == Dataflow.OutputStationary || held <= Options.Array.OfmapKilobytes * 1024L;
        return (finished, fits ? 0 : launch.Layer.PartialSumReads * launch.Copies);
    }

    private int ElementBytes(TensorSpec tensor) => Math.Min(tensor.Type.SizeInBytes(), Options.Precision.ElementBytes());

    private static void Add(
        ImmutableArray<HostTransfer>.Builder transfers, OperandRole role, bool isStore, TensorSpec tensor, in Part part, long words, int elementBytes)
    {
        long stored = tensor.StorageBytes / tensor.Type.SizeInBytes() * elementBytes;
        (long offset, long size) = part.Of(stored);
        for (long bytes = words * elementBytes; bytes > 0;)
        {
            long pass = Math.Min(bytes, size);
            transfers.Add(new HostTransfer(role, isStore, tensor.Name, offset, pass, (int)((pass + RequestBytes - 1) / RequestBytes)));
            bytes -= pass;
        }
    }

    /// <summary>A part of equal pieces of a tensor.</summary>
    private readonly record struct Part(long First, long Count, long Total)
    {
        public (long Offset, long Size) Of(long bytes)
        {
            long offset = bytes * First / Total;
            return (offset, Math.Max(1, bytes * (First + Count) / Total - offset));
        }
    }
}
