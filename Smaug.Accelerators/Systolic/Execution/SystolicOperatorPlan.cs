using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Systolic.Execution;

/// <summary>One operator on a systolic array: the whole operator is one launch, whose tiles are the folds of the array.</summary>
public sealed record SystolicLaunch : KernelLaunch
{
    /// <summary>The layer that the array runs.</summary>
    public required LayerResult Layer { get; init; }

    /// <summary>How often it runs: images × depthwise channels.</summary>
    public required int Copies { get; init; }

    /// <summary>Cycles of the array, without waits for memory.</summary>
    public long Cycles => Layer.TotalCycles * Copies;
}

/// <summary>How one operator runs on a systolic array. Tensors are read where they lie: the host copies nothing. Immutable.</summary>
public sealed class SystolicOperatorPlan : OperatorPlan
{
    private const int RequestBytes = 4096;

    internal SystolicOperatorPlan(Node node, string executor, SystolicLaunch launch, SystolicBackendOptions options)
        : base(node, executor)
    {
        Options = options;
        Launches = [launch];
        MultiplyAccumulates = NodeMetrics.MultiplyAccumulates(node);
    }

    /// <summary>The array that it was planned for.</summary>
    public SystolicBackendOptions Options { get; }

    /// <summary>
    /// What the scratchpads move, in the order input, weights, output. A tensor that does not stay in its scratchpad is read
    /// several times, one transfer each.
    /// </summary>
    public override ImmutableArray<HostTransfer> Transfers(KernelLaunch launch)
    {
        if (launch is not SystolicLaunch systolic) throw new ArgumentException($"operator '{Node.Name}': {launch.GetType().Name} is not a launch of a systolic array", nameof(launch));
        var transfers = ImmutableArray.CreateBuilder<HostTransfer>();
        Add(transfers, OperandRole.Input, Node.Inputs[0], systolic.Layer.IfmapDram.Words * systolic.Copies);
        Add(transfers, OperandRole.Weight, Node.Inputs[1], systolic.Layer.FilterDram.Words * systolic.Copies);
        Add(transfers, OperandRole.Output, Node.Outputs[0], systolic.Layer.OfmapDram.Words * systolic.Copies);
        return transfers.ToImmutable();
    }

    private static void Add(ImmutableArray<HostTransfer>.Builder transfers, OperandRole role, TensorSpec tensor, long words)
    {
        long bytes = words * tensor.Type.SizeInBytes();
        while (bytes > 0)
        {
            long pass = Math.Min(bytes, tensor.StorageBytes);
            transfers.Add(new HostTransfer(role, role == OperandRole.Output, tensor.Name, 0, pass, (int)((pass + RequestBytes - 1) / RequestBytes)));
            bytes -= pass;
        }
    }
}
