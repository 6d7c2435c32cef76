using System.Collections.Immutable;
using Smaug.Accelerators.Host;
using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace CustomSoc;

/// <summary>The SMV backend on accelerator 0, with maximum pooling planned for the engine at place 1 of the pool.</summary>
internal sealed class PoolingBackend : IBackend
{
    private readonly SmvBackend _smv = new();
    private readonly HostBackend _host = new();

    public BackendTraits Traits => _smv.Traits;

    public bool Supports(Node node) => _smv.Supports(node);

    // The pool has one SMV engine: its operators must not be spread over both places.
    public OperatorPlan Plan(Node node, PlanOptions options) =>
        node.Kind == OperatorKind.MaxPooling ? new PoolingPlan(node) : _smv.Plan(node, options with { Accelerators = 1 });

    public void Run(OperatorPlan plan, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (plan is PoolingPlan) _host.Run(_host.Plan(plan.Node, new PlanOptions()), inputs, outputs);
        else _smv.Run(plan, inputs, outputs);
    }
}

/// <summary>One launch: a whole image.</summary>
internal sealed record PoolingLaunch(long InputElements) : KernelLaunch;

/// <summary>The plan of a pooling: one launch that reads and writes the tensors where they are.</summary>
internal sealed class PoolingPlan : OperatorPlan
{
    public PoolingPlan(Node node)
        : base(node, "pooling engine") =>
        Launches = [new PoolingLaunch(node.Inputs[0].Shape.StorageSize) { Accelerator = 1 }];

    public override ImmutableArray<HostTransfer> Transfers(KernelLaunch launch) =>
    [
        Whole(Node.Inputs[0], OperandRole.Input),
        Whole(Node.Outputs[0], OperandRole.Output),
    ];

    private static HostTransfer Whole(TensorSpec tensor, OperandRole role) =>
        new(role, role == OperandRole.Output, tensor.Name, 0, tensor.StorageBytes, (int)((tensor.StorageBytes + 4095) / 4096));
}
