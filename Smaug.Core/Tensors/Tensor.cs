using System.Runtime.InteropServices;

namespace Smaug.Core.Tensors;

/// <summary>
/// A tensor with its values. Storage is zeroed, 64-byte aligned, and holds <see cref="TensorShape.StorageSize"/>
/// elements: the last dimension is padded to the shape's alignment.
/// </summary>
public sealed class Tensor
{
    private readonly Memory<byte> _storage;

    /// <summary>Creates a tensor of zeros.</summary>
    /// <exception cref="ModelException">The tensor is larger than 2 GiB.</exception>
    public Tensor(TensorSpec spec)
    {
        Spec = spec;
        long bytes = spec.StorageBytes;
        if (bytes > Array.MaxLength - Alignment)
        {
            throw new ModelException($"tensor '{spec.Name}' {spec.Shape}: its values need {bytes} bytes, more than the {Array.MaxLength - Alignment} that one tensor may hold; run it without values");
        }

        byte[] array = GC.AllocateArray<byte>((int)bytes + Alignment, pinned: bytes >= 4096);
        int offset = bytes >= 4096 ? AlignedOffset(array) : 0;
        _storage = array.AsMemory(offset, (int)bytes);
    }

    private const int Alignment = 64;

    /// <summary>Name, element type and shape.</summary>
    public TensorSpec Spec { get; }

    /// <summary>Name.</summary>
    public string Name => Spec.Name;

    /// <summary>Element type.</summary>
    public DataType Type => Spec.Type;

    /// <summary>Dimensions, layout and alignment.</summary>
    public TensorShape Shape => Spec.Shape;

    /// <summary>The stored bytes, padding included.</summary>
    public Span<byte> Bytes => _storage.Span;

    /// <summary>The stored elements, padding included, in row-major order.</summary>
    /// <typeparam name="T">The C# type of <see cref="Type"/>.</typeparam>
    /// <exception cref="ModelException"><typeparamref name="T"/> is not the element type.</exception>
    public Span<T> Span<T>() where T : unmanaged
    {
        if (typeof(T) != Type.ElementType())
        {
            throw new ModelException($"tensor '{Name}' holds {Type}, not {typeof(T).Name}: ask for Span<{Type.ElementType().Name}>()");
        }

        return MemoryMarshal.Cast<byte, T>(_storage.Span);
    }

    private static unsafe int AlignedOffset(byte[] pinned)
    {
        fixed (byte* start = pinned) return (int)((Alignment - (nint)start % Alignment) % Alignment);
    }
}
