using System.Runtime.InteropServices;

namespace Smaug.Core.Tensors;

/// <summary>
/// A tensor with its values. Storage is zeroed, 64-byte aligned, and holds <see cref="TensorShape.StorageSize"/>
/// elements: the last dimension is padded to the shape's alignment.
/// </summary>
public sealed class Tensor
{
    private const int Alignment = 64;

    /// <summary>The storage that one tensor may have.</summary>
    internal static readonly int MaximumBytes = Array.MaxLength - Alignment;

    private readonly TensorPool? _pool;
    private TensorPool.Block? _block;
    private Memory<byte> _storage;

    /// <summary>Creates a tensor of zeros, which owns its storage.</summary>
    /// <exception cref="ModelException">The tensor is larger than 2 GiB.</exception>
    public Tensor(TensorSpec spec)
    {
        int bytes = CheckedBytes(spec);
        Spec = spec;
        _storage = Allocate(bytes, pinned: bytes >= 4096);
    }

    /// <summary>Creates a tensor over zeroed storage of a pool, until it is taken back.</summary>
    internal Tensor(TensorSpec spec, TensorPool.Block block, TensorPool pool)
    {
        Spec = spec;
        _pool = pool;
        _block = block;
        _storage = block.Memory[..(int)spec.StorageBytes];
    }

    /// <summary>Creates a tensor with given values.</summary>
    /// <typeparam name="T">The C# type of the element type.</typeparam>
    /// <param name="spec">Name, element type and shape.</param>
    /// <param name="values">Logical elements in row-major order, without padding.</param>
    /// <exception cref="ModelException">There are too many or too few values, or they have another type.</exception>
    public static Tensor FromValues<T>(TensorSpec spec, ReadOnlySpan<T> values) where T : unmanaged
    {
        RequireCount(spec, values.Length);
        var tensor = new Tensor(spec);
        Span<T> storage = tensor.Span<T>();
        int row = spec.Shape.Rank == 0 ? 1 : spec.Shape[-1];
        int stride = row + spec.Shape.Padding;
        for (int from = 0, to = 0; from < values.Length; from += row, to += stride) values.Slice(from, row).CopyTo(storage[to..]);
        return tensor;
    }

    /// <summary>Creates a tensor from floats, converted to its element type (to halves by rounding to nearest even).</summary>
    /// <param name="spec">Name, element type and shape.</param>
    /// <param name="values">Logical elements in row-major order, without padding.</param>
    /// <exception cref="ModelException">There are too many or too few values.</exception>
    public static Tensor FromSingles(TensorSpec spec, ReadOnlySpan<float> values)
    {
        RequireCount(spec, values.Length);
        switch (spec.Type)
        {
            case DataType.Float32:
                return FromValues(spec, values);
            case DataType.Float16:
                var halves = new Half[values.Length];
                HalfConversion.ToHalf(values, halves);
                return FromValues<Half>(spec, halves);
            case DataType.Float64:
                return FromValues<double>(spec, Array.ConvertAll(values.ToArray(), v => (double)v));
            case DataType.Int32:
                return FromValues<int>(spec, Array.ConvertAll(values.ToArray(), v => (int)v));
            case DataType.Int64:
                return FromValues<long>(spec, Array.ConvertAll(values.ToArray(), v => (long)v));
            default:
                return FromValues<bool>(spec, Array.ConvertAll(values.ToArray(), v => v != 0));
        }
    }

    /// <summary>The logical elements in row-major order, without padding.</summary>
    /// <typeparam name="T">The C# type of <see cref="Type"/>.</typeparam>
    /// <exception cref="ModelException"><typeparamref name="T"/> is not the element type.</exception>
    public T[] ToArray<T>() where T : unmanaged
    {
        ReadOnlySpan<T> storage = Span<T>();
        var values = new T[Shape.Size];
        int row = Shape.Rank == 0 ? 1 : Shape[-1];
        int stride = row + Shape.Padding;
        for (int from = 0, to = 0; to < values.Length; from += stride, to += row) storage.Slice(from, row).CopyTo(values.AsSpan(to));
        return values;
    }

