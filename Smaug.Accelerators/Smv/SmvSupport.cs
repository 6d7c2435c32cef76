using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Smv;

/// <summary>Which operators the SMV engine runs.</summary>
internal static class SmvSupport
{
    /// <summary>Channels that the engine handles at once; the smallest tile has as many.</summary>
    private const long VectorElements = 8;

    public static bool HasKernel(OperatorKind kind) => kind is
        OperatorKind.Convolution3d or OperatorKind.InnerProduct or OperatorKind.MaxPooling or OperatorKind.AveragePooling
        or OperatorKind.BatchNorm or OperatorKind.Softmax or OperatorKind.ReLU or OperatorKind.LReLU or OperatorKind.ELU
        or OperatorKind.SELU or OperatorKind.Tanh or OperatorKind.HardTanh or OperatorKind.Sigmoid || IsBinary(kind);

    public static bool IsBinary(OperatorKind kind) => kind is
        OperatorKind.EltwiseAdd or OperatorKind.EltwiseMul or OperatorKind.Less or OperatorKind.LessEqual or OperatorKind.Greater
        or OperatorKind.GreaterEqual;

    public static bool Supports(Node node, long scratchpadBytes)
    {
        if (!HasKernel(node.Kind) || node.Inputs.IsDefaultOrEmpty) return false;
        TensorShape input = node.Inputs[0].Shape;
        long elements = scratchpadBytes / node.Inputs[0].Type.SizeInBytes();
        return node.Kind switch
        {
            OperatorKind.Convolution3d => input.Layout == DataLayout.NHWC && node.Inputs.Length > 1 && node.Inputs[1].Shape.Rank == 4
                && VectorElements * node.Inputs[1].Shape[1] * node.Inputs[1].Shape[2] <= elements,
            OperatorKind.MaxPooling or OperatorKind.AveragePooling => input.Layout == DataLayout.NHWC
                && node.Parameters is PoolParameters pool && VectorElements * pool.Rows * pool.Columns <= elements,
            // Weight tiles are at least 8 neurons of 32 activations, parameter tiles 4 vectors of 8.
            OperatorKind.InnerProduct => input.Layout == DataLayout.NC && elements >= VectorElements * 32,
            OperatorKind.BatchNorm => input.Layout is DataLayout.NHWC or DataLayout.NC && elements >= 4 * VectorElements,
            OperatorKind.Softmax => input.Rank == 2 && input.StorageSize / input[0] <= elements,
            _ => elements >= VectorElements,
        };
    }
}
