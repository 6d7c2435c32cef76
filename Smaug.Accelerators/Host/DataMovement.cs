using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Host;

/// <summary>
/// Operators that copy elements without looking at them, for every element type. They move logical elements only, so that
/// the padding of their outputs stays zero.
/// </summary>
internal static class DataMovement
{
    /// <summary>Joins tensors along one dimension.</summary>
    public static void Concat(ReadOnlySpan<Tensor> inputs, Tensor output, int axis)
    {
        int[] origin = new int[output.Shape.Rank];
        int[] zero = new int[output.Shape.Rank];
        foreach (Tensor input in inputs)
        {
            TensorCopy.Region(output, origin, input, zero, input.Shape.Dimensions);
            origin[axis] += input.Shape[axis];
        }
    }

    /// <summary>Cuts a tensor along one dimension.</summary>
    public static void Split(Tensor input, ReadOnlySpan<Tensor> outputs, int axis)
    {
        int[] origin = new int[input.Shape.Rank];
        int[] zero = new int[input.Shape.Rank];
        foreach (Tensor output in outputs)
        {
            TensorCopy.Region(output, zero, input, origin, output.Shape.Dimensions);
            origin[axis] += output.Shape[axis];
        }
    }

    /// <summary>Surrounds a tensor with zeros.</summary>
    public static void Pad(Tensor input, Tensor output, PaddingParameters parameters)
    {
        int[] origin = new int[output.Shape.Rank];
        int[] zero = new int[output.Shape.Rank];
        for (int i = 0; i < origin.Length; i++) origin[i] = parameters.Sizes[2 * i];
        TensorCopy.Region(output, origin, input, zero, input.Shape.Dimensions);
    }

    /// <summary>Repeats a tensor along each dimension until it fills the output.</summary>
    public static void Repeat(Tensor input, Tensor output)
    {
        int rank = output.Shape.Rank;
        int elementBytes = output.Type.SizeInBytes();
        ReadOnlySpan<int> outer = output.Shape.Dimensions[..^1];
        int run = input.Shape[-1] * elementBytes;
        int row = output.Shape[-1] * elementBytes;
        int pitch = row + output.Shape.Padding * elementBytes;
        int[] coordinate = new int[rank];
        int[] source = new int[rank];
        for (int offset = 0; offset < output.Bytes.Length; offset += pitch)
        {
            for (int i = 0; i < rank - 1; i++) source[i] = coordinate[i] % input.Shape[i];
            int start = (int)input.Shape.StorageIndex(source) * elementBytes;
            FillByDoubling(output.Bytes.Slice(offset, row), input.Bytes.Slice(start, run));
            Advance(coordinate, outer);
        }
    }

    /// <summary>Steps through a box, last dimension fastest; false after the last coordinate.</summary>
    private static bool Advance(Span<int> coordinate, ReadOnlySpan<int> size)
    {
        for (int i = size.Length - 1; i >= 0; i--)
        {
            if (++coordinate[i] < size[i]) return true;
            coordinate[i] = 0;
        }

        return false;
    }

    private static void FillByDoubling(Span<byte> target, ReadOnlySpan<byte> pattern)
    {
        pattern.CopyTo(target);
        for (int filled = pattern.Length; filled < target.Length;)
        {
            int count = Math.Min(filled, target.Length - filled);
            target[..count].CopyTo(target[filled..]);
            filled += count;
        }
    }
}
