using System.Collections.Immutable;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Execution;

/// <summary>What the host CPU does for one operator, as tasks with their elements and run lengths.</summary>
internal static class HostWork
{
    /// <summary>The tasks of an operator that runs on the host.</summary>
    public static ImmutableArray<HostTask> Of(Node node)
    {
        if (node.Kind == OperatorKind.Data) return [];
        if (node.Inputs.IsDefaultOrEmpty || node.Outputs.IsDefaultOrEmpty) throw new ModelException($"operator '{node}': has {node.Inputs.Length} inputs and {node.Outputs.Length} outputs: needs at least 1 of each");
        TensorSpec input = node.Inputs[0], output = node.Outputs[0];
        return node.Kind switch
        {
            OperatorKind.Reorder => [Move(HostTaskKind.Reorder, input, output, input.Shape.Size, ReorderRun(input.Shape, output.Shape))],
            OperatorKind.Reshape => [Move(HostTaskKind.Copy, input, output, input.Shape.Size, SameOrderRun(input.Shape, output.Shape))],
            OperatorKind.Concat => Concat(node),
            OperatorKind.Split => Split(node),
            OperatorKind.Repeat => [Move(HostTaskKind.Copy, input, output, output.Shape.Size, RepeatRun(input.Shape, output.Shape))],
            OperatorKind.Padding => [Move(HostTaskKind.Copy, input, output, input.Shape.Size, input.Shape[-1])],
            OperatorKind.Switch or OperatorKind.Merge => [Move(HostTaskKind.Copy, input, output, input.Shape.Size, SameOrderRun(input.Shape, output.Shape))],
            _ => [Compute(node)],
        };
    }

    private static HostTask Move(HostTaskKind kind, TensorSpec from, TensorSpec to, long elements, long run) =>
        new(kind, from.Name, to.Name, elements, to.Type.SizeInBytes(), Math.Max(1, run));

    private static ImmutableArray<HostTask> Concat(Node node)
    {
        int axis = Axis(node, (node.Parameters as ConcatParameters)?.Axis);
        var tasks = ImmutableArray.CreateBuilder<HostTask>(node.Inputs.Length);
        foreach (TensorSpec part in node.Inputs)
        {
            tasks.Add(Move(HostTaskKind.Copy, part, node.Outputs[0], part.Shape.Size, AxisRun(part.Shape, node.Outputs[0].Shape, axis)));
        }

        return tasks.MoveToImmutable();
    }

    private static ImmutableArray<HostTask> Split(Node node)
    {
        int axis = Axis(node, (node.Parameters as SplitParameters)?.Axis);
        var tasks = ImmutableArray.CreateBuilder<HostTask>(node.Outputs.Length);
        foreach (TensorSpec part in node.Outputs)
        {
            tasks.Add(Move(HostTaskKind.Copy, node.Inputs[0], part, part.Shape.Size, AxisRun(part.Shape, node.Inputs[0].Shape, axis)));
        }

        return tasks.MoveToImmutable();
    }

    private static int Axis(Node node, int? axis)
    {
        int rank = node.Inputs[0].Shape.Rank;
        if (axis is not { } given || given < -rank || given >= rank) throw new ModelException($"operator '{node}': axis {axis?.ToString() ?? "missing"}: must be {-rank} to {rank - 1}");
        return given < 0 ? given + rank : given;
    }

    /// <summary>Elements of a part that lie together in it and in the whole that it is cut from along an axis.</summary>
    private static long AxisRun(TensorShape part, TensorShape whole, int axis)
    {
        long run = part[-1];
        if (part.Padding != 0 || whole.Padding != 0) return run;
        for (int i = part.Rank - 2; i >= axis; i--) run *= part[i];
        return run;
    }

    /// <summary>Elements that lie together in two tensors that hold the same elements in the same order.</summary>
    private static long SameOrderRun(TensorShape from, TensorShape to)
    {
        if (from.Padding == 0 && to.Padding == 0) return from.Size;
        return from[-1] == to[-1] ? from[-1] : Gcd(from[-1], to[-1]);
    }

    private static long ReorderRun(TensorShape from, TensorShape to)
    {
        // Flattening keeps the order of elements, and so does moving a dimension of size 1.
        bool flattens = from.Rank == 4 && to.Rank == 2;
        bool moves = from.Rank == to.Rank && from.Layout != to.Layout;
        if (flattens || !moves) return SameOrderRun(from, to);
        (long channels, long others) = from.Layout switch
        {
            DataLayout.NCHW => (from[1], (long)from[2] * from[3]),
            DataLayout.NHWC => (from[3], (long)from[1] * from[2]),
            DataLayout.NC or DataLayout.CN => (from[1], from[0]),
            _ => (from[1], from[2]),
        };
        return channels == 1 || others == 1 ? SameOrderRun(from, to) : 1;
    }

    private static long RepeatRun(TensorShape from, TensorShape to)
    {
        if (from.Padding != 0 || to.Padding != 0) return from[-1];
        long run = 1;
        for (int i = from.Rank - 1; i >= 0; i--)
        {
            run *= from[i];
            if (from[i] != to[i]) break;
        }

        return run;
    }

    private static long Gcd(long a, long b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }

    /// <summary>
    /// Operations: two per multiply-accumulate, one per element of a pooling window, four per element of batch norm and
    /// softmax, one per element of anything else.
    /// </summary>
    private static HostTask Compute(Node node)
    {
        TensorSpec output = node.Outputs[0];
        long size = output.Shape.Size;
        long operations = node.Kind switch
        {
            OperatorKind.Convolution3d or OperatorKind.ConvolutionDepthwise or OperatorKind.InnerProduct =>
                checked(2 * NodeMetrics.MultiplyAccumulates(node)),
            OperatorKind.MaxPooling or OperatorKind.AveragePooling =>
                checked(size * (node.Parameters is PoolParameters pool ? (long)pool.Rows * pool.Columns : throw new ModelException($"operator '{node}': has no pool parameters"))),
            OperatorKind.BatchNorm or OperatorKind.Softmax => checked(4 * size),
            _ => size,
        };
        return new HostTask(HostTaskKind.Compute, node.Inputs[0].Name, output.Name, size, output.Type.SizeInBytes(), output.Shape[-1], operations);
    }
}
