using System.Collections.Immutable;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Execution;

/// <summary>The state of one computation of a network's values: live tensors and how many readers each still has.</summary>
internal sealed class FunctionalRun
{
    private readonly ExecutionPlan _plan;
    private readonly IBackend?[] _executors;
    private readonly FunctionalOptions _options;
    private readonly ComputeOptions _compute;
    private readonly TensorPool _pool;
    private readonly Tensor?[][] _outputs;
    private readonly int[][] _readers;

    public FunctionalRun(ExecutionPlan plan, IBackend?[] executors, FunctionalOptions options, ComputeOptions compute, TensorPool pool)
    {
        _plan = plan;
        _executors = executors;
        _options = options;
        _compute = compute;
        _pool = pool;
        ImmutableArray<Node> nodes = plan.Graph.Nodes;
        _outputs = new Tensor?[nodes.Length][];
        _readers = new int[nodes.Length][];
        for (int i = 0; i < nodes.Length; i++)
        {
            _outputs[i] = new Tensor?[nodes[i].Outputs.Length];
            _readers[i] = new int[nodes[i].Outputs.Length];
        }

        foreach (Node node in nodes)
        {
            foreach (NodeInput parent in node.Parents) _readers[plan.Graph.IndexOf(parent.Node)][parent.Output]++;
        }
    }

    public void Execute(int sequence, int index, bool isLast)
    {
        OperatorPlan plan = _plan.Operators[index];
        bool isDead = false;
        if (plan.Node.Kind == OperatorKind.Data)
        {
            if (_options.Observer is not null) Fetch(index);
        }
        else
        {
            isDead = !Compute(index, plan, isLast);
            Release(plan.Node);
        }

        _options.Observer?.Invoke(new OperatorResult(sequence, plan, isDead, [.. _outputs[index]]));
        if (isLast) return;
        for (int i = 0; i < _outputs[index].Length; i++)
        {
            if (_readers[index][i] == 0) Drop(index, i);
        }
    }

    public FunctionalResult Result(int index)
    {
        Node node = _plan.Graph.Nodes[index];
        if (node.Kind == OperatorKind.Data) Fetch(index);
        return new FunctionalResult(node, _outputs[index].Length == 0 ? null : _outputs[index][0]);
    }

    /// <summary>Computes the outputs; false when the operator is dead.</summary>
    private bool Compute(int index, OperatorPlan plan, bool isLast)
    {
        Node node = plan.Node;
        var inputs = new Tensor?[node.Parents.Length];
        bool anyDead = false, allDead = true;
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = Read(node.Parents[i]);
            anyDead |= inputs[i] is null;
            allDead &= inputs[i] is null;
        }

        if (node.Kind == OperatorKind.Merge ? allDead : anyDead) return false;
        switch (node.Kind)
        {
            case OperatorKind.Switch:
                int taken = IsTrue(node, inputs[1]!) ? 1 : 0;
                _outputs[index][taken] = Copy(inputs[0]!, node.Outputs[taken], isLast);
                break;
            case OperatorKind.Merge:
                _outputs[index][0] = Copy(Array.Find(inputs, t => t is not null)!, node.Outputs[0], isLast);
                break;
            default:
                var outputs = new Tensor[node.Outputs.Length];
                for (int i = 0; i < outputs.Length; i++) outputs[i] = Create(node.Outputs[i], isLast);
                _executors[index]!.Run(plan, inputs!, outputs, _compute);
                outputs.CopyTo(_outputs[index], 0);
                break;
        }

        return true;
    }

    private Tensor? Read(NodeInput edge)
    {
        int index = _plan.Graph.IndexOf(edge.Node);
        if (_plan.Graph.Nodes[index].Kind == OperatorKind.Data) Fetch(index);
        return _outputs[index][edge.Output];
    }

    private void Release(Node node)
    {
        foreach (NodeInput parent in node.Parents)
        {
            int index = _plan.Graph.IndexOf(parent.Node);
            if (--_readers[index][parent.Output] == 0) Drop(index, parent.Output);
        }
    }

    private void Drop(int index, int output)
    {
        if (_outputs[index][output] is { } tensor) _pool.Return(tensor);
        _outputs[index][output] = null;
    }

    /// <summary>A tensor for an output. The result of the network outlives the run, so it has storage of its own.</summary>
    private Tensor Create(TensorSpec spec, bool isResult) => isResult ? new Tensor(spec) : _pool.Rent(spec);

    private void Fetch(int index)
    {
        if (_outputs[index].Length == 0 || _outputs[index][0] is not null) return;
        Node node = _plan.Graph.Nodes[index];
        TensorSpec spec = node.Inputs.Length > 0 ? node.Inputs[0] : node.Outputs[0];
        Tensor tensor = _options.Inputs?.Find(spec) ?? _plan.Graph.Parameters?.Find(spec)
            ?? throw new ModelException($"operator {node}: there are no values for tensor '{spec.Name}' {spec.Shape}; give the graph parameters that hold them, or run it without values");
        if (tensor.Type != spec.Type || !tensor.Shape.Equals(spec.Shape) || tensor.Shape.Padding != spec.Shape.Padding)
        {
            throw new ModelException($"operator {node}: the values given for tensor '{spec.Name}' are {tensor.Type} {tensor.Shape} {tensor.Shape.Layout} with {tensor.Shape.Padding} elements of padding; the graph needs {spec.Type} {spec.Shape} {spec.Shape.Layout} with {spec.Shape.Padding}");
        }

        _outputs[index][0] = tensor;
    }

    private static bool IsTrue(Node node, Tensor predicate)
    {
        if (predicate.Shape.Size != 1) throw new ModelException($"operator {node}: the predicate '{predicate.Name}' has shape {predicate.Shape}; it must have exactly one element");
        return predicate.Bytes[..predicate.Type.SizeInBytes()].IndexOfAnyExcept((byte)0) >= 0;
    }

    private Tensor Copy(Tensor source, TensorSpec spec, bool isResult)
    {
        Tensor copy = Create(spec, isResult);
        TensorCopy.Elements(copy, source);
        return copy;
    }
}
