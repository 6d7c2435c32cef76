using System.Collections.Immutable;
using Smaug.Core.Graphs;

namespace Smaug.Core.Execution;

/// <summary>
/// How an operator runs on the host CPU: no tiles and no launches, only <see cref="OperatorPlan.HostBody"/>. Operators that
/// move elements (reorder, concat, split, …) are the host's on every backend; the others run there when a backend does not
/// support them. Immutable.
/// </summary>
public sealed class HostOperatorPlan : OperatorPlan
{
    private HostOperatorPlan(Node node)
        : base(node, HostExecutor)
    {
    }

    /// <summary>The plan of an operator on the host.</summary>
    /// <param name="node">Any operator; <see cref="OperatorKind.Data"/> does nothing.</param>
    /// <exception cref="ModelException">The operator has no inputs or outputs, or lacks its parameters.</exception>
    public static HostOperatorPlan For(Node node) => new(node)
    {
        HostBody = HostWork.Of(node),
        MultiplyAccumulates = NodeMetrics.MultiplyAccumulates(node),
    };

    /// <inheritdoc/>
    public override ImmutableArray<HostTransfer> Transfers(KernelLaunch launch) => [];
}
