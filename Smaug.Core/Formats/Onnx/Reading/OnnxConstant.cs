using Smaug.Core.Tensors;

namespace Smaug.Core.Formats.Onnx.Reading;

/// <summary>
/// A tensor whose values are known without running the model. Values are read (from the file, or computed from other
/// constants) when they are asked for: a model can be imported and timed without its weights in memory.
/// </summary>
internal sealed class OnnxConstant
{
    // Shapes, axes and bounds are asked for often; weights once.
    private const int CachedElements = 1 << 12;

    private readonly Func<Array> _read;
    private Array? _cache;

    /// <param name="type">Numeric element type.</param>
    /// <param name="dims">Sizes.</param>
    /// <param name="read">Gives as many values: float[] for floating-point types, long[] for integers and booleans.</param>
    public OnnxConstant(ElementType type, int[] dims, Func<Array> read)
    {
        Type = type;
        Dimensions = dims;
        Count = Dims.Count(dims);
        _read = read;
    }

    public ElementType Type { get; }

    public int[] Dimensions { get; }

    public long Count { get; }

    public static OnnxConstant Integers(int[] dims, params long[] values) => new(ElementType.Int64, dims, () => values);

    public static OnnxConstant Empty(ElementType type, int[] dims) => new(type, dims, () => type.IsFloat() ? Array.Empty<float>() : Array.Empty<long>());

    /// <summary>The values: float[] for floating-point types, long[] for integers and booleans.</summary>
    /// <exception cref="ModelException">There are more than an array can hold.</exception>
    public Array Values()
    {
        if (_cache is not null) return _cache;
        if (Count is < 0 or > int.MaxValue / 8) throw new ModelException($"a constant {Dims.Text(Dimensions)} of type {Type} has more elements than can be held in memory at once; at most {int.MaxValue / 8} would fit");
        Array values = _read();
        if (Count <= CachedElements) _cache = values;
        return values;
    }

    public float[] Singles() => Values() is float[] singles ? singles : Array.ConvertAll((long[])Values(), v => (float)v);

    public double[] Doubles() => Values() is float[] singles ? Array.ConvertAll(singles, v => (double)v) : Array.ConvertAll((long[])Values(), v => (double)v);

    public long[] Integers() => Values() is long[] integers ? integers : Array.ConvertAll((float[])Values(), v => (long)v);

    /// <summary>The same values in other dimensions.</summary>
    public OnnxConstant Reshape(int[] dims) => dims.AsSpan().SequenceEqual(Dimensions) ? this : new(Type, dims, Values);

    /// <summary>Elements picked out of this tensor.</summary>
    /// <param name="dims">Sizes of the result.</param>
    /// <param name="indices">For every element of the result its index here.</param>
    public OnnxConstant Pick(int[] dims, Func<int[]> indices) => new(Type, dims, () => Values() switch
    {
        float[] singles => Array.ConvertAll(indices(), i => singles[i]),
        Array integers => Array.ConvertAll(indices(), i => ((long[])integers)[i]),
    });

    /// <summary>Other values, computed one by one.</summary>
    public OnnxConstant Map(Func<float, float> function) => new(ElementType.Float, Dimensions, () => Array.ConvertAll(Singles(), v => function(v)));

    /// <summary>A part of the tensor along one dimension.</summary>
    public OnnxConstant Slice(int axis, int start, int count)
    {
        int[] dims = [.. Dimensions];
        dims[axis] = count;
        return Pick(dims, () =>
        {
            int[] strides = Dims.Strides(Dimensions);
            return Dims.Walk(dims, strides, start * strides[axis]);
        });
    }

    /// <summary>The tensor with its dimensions in another order.</summary>
    public OnnxConstant Transpose(int[] permutation)
    {
        int[] dims = Array.ConvertAll(permutation, axis => Dimensions[axis]);
        return Pick(dims, () =>
        {
            int[] strides = Dims.Strides(Dimensions);
            return Dims.Walk(dims, Array.ConvertAll(permutation, axis => strides[axis]));
        });
    }

    /// <summary>The tensor repeated to larger dimensions.</summary>
    public OnnxConstant BroadcastTo(int[] dims)
    {
        if (dims.AsSpan().SequenceEqual(Dimensions)) return this;
        return Pick(dims, () =>
        {
            int[] own = Dims.Expand(Dimensions, dims.Length);
            int[] strides = Dims.Strides(own);
            for (int i = 0; i < dims.Length; i++)
            {
                if (own[i] == 1) strides[i] = 0;
            }

            return Dims.Walk(dims, strides);
        });
    }

    /// <summary>The constant that holds the values of a tensor of Smaug's, under the type that the model declares for it.</summary>
    public static OnnxConstant From(Tensor tensor, ElementType declared)
    {
        int[] dims = tensor.Shape.Dimensions.ToArray();
        (ElementType own, Func<Array> read) = tensor.Type switch
        {
            DataType.Int32 => (ElementType.Int32, () => Array.ConvertAll(tensor.ToArray<int>(), v => (long)v)),
            DataType.Int64 => (ElementType.Int64, (Func<Array>)tensor.ToArray<long>),
            DataType.Bool => (ElementType.Bool, () => Array.ConvertAll(tensor.ToArray<bool>(), v => v ? 1L : 0L)),
            _ => (ElementType.Float, tensor.ToSingles),
        };
        return new OnnxConstant(declared.IsNumeric() && declared.IsFloat() == own.IsFloat() ? declared : own, dims, read);
    }
}
