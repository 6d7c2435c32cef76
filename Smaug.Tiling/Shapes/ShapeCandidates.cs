using Smaug.Core.Tensors;

namespace Smaug.Tiling.Shapes;

/// <summary>Sizes of a 4-D tile (or a 2-D one, with N and C only) and the elements it takes. Alignment is that of the tensor.</summary>
/// <param name="N">Images.</param>
/// <param name="H">Rows.</param>
/// <param name="W">Columns.</param>
/// <param name="C">Channels.</param>
/// <param name="Elements">Stored elements as the search counts them.</param>
internal readonly record struct ShapeCandidate(int N, int H, int W, int C, long Elements);

/// <summary>Lists tile sizes that fit a scratchpad, in the order in which SMAUG lists them: the first of equals wins.</summary>
internal static class ShapeCandidates
{
    /// <summary>Stored elements of a tile whose padding is computed anew.</summary>
    public static long Storage(TensorShape tensor, long n, long h, long w, int c) => n * h * w * Aligned(tensor, c);

    /// <summary>A size rounded up to the tensor's alignment.</summary>
    public static long Aligned(TensorShape tensor, int c)
    {
        int alignment = tensor.Alignment;
        return alignment <= 1 ? c : ((long)c + alignment - 1) / alignment * alignment;
    }

    /// <summary>
    /// Tiles of a 4-D NHWC tensor from a smallest size on in strides, N outermost, then C, H, W. Only the innermost loop stops
    /// at the first tile that does not fit.
    /// </summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="maxTileElements">Stored elements that fit.</param>
    /// <param name="min">Smallest sizes N, H, W, C; clamped to the tensor's.</param>
    /// <param name="stride">Steps of N, H, W, C.</param>
    public static List<ShapeCandidate> Enumerate(TensorShape tensor, long maxTileElements, ReadOnlySpan<int> min, ReadOnlySpan<int> stride)
    {
        var list = new List<ShapeCandidate>();
        int lowC = Math.Min(min[3], tensor[3]), lowH = Math.Min(min[1], tensor[1]), lowW = Math.Min(min[2], tensor[2]);
        for (int n = Math.Min(min[0], tensor[0]); n <= tensor[0]; n += stride[0])
        {
            for (int c = lowC; c <= tensor[3]; c += stride[3])
            {
                for (int h = lowH; h <= tensor[1]; h += stride[1])
                {
                    for (int w = lowW; w <= tensor[2]; w += stride[2])
                    {
                        long elements = Storage(tensor, n, h, w, c);
                        if (elements > maxTileElements) break;
                        list.Add(new ShapeCandidate(n, h, w, c, elements));
                    }
                }
            }
        }

        return list;
    }

    /// <summary>Tiles of a 2-D NC tensor, N outermost; C stops at the first tile that does not fit.</summary>
    public static List<ShapeCandidate> Enumerate(TensorShape tensor, long maxTileElements, int minN, int minC, int strideN, int strideC)
    {
        var list = new List<ShapeCandidate>();
        for (int n = Math.Min(minN, tensor[0]); n <= tensor[0]; n += strideN)
        {
            for (int c = Math.Min(minC, tensor[1]); c <= tensor[1]; c += strideC)
            {
                long elements = Storage(tensor, n, 1, 1, c);
                if (elements > maxTileElements) break;
                list.Add(new ShapeCandidate(n, 1, 1, c, elements));
            }
        }

        return list;
    }

    /// <summary>The whole 4-D tensor.</summary>
    public static ShapeCandidate Whole4D(TensorShape tensor) => new(tensor[0], tensor[1], tensor[2], tensor[3], tensor.StorageSize);

    /// <summary>The whole 2-D tensor.</summary>
    public static ShapeCandidate Whole2D(TensorShape tensor) => new(tensor[0], 1, 1, tensor[1], tensor.StorageSize);
}
