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
            CopyRegion(output, input, origin, zero, input.Shape.Dimensions);
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
            CopyRegion(output, input, zero, origin, output.Shape.Dimensions);
            origin[axis] += output.Shape[axis];
        }
    }

    /// <summary>Surrounds a tensor with zeros.</summary>
    public static void Pad(Tensor input, Tensor output, PaddingParameters parameters)
    {
        int[] origin = new int[output.Shape.Rank];
        int[] zero = new int[output.Shape.Rank];
        for (int i = 0; i < origin.Length; i++) origin[i] = parameters.Sizes[2 * i];
        CopyRegion(output, input, origin, zero, input.Shape.Dimensions);
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

    /// <summary>Copies all elements in row-major order; the shapes may differ, their element counts not.</summary>
    public static void CopyInOrder(Tensor input, Tensor output)
    {
        int elementBytes = output.Type.SizeInBytes();
        int sourceRow = input.Shape[-1] * elementBytes, row = output.Shape[-1] * elementBytes;
        int sourcePitch = sourceRow + input.Shape.Padding * elementBytes, pitch = row + output.Shape.Padding * elementBytes;
        if (sourceRow == sourcePitch && row == pitch)
        {
            input.Bytes.CopyTo(output.Bytes);
            return;
        }

        ReadOnlySpan<byte> from = input.Bytes;
        Span<byte> to = output.Bytes;
        int taken = 0, filled = 0;
        for (int read = 0, write = 0; ;)
        {
            int count = Math.Min(sourceRow - taken, row - filled);
            from.Slice(read + taken, count).CopyTo(to.Slice(write + filled, count));
            taken += count;
            filled += count;
            if (taken == sourceRow) (read, taken) = (read + sourcePitch, 0);
            if (filled == row) (write, filled) = (write + pitch, 0);
            if (read >= from.Length || write >= to.Length) return;
        }
    }

    /// <summary>Copies a box of elements between tensors of one element type and rank.</summary>
    public static void CopyRegion(
        Tensor output, Tensor input, ReadOnlySpan<int> outputOrigin, ReadOnlySpan<int> inputOrigin, ReadOnlySpan<int> size)
    {
        int rank = size.Length;
        int elementBytes = output.Type.SizeInBytes();
        int axis = rank - 1;
        long run = size[axis];
        while (axis > 0 && run == StorageRun(input.Shape, axis) && run == StorageRun(output.Shape, axis)) run *= size[--axis];

        Span<int> coordinate = stackalloc int[rank];
        Span<int> from = stackalloc int[rank];
        Span<int> to = stackalloc int[rank];
        int runBytes = checked((int)run * elementBytes);
        do
        {
            for (int i = 0; i < rank; i++)
            {
                from[i] = inputOrigin[i] + coordinate[i];
                to[i] = outputOrigin[i] + coordinate[i];
            }

            int read = (int)input.Shape.StorageIndex(from) * elementBytes;
            int write = (int)output.Shape.StorageIndex(to) * elementBytes;
            input.Bytes.Slice(read, runBytes).CopyTo(output.Bytes[write..]);
        }
        while (Advance(coordinate, size[..axis]));
    }

    /// <summary>Elements from one index of dimension <paramref name="axis"/> - 1 to the next.</summary>
    private static long StorageRun(TensorShape shape, int axis)
    {
        long run = shape[-1] + shape.Padding;
        for (int i = axis; i < shape.Rank - 1; i++) run *= shape[i];
        return run;
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
