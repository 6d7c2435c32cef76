namespace Smaug.Core.Tensors;

/// <summary>
/// Copies between tensors. Boxes are boxes of logical elements: padding is never copied, so the padding of a fresh
/// destination stays zero.
/// </summary>
public static class TensorCopy
{
    /// <summary>Copies a box of elements from one tensor into another.</summary>
    /// <param name="destination">Tensor that is written.</param>
    /// <param name="destinationOrigin">First coordinate of the box in <paramref name="destination"/>.</param>
    /// <param name="source">Tensor that is read; same rank and element type.</param>
    /// <param name="sourceOrigin">First coordinate of the box in <paramref name="source"/>.</param>
    /// <param name="size">Elements of the box along each dimension.</param>
    /// <exception cref="ModelException">Types or ranks differ, or the box leaves one of the tensors.</exception>
    public static void Region(
        Tensor destination, ReadOnlySpan<int> destinationOrigin, Tensor source, ReadOnlySpan<int> sourceOrigin, ReadOnlySpan<int> size)
    {
        RequireSameType(destination, source);
        RequireInside(destination, destinationOrigin, size);
        RequireInside(source, sourceOrigin, size);
        int bytes = source.Type.SizeInBytes();
        int rank = size.Length;
        if (rank == 0)
        {
            source.Bytes[..bytes].CopyTo(destination.Bytes);
            return;
        }

        Span<long> from = stackalloc long[rank];
        Span<long> to = stackalloc long[rank];
        Span<int> count = stackalloc int[rank];
        Strides(source.Shape, from);
        Strides(destination.Shape, to);
        size.CopyTo(count);
        foreach (int n in count)
        {
            if (n == 0) return;
        }

        long read = source.Shape.StorageIndex(sourceOrigin);
        long written = destination.Shape.StorageIndex(destinationOrigin);
        rank = MergeContiguous(count, from, to);
        CopyRuns(destination.Bytes, written, source.Bytes, read, count[..rank], from, to, bytes);
    }

    /// <summary>
    /// Copies logical elements in row-major order until the source ends, whatever the two shapes and paddings are.
    /// </summary>
    /// <exception cref="ModelException">Types differ, or the destination has fewer elements than the source.</exception>
    public static void Elements(Tensor destination, Tensor source)
    {
        RequireSameType(destination, source);
        if (destination.Shape.Size < source.Shape.Size)
        {
            throw new ModelException($"copy of tensor '{source.Name}' {source.Shape} into '{destination.Name}' {destination.Shape}: the destination has fewer elements");
        }

        int bytes = source.Type.SizeInBytes();
        int readRow = source.Shape.Rank == 0 ? 1 : source.Shape[-1];
        int writeRow = destination.Shape.Rank == 0 ? 1 : destination.Shape[-1];
        long readStride = readRow + source.Shape.Padding;
        long writeStride = writeRow + destination.Shape.Padding;
        ReadOnlySpan<byte> read = source.Bytes;
        Span<byte> write = destination.Bytes;
        for (long i = 0; i < source.Shape.Size;)
        {
            int readColumn = (int)(i % readRow);
            int writeColumn = (int)(i % writeRow);
            int run = Math.Min(readRow - readColumn, writeRow - writeColumn);
            int readAt = (int)((i / readRow * readStride + readColumn) * bytes);
            int writeAt = (int)((i / writeRow * writeStride + writeColumn) * bytes);
            read.Slice(readAt, run * bytes).CopyTo(write[writeAt..]);
            i += run;
        }
    }

    /// <summary>Copies stored elements, padding included, from one linear offset to another.</summary>
    /// <param name="destination">Tensor that is written.</param>
    /// <param name="destinationOffset">First stored element that is written.</param>
    /// <param name="source">Tensor that is read; same element type.</param>
    /// <param name="sourceOffset">First stored element that is read.</param>
    /// <param name="count">Stored elements to copy.</param>
    /// <exception cref="ModelException">Types differ, or the range leaves one of the tensors.</exception>
    public static void Raw(Tensor destination, long destinationOffset, Tensor source, long sourceOffset, long count)
    {
        RequireSameType(destination, source);
        RequireStored(destination, destinationOffset, count);
        RequireStored(source, sourceOffset, count);
        int bytes = source.Type.SizeInBytes();
        source.Bytes.Slice((int)(sourceOffset * bytes), (int)(count * bytes)).CopyTo(destination.Bytes[(int)(destinationOffset * bytes)..]);
    }

    /// <summary>Appends the stored elements of tiles, in order, to the storage of a tensor; what does not fit is left out.</summary>
    /// <exception cref="ModelException">Types differ.</exception>
    public static void Flatten(Tensor destination, ReadOnlySpan<Tensor> tiles)
    {
        long offset = 0;
        foreach (Tensor tile in tiles)
        {
            long count = Math.Min(tile.Shape.StorageSize, destination.Shape.StorageSize - offset);
            if (count <= 0) return;
            Raw(destination, offset, tile, 0, count);
            offset += count;
        }
    }

