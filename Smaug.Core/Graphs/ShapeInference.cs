using Smaug.Core.Tensors;

namespace Smaug.Core.Graphs;

/// <summary>
/// The shapes of an operator's outputs, from its inputs and parameters. Where the output itself is the parameter (the
/// target of a reshape, the multiples of a repeat, the pieces of a split, the layout of a reorder) it is read from the
/// declared outputs and checked.
/// </summary>
public static partial class ShapeInference
{
    /// <summary>Computes the shapes of all outputs of an operator.</summary>
    /// <exception cref="ModelException">
    /// Inputs or parameters do not fit together; the message names the operator, the shapes found and those that would fit.
    /// </exception>
    public static TensorShape[] Infer(Node node)
    {
        CheckActivation(node);
        switch (node.Kind)
        {
            case OperatorKind.Data:
                return [RequireInputs(node, 1)[0].Shape];
            case OperatorKind.Convolution3d:
            case OperatorKind.ConvolutionDepthwise:
                return [Convolution(node)];
            case OperatorKind.MaxPooling:
            case OperatorKind.AveragePooling:
                return [Pooling(node)];
            case OperatorKind.InnerProduct:
                return [InnerProduct(node)];
            case OperatorKind.BatchNorm:
                return [BatchNorm(node)];
            case OperatorKind.ReLU or OperatorKind.LReLU or OperatorKind.ELU or OperatorKind.SELU or OperatorKind.Tanh
                or OperatorKind.HardTanh or OperatorKind.Sigmoid:
                return [RequireInputs(node, 1)[0].Shape];
            case OperatorKind.Softmax:
                return [Softmax(node)];
            case OperatorKind.EltwiseAdd or OperatorKind.EltwiseMul or OperatorKind.Less or OperatorKind.LessEqual
                or OperatorKind.Greater or OperatorKind.GreaterEqual:
                return [Elementwise(node)];
            case OperatorKind.Reorder:
                return [Reorder(node)];
            case OperatorKind.Concat:
                return [Concat(node)];
            case OperatorKind.Split:
                return Split(node);
            case OperatorKind.Reshape:
                return [Reshape(node)];
            case OperatorKind.Repeat:
                return [Repeat(node)];
            case OperatorKind.Switch:
                return Switch(node);
            case OperatorKind.Merge:
                return [Merge(node)];
            case OperatorKind.Padding:
                return [Pad(node)];
            default:
                throw new ModelException($"{node}: unknown operator; use one of {string.Join(", ", Enum.GetNames<OperatorKind>()[1..])}");
        }
    }

    /// <summary>Element type of an operator's outputs: Bool for comparisons, else that of the first input.</summary>
    /// <exception cref="ModelException">The operator has no input.</exception>
    public static DataType OutputType(Node node) => node.Kind switch
    {
        OperatorKind.Less or OperatorKind.LessEqual or OperatorKind.Greater or OperatorKind.GreaterEqual => DataType.Bool,
        _ => node.Inputs.Length > 0 ? node.Inputs[0].Type : throw new ModelException($"{node}: it has no input tensor"),
    };

    /// <summary>Whether an operator takes a fused activation.</summary>
    internal static bool TakesFusedActivation(OperatorKind kind) =>
        kind is OperatorKind.Convolution3d or OperatorKind.ConvolutionDepthwise or OperatorKind.InnerProduct or OperatorKind.BatchNorm;

    internal static bool IsActivation(OperatorKind kind) => kind is >= OperatorKind.ReLU and <= OperatorKind.Sigmoid;

    internal static string Text(TensorShape shape) => $"{shape} {shape.Layout}";

    internal static string Text(TensorSpec tensor) => $"{tensor.Shape} {tensor.Shape.Layout} {tensor.Type}";

    internal static string Text(IEnumerable<TensorSpec> tensors) => string.Join(", ", tensors.Select(t => Text(t.Shape)));

    private static void CheckActivation(Node node)
    {
        if (node.Activation is not { } activation) return;
        if (TakesFusedActivation(node.Kind))
        {
            if (!IsActivation(activation.Kind)) throw new ModelException($"{node}: {activation.Kind} cannot be fused into it; fuse ReLU, LReLU, ELU, SELU, Tanh, HardTanh or Sigmoid, or add a {activation.Kind} operator behind it");
        }
        else if (activation.Kind != node.Kind)
        {
            throw new ModelException($"{node}: it takes no fused activation; add a {activation.Kind} operator behind it");
        }
    }

    private static TensorSpec[] RequireInputs(Node node, int count)
    {
        if (node.Inputs.Length != count) throw new ModelException($"{node}: it has {node.Inputs.Length} input tensors; {count} would fit");
        return [.. node.Inputs];
    }

    private static T RequireParameters<T>(Node node) where T : OperatorParameters =>
        node.Parameters as T ?? throw new ModelException($"{node}: its parameters are missing ({typeof(T).Name})");

    private static TensorShape RequireOutput(Node node) =>
        node.Outputs.Length == 1 ? node.Outputs[0].Shape : throw new ModelException($"{node}: it has {node.Outputs.Length} output tensors; 1 would fit");

    private static void RequireLayout(Node node, string what, TensorShape shape, DataLayout layouts)
    {
        if ((shape.Layout & layouts) == 0 || int.PopCount((int)shape.Layout) != 1) throw new ModelException($"{node}: {what} is {Text(shape)}; layout {layouts.ToString().Replace(", ", " or ", StringComparison.Ordinal)} would fit");
        int rank = shape.Layout switch
        {
            DataLayout.NCHW or DataLayout.NHWC => 4,
            DataLayout.NCT or DataLayout.NTC => 3,
            DataLayout.NC or DataLayout.CN => 2,
            _ => shape.Rank,
        };
        if (shape.Rank != rank) throw new ModelException($"{node}: {what} is {Text(shape)}; layout {shape.Layout} has {rank} dimensions");
    }

    private static void RequireSameType(Node node)
    {
        foreach (TensorSpec input in node.Inputs)
        {
            if (input.Type != node.Inputs[0].Type) throw new ModelException($"{node}: its inputs have types {string.Join(", ", node.Inputs.Select(t => t.Type))}; all must be equal");
        }
    }

    private static int RequireAxis(Node node, int axis, TensorShape shape)
    {
        if (axis < 0 || axis >= shape.Rank) throw new ModelException($"{node}: axis {axis} of {Text(shape)}; 0 to {shape.Rank - 1} would fit");
        return axis;
    }
}