    /// <summary>The logical elements in row-major order as floats, whatever the element type.</summary>
    public float[] ToSingles()
    {
        switch (Type)
        {
            case DataType.Float32:
                return ToArray<float>();
            case DataType.Float16:
                Half[] halves = ToArray<Half>();
                var singles = new float[halves.Length];
                HalfConversion.ToSingle(halves, singles);
                return singles;
            case DataType.Float64:
                return Array.ConvertAll(ToArray<double>(), v => (float)v);
            case DataType.Int32:
                return Array.ConvertAll(ToArray<int>(), v => (float)v);
            case DataType.Int64:
                return Array.ConvertAll(ToArray<long>(), v => (float)v);
            default:
                return Array.ConvertAll(ToArray<bool>(), v => v ? 1f : 0f);
        }
    }

    /// <summary>Name, element type and shape.</summary>
    public TensorSpec Spec { get; }

    /// <summary>Name.</summary>
    public string Name => Spec.Name;

    /// <summary>Element type.</summary>
    public DataType Type => Spec.Type;

    /// <summary>Dimensions, layout and alignment.</summary>
    public TensorShape Shape => Spec.Shape;

    /// <summary>The stored bytes, padding included.</summary>
    /// <exception cref="ModelException">The tensor was seen while a network ran, and its last reader is done.</exception>
    public Span<byte> Bytes => Storage.Span;

    /// <summary>The stored elements, padding included, in row-major order.</summary>
    /// <typeparam name="T">The C# type of <see cref="Type"/>.</typeparam>
    /// <exception cref="ModelException">
    /// <typeparamref name="T"/> is not the element type, or the tensor was seen while a network ran and its last reader is done.
    /// </exception>
    public Span<T> Span<T>() where T : unmanaged
    {
        if (typeof(T) != Type.ElementType())
        {
            throw new ModelException($"tensor '{Name}' holds {Type}, not {typeof(T).Name}: ask for Span<{Type.ElementType().Name}>()");
        }

        return MemoryMarshal.Cast<byte, T>(Storage.Span);
    }

    private static void RequireCount(TensorSpec spec, int count)
    {
        if (count != spec.Shape.Size)
        {
            throw new ModelException($"tensor '{spec.Name}' {spec.Shape}: {count} values were given; it has {spec.Shape.Size} elements");
        }
    }

    private Memory<byte> Storage => _pool is null || _block is not null
        ? _storage
        : throw new ModelException($"tensor '{Name}' {Shape}: its values are gone, its storage belongs to another tensor now; copy what is needed while the observer is called");

    /// <summary>Bytes of storage.</summary>
    /// <exception cref="ModelException">They are more than a tensor may have.</exception>
    internal static int CheckedBytes(TensorSpec spec)
    {
        long bytes = spec.StorageBytes;
        if (bytes <= MaximumBytes) return (int)bytes;
        throw new ModelException($"tensor '{spec.Name}' {spec.Shape}: its values need {bytes} bytes, more than the {MaximumBytes} that one tensor may hold; run it without values");
    }

    /// <summary>Zeroed storage, aligned when it is pinned.</summary>
    internal static Memory<byte> Allocate(int bytes, bool pinned)
    {
        byte[] array = GC.AllocateArray<byte>(bytes + Alignment, pinned);
        return array.AsMemory(pinned ? AlignedOffset(array) : 0, bytes);
    }

    /// <summary>Takes the block away from a tensor of the pool; null when it has none, or belongs elsewhere.</summary>
    internal TensorPool.Block? TakeBlock(TensorPool pool)
    {
        if (_pool != pool) return null;
        TensorPool.Block? block = _block;
        _block = null;
        _storage = default;
        return block;
    }

    private static unsafe int AlignedOffset(byte[] pinned)
    {
        fixed (byte* start = pinned) return (int)((Alignment - (nint)start % Alignment) % Alignment);
    }
}
