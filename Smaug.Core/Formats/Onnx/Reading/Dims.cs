namespace Smaug.Core.Formats.Onnx.Reading;

/// <summary>Arithmetic on the sizes of tensors, in ONNX's order.</summary>
internal static class Dims
{
    /// <summary>Most elements that a tensor may have; products of sizes beyond it are damage, not data.</summary>
    private const long MaximumElements = 1L << 62;

    /// <summary>Number of elements, or -1 when there are more than any tensor can have.</summary>
    public static long Count(ReadOnlySpan<int> dims)
    {
        if (dims.Contains(0)) return 0;
        long count = 1;
        foreach (int dim in dims)
        {
            if (count > MaximumElements / dim) return -1;
            count *= dim;
        }

        return count;
    }

    public static string Text(ReadOnlySpan<int> dims) => $"({string.Join(", ", dims.ToArray())})";

    /// <summary>The sizes after broadcasting, or null when they do not fit.</summary>
    public static int[]? Broadcast(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var result = new int[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= result.Length; i++)
        {
            int x = i <= a.Length ? a[^i] : 1, y = i <= b.Length ? b[^i] : 1;
            if (x != y && x != 1 && y != 1) return null;
            result[^i] = x == 1 ? y : x;
        }

        return result;
    }

    /// <summary>The sizes with ones in front, up to a rank.</summary>
    public static int[] Expand(ReadOnlySpan<int> dims, int rank)
    {
        var result = new int[Math.Max(rank, dims.Length)];
        Array.Fill(result, 1);
        dims.CopyTo(result.AsSpan(result.Length - dims.Length));
        return result;
    }

    /// <summary>Row-major distances between neighbours.</summary>
    public static int[] Strides(ReadOnlySpan<int> dims)
    {
        var strides = new int[dims.Length];
        for (int i = dims.Length - 1, stride = 1; i >= 0; stride *= dims[i--]) strides[i] = stride;
        return strides;
    }

    /// <summary>
    /// For every element of a box in row-major order the index of an element elsewhere: offset + sum of coordinate · stride.
    /// </summary>
    public static int[] Walk(ReadOnlySpan<int> dims, ReadOnlySpan<int> strides, int offset = 0)
    {
        var indices = new int[Count(dims)];
        var coordinate = new int[dims.Length];
        int index = offset;
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = index;
            for (int axis = dims.Length - 1; axis >= 0; axis--)
            {
                index += strides[axis];
                if (++coordinate[axis] < dims[axis]) break;
                index -= dims[axis] * strides[axis];
                coordinate[axis] = 0;
            }
        }

        return indices;
    }
}
