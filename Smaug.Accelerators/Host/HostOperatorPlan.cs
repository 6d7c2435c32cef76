using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Host;

/// <summary>Plan of an operator that works on whole tensors without kernel launches.</summary>
internal sealed class HostOperatorPlan(Node node, string executor) : OperatorPlan(node, executor)
{
    public override ImmutableArray<HostTransfer> Transfers(KernelLaunch launch) => [];
}
