using System.Numerics.Tensors;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Tensor = Smaug.Core.Tensors.Tensor;

namespace Smaug.Accelerators.Reference;

/// <summary>Sums, products and comparisons, element by element.</summary>
internal static class ElementwiseKernels
{
    /// <summary>Sum or product of two tensors.</summary>
    public static void Combine(OperatorKind kind, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> result)
    {
        if (kind == OperatorKind.EltwiseAdd) TensorPrimitives.Add(a, b, result);
        else TensorPrimitives.Multiply(a, b, result);
    }

    /// <summary>Comparison of two tensors without padding; the output may be padded.</summary>
    public static void Compare(OperatorKind kind, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Tensor output)
    {
        int row = output.Shape[-1], pitch = row + output.Shape.Padding;
        Span<bool> result = output.Span<bool>();
        for (int i = 0, write = 0; i < a.Length; i += row, write += pitch)
        {
            CompareRow(kind, a.Slice(i, row), b.Slice(i, row), result.Slice(write, row));
        }
    }

    /// <summary>Comparison of two vectors.</summary>
    public static void CompareRow(OperatorKind kind, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<bool> result)
    {
        switch (kind)
        {
            case OperatorKind.Less:
                for (int i = 0; i < result.Length; i++) result[i] = a[i] < b[i];
                break;
            case OperatorKind.LessEqual:
                for (int i = 0; i < result.Length; i++) result[i] = a[i] <= b[i];
                break;
            case OperatorKind.Greater:
                for (int i = 0; i < result.Length; i++) result[i] = a[i] > b[i];
                break;
            default:
                for (int i = 0; i < result.Length; i++) result[i] = a[i] >= b[i];
                break;
        }
    }
}
