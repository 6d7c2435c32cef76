using System.Collections.Immutable;
using Smaug.Core.Graphs;

namespace Smaug.Core.Execution;

/// <summary>
/// How one operator runs: which tiles, which kernel launches in which order, and what the host does before and after. The
/// same plan is walked by the functional executor, which computes values, and by the simulator, which advances time.
/// Immutable; backends derive their own plans with what their kernels need.
/// </summary>
public abstract class OperatorPlan
{
    /// <summary>Creates a plan for a node.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="executor">Name of the backend that runs it, or <see cref="HostExecutor"/>.</param>
    protected OperatorPlan(Node node, string executor)
    {
        Node = node;
        Executor = executor;
    }

    /// <summary>The executor's name of operators that run on the host CPU.</summary>
    public const string HostExecutor = "CPU";

    /// <summary>The operator.</summary>
    public Node Node { get; }

    /// <summary>Name of the backend that runs it, or <see cref="HostExecutor"/>.</summary>
    public string Executor { get; }

    /// <summary>Tiled tensors in operand order; empty for operators that are not tiled.</summary>
    public ImmutableArray<TiledOperand> Operands { get; init; } = [];

    /// <summary>Host work that is done once before the network runs: weight tiles. It is not timed.</summary>
    public ImmutableArray<HostTask> WeightPreparation { get; init; } = [];

    /// <summary>Host work before the first launch: filling activation tiles.</summary>
    public ImmutableArray<HostTask> Preparation { get; init; } = [];

    /// <summary>Host work that is the operator itself, for operators that run on the CPU.</summary>
    public ImmutableArray<HostTask> HostBody { get; init; } = [];

    /// <summary>Kernel launches in order.</summary>
    public ImmutableArray<KernelLaunch> Launches { get; init; } = [];

    /// <summary>Host work after the last launch: gathering output tiles.</summary>
    public ImmutableArray<HostTask> Finalization { get; init; } = [];

    /// <summary>
    /// Whether launches are queued on the accelerator pool and joined at the end of the operator; otherwise the host waits
    /// for each.
    /// </summary>
    public bool UsesAcceleratorPool { get; init; }

    /// <summary>Multiply-accumulate operations of the operator, from its shape.</summary>
    public long MultiplyAccumulates { get; init; }

    /// <summary>
    /// Whether the host waits until a launch's accelerator is idle before it sends the launch. Launches without such a wait
    /// are queued behind the one before them. By default the host waits for every launch, or, with a pool, when it goes on to
    /// another accelerator.
    /// </summary>
    /// <param name="index">Index in <see cref="Launches"/>.</param>
    public virtual bool WaitsBefore(int index) =>
        !UsesAcceleratorPool || index == 0 || Launches[index].Accelerator != Launches[index - 1].Accelerator;

    /// <summary>The transfers between host memory and scratchpads that a launch makes, in the order the kernel makes them.</summary>
    /// <param name="launch">One of <see cref="Launches"/>.</param>
    public abstract ImmutableArray<HostTransfer> Transfers(KernelLaunch launch);
}
