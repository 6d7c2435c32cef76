using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Host;

/// <summary>Describes what the CPU does for an operator, so that a CPU model can time it.</summary>
internal static class HostWork
{
    /// <summary>The tasks of an operator that runs on the CPU.</summary>
    public static ImmutableArray<HostTask> Of(Node node) => node.Kind switch
    {
        OperatorKind.Data => [],
        OperatorKind.Reorder => [Reorder(node)],
        OperatorKind.Concat => [.. node.Inputs.Select(i => Copy(i, node.Outputs[0], BoxRun(i.Shape, node.Outputs[0].Shape)))],
        OperatorKind.Split => [.. node.Outputs.Select(o => Copy(node.Inputs[0], o, BoxRun(o.Shape, node.Inputs[0].Shape)))],
        OperatorKind.Reshape or OperatorKind.Merge => [Copy(node.Inputs[0], node.Outputs[0], OrderRun(node.Inputs[0].Shape, node.Outputs[0].Shape))],
        OperatorKind.Switch => [Copy(node.Inputs[0], node.Outputs[1], OrderRun(node.Inputs[0].Shape, node.Outputs[1].Shape))],
        OperatorKind.Repeat => [Copy(node.Outputs[0] with { Name = node.Inputs[0].Name }, node.Outputs[0], node.Inputs[0].Shape[-1])],
        OperatorKind.Padding => [Copy(node.Inputs[0], node.Outputs[0], BoxRun(node.Inputs[0].Shape, node.Outputs[0].Shape))],
        _ => [Compute(node)],
    };

    // Additions, multiplications, comparisons and exponentials count as one operation each.
    private static long Operations(Node node)
    {
        TensorShape output = node.Outputs[0].Shape;
        long perElement = node.Kind switch
        {
            OperatorKind.MaxPooling or OperatorKind.AveragePooling when node.Parameters is PoolParameters p => (long)p.Rows * p.Columns,
            OperatorKind.BatchNorm => 3,
            OperatorKind.EltwiseAdd or OperatorKind.EltwiseMul or OperatorKind.Less or OperatorKind.LessEqual
                or OperatorKind.Greater or OperatorKind.GreaterEqual => 1,
            OperatorKind.Softmax => 5,
            _ => 0,
        };
        long activation = node.Activation is { } fused ? Operations(fused.Kind) : Operations(node.Kind);
        return checked(2 * NodeMetrics.MultiplyAccumulates(node) + output.Size * (perElement + activation));
    }

    private static int Operations(OperatorKind activation) => activation switch
    {
        OperatorKind.ReLU => 1,
        OperatorKind.LReLU or OperatorKind.HardTanh => 2,
        OperatorKind.ELU => 4,
        OperatorKind.SELU => 5,
        OperatorKind.Sigmoid => 4,
        OperatorKind.Tanh => 7,
        _ => 0,
    };

    private static HostTask Compute(Node node)
    {
        TensorSpec output = node.Outputs[0];
        return new HostTask(
            HostTaskKind.Compute, node.Inputs[0].Name, output.Name, output.Shape.Size, output.Type.SizeInBytes(), output.Shape[-1], Operations(node));
    }

    private static HostTask Reorder(Node node)
    {
        TensorSpec input = node.Inputs[0], output = node.Outputs[0];
        bool keepsOrder = LayoutChange.IsFlattening(input.Shape, output.Shape);
        long run = keepsOrder ? OrderRun(input.Shape, output.Shape) : 1;
        return new HostTask(HostTaskKind.Reorder, input.Name, output.Name, output.Shape.Size, output.Type.SizeInBytes(), run);
    }

    private static HostTask Copy(TensorSpec from, TensorSpec to, long run)
    {
        long elements = Math.Min(from.Shape.Size, to.Shape.Size);
        return new HostTask(HostTaskKind.Copy, from.Name, to.Name, elements, to.Type.SizeInBytes(), run);
    }

    /// <summary>Elements that lie together when a whole tensor is copied to or from a box inside a larger one.</summary>
    private static long BoxRun(TensorShape box, TensorShape whole)
    {
        long run = box[-1];
        bool isWhole = box.Padding == 0 && whole.Padding == 0 && box[-1] == whole[-1];
        for (int i = box.Rank - 2; i >= 0 && isWhole; i--)
        {
            run *= box[i];
            isWhole = box[i] == whole[i];
        }

        return run;
    }

    /// <summary>Elements that lie together when two tensors are walked in row-major order.</summary>
    private static long OrderRun(TensorShape from, TensorShape to)
    {
        if (from.Padding == 0 && to.Padding == 0) return from.Size;
        return Math.Min(from.Padding == 0 ? from.Size : from[-1], to.Padding == 0 ? to.Size : to[-1]);
    }
}