    /// <summary>Joins tensors along one dimension into a new tensor, named after them and aligned like the first.</summary>
    /// <param name="tensors">At least one; alike in type, rank and every other dimension.</param>
    /// <param name="axis">The dimension along which they are joined.</param>
    /// <exception cref="ModelException">The tensors do not fit together.</exception>
    public static Tensor Concatenate(ReadOnlySpan<Tensor> tensors, int axis)
    {
        if (tensors.IsEmpty) throw new ModelException("concatenation of no tensors: give at least one");
        TensorShape shape = tensors[0].Shape;
        if (axis < 0 || axis >= shape.Rank) throw new ModelException($"concatenation of '{tensors[0].Name}' {shape} along dimension {axis}: it has dimensions 0 to {shape.Rank - 1}");
        var names = new string[tensors.Length];
        int total = 0;
        for (int i = 0; i < tensors.Length; i++)
        {
            names[i] = tensors[i].Name;
            if (tensors[i].Shape.Rank != shape.Rank) throw new ModelException($"concatenation of '{tensors[i].Name}' {tensors[i].Shape} with '{names[0]}' {shape}: ranks must be equal");
            total = checked(total + tensors[i].Shape[axis]);
        }

        var result = new Tensor(new TensorSpec(string.Join('-', names), tensors[0].Type, shape.With(axis, total)));
        Span<int> origin = stackalloc int[shape.Rank];
        Span<int> start = stackalloc int[shape.Rank];
        origin.Clear();
        start.Clear();
        foreach (Tensor tensor in tensors)
        {
            Region(result, origin, tensor, start, tensor.Shape.Dimensions);
            origin[axis] += tensor.Shape[axis];
        }

        return result;
    }

    private static void CopyRuns(
        Span<byte> to, long written, ReadOnlySpan<byte> from, long read, ReadOnlySpan<int> count, ReadOnlySpan<long> fromStride, ReadOnlySpan<long> toStride, int bytes)
    {
        int last = count.Length - 1;
        int run = count[last] * bytes;
        Span<int> index = stackalloc int[count.Length];
        index.Clear();
        while (true)
        {
            from.Slice((int)(read * bytes), run).CopyTo(to[(int)(written * bytes)..]);
            int d = last - 1;
            for (; d >= 0; d--)
            {
                read += fromStride[d];
                written += toStride[d];
                if (++index[d] < count[d]) break;
                read -= fromStride[d] * count[d];
                written -= toStride[d] * count[d];
                index[d] = 0;
            }

            if (d < 0) return;
        }
    }

    /// <summary>Joins dimensions that lie without gaps in both tensors; the last one then is the run. Returns the new rank.</summary>
    private static int MergeContiguous(Span<int> count, Span<long> from, Span<long> to)
    {
        int last = count.Length - 1;
        while (last > 0 && from[last - 1] == count[last] && to[last - 1] == count[last])
        {
            count[last - 1] = checked(count[last - 1] * count[last]);
            from[last - 1] = 1;
            to[last - 1] = 1;
            last--;
        }

        return last + 1;
    }

    private static void Strides(TensorShape shape, Span<long> strides)
    {
        long stride = 1;
        for (int i = shape.Rank - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= i == shape.Rank - 1 ? shape[i] + shape.Padding : shape[i];
        }
    }

    private static void RequireSameType(Tensor destination, Tensor source)
    {
        if (destination.Type != source.Type)
        {
            throw new ModelException($"copy of tensor '{source.Name}' ({source.Type}) into '{destination.Name}' ({destination.Type}): element types must be equal");
        }
    }

    private static void RequireStored(Tensor tensor, long offset, long count)
    {
        if (offset < 0 || count < 0 || offset > tensor.Shape.StorageSize - count)
        {
            throw new ModelException($"tensor '{tensor.Name}' {tensor.Shape}: stored elements {offset} to {offset + count} are outside its {tensor.Shape.StorageSize}");
        }
    }

    private static void RequireInside(Tensor tensor, ReadOnlySpan<int> origin, ReadOnlySpan<int> size)
    {
        bool inside = origin.Length == tensor.Shape.Rank && size.Length == tensor.Shape.Rank;
        for (int i = 0; inside && i < size.Length; i++) inside = origin[i] >= 0 && size[i] >= 0 && origin[i] <= tensor.Shape[i] - size[i];
        if (!inside)
        {
            throw new ModelException($"tensor '{tensor.Name}' {tensor.Shape}: region at ({string.Join(", ", origin.ToArray())}) of size ({string.Join(", ", size.ToArray())}) is outside it");
        }
    }
}
