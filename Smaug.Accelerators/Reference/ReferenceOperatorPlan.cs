using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Reference;

/// <summary>Plan of an operator that the reference backend computes: work of the host CPU on whole tensors, no launches.</summary>
internal sealed class ReferenceOperatorPlan : OperatorPlan
{
    public ReferenceOperatorPlan(Node node)
        : base(node, Backends.Reference.Name)
    {
        HostOperatorPlan host = HostOperatorPlan.For(node);
        HostBody = host.HostBody;
        MultiplyAccumulates = host.MultiplyAccumulates;
    }

    public override ImmutableArray<HostTransfer> Transfers(KernelLaunch launch) => [];
}
