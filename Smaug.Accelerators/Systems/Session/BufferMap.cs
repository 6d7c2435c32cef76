using Smaug.Core;
using Smaug.Core.Tensors;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>
/// Gives host buffers physical addresses, one behind the other, in the order of their first use. For a line-by-line memory they
/// lie as the reference's allocator puts them, aligned to 64 bytes with a header between them, large ones at pages: which DRAM
/// banks concurrent streams meet in depends on it. The analytical memory knows pages only; there each buffer has its own.
/// </summary>
/// <param name="isPaged">Whether each buffer has pages of its own.</param>
/// <param name="cacheSize">Bytes of the last-level cache.</param>
/// <param name="capacity">Bytes of memory; null for any number.</param>
internal sealed class BufferMap(bool isPaged, ByteSize cacheSize, ByteSize? capacity = null)
{
    private const long PageBytes = 4096;
    private const long Alignment = 64;

    // The reference's C library maps blocks from this size on on their own.
    private const long LargeBytes = 128 * 1024;
    private readonly Dictionary<string, Buffer> _buffers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);
    private readonly long _end = (capacity ?? ByteSize.FromGibibytes(4)).Bytes;
    private long _next = PageBytes;
    private long _cold;

    /// <summary>The first address behind all buffers.</summary>
    public long End => _next;

    /// <summary>Makes the buffer of a tensor, padding included.</summary>
    /// <exception cref="SimulationException">A component has been given the address of a smaller one.</exception>
    public void Add(TensorSpec tensor)
    {
        double ratio = (double)tensor.Shape.StorageSize / tensor.Shape.Size;
        if (!_buffers.TryGetValue(tensor.Name, out Buffer known)) _buffers.Add(tensor.Name, New(tensor.Name, tensor.StorageBytes, ratio));
        else if (known.Bytes < tensor.StorageBytes && _given.Contains(tensor.Name)) throw new SimulationException($"buffer '{tensor.Name}' of {tensor.StorageBytes} bytes: a component asked for {known.Bytes} only, and it cannot move, since its address has been given out; ask for the tensor's StorageBytes");
    }

    /// <summary>The address of a buffer, which is made when it is new; one that has become larger moves.</summary>
    public long Address(string buffer, long bytes) => Find(buffer, bytes).Address;

    /// <summary>The address of a buffer for a component, which is made when it is new; null when it has fewer bytes.</summary>
    public long? FixedAddress(string buffer, long bytes)
    {
        if (_buffers.TryGetValue(buffer, out Buffer known) && known.Bytes < bytes) return null;
        _given.Add(buffer);
        return Address(buffer, bytes);
    }

    /// <summary>Bytes of a buffer.</summary>
    public long Size(string buffer, long bytes) => Find(buffer, bytes).Bytes;

    /// <summary>Stored bytes per logical byte of a tensor; 1 for tiles.</summary>
    public double PaddingRatio(string buffer) => _buffers.TryGetValue(buffer, out Buffer known) ? known.PaddingRatio : 1;

    /// <summary>An address at the end of memory from which so many bytes were not read before, or so long ago that no cache holds them: they
    /// come from a region of twice the last-level cache.</summary>
    public long ColdAddress(long bytes)
    {
        long size = Math.Min(Math.Max(2 * cacheSize.Bytes, PageBytes), _end / 2);
        if (_cold + bytes > size) _cold = 0;
        long address = _end - size + _cold;
        _cold += bytes;
        return address;
    }

    private Buffer Find(string buffer, long bytes)
    {
        if (_buffers.TryGetValue(buffer, out Buffer known) && known.Bytes >= bytes) return known;
        return _buffers[buffer] = New(buffer, bytes, 1);
    }

    private Buffer New(string name, long bytes, double ratio)
    {
        long size = RoundUp(Math.Max(1, bytes), isPaged ? PageBytes : Alignment);
        if (size > long.MaxValue / 2 - _next) throw new SimulationException($"buffer '{name}' of {bytes} bytes: the simulated address space is full");
        long address = isPaged ? _next : (size >= LargeBytes ? RoundUp(_next, PageBytes) : _next) + Alignment;
        if (capacity is { } limit && address + size > limit.Bytes)
        {
            throw new ConfigurationException($"buffer '{name}' of {new ByteSize(size)}: DRAM of {limit} (Memory.Capacity) has {new ByteSize(Math.Max(0, limit.Bytes - address))} left; give it more (--mem-size), or take the analytical memory model, which has no limit");
        }

        _next = address + size;
        return new Buffer(address, size, ratio);
    }

    private static long RoundUp(long value, long unit) => (value + unit - 1) / unit * unit;

    private readonly record struct Buffer(long Address, long Bytes, double PaddingRatio);
}
