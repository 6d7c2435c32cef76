using Smaug.Core;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>Gives host buffers physical addresses, one behind the other, in the order of their first use.</summary>
internal sealed class BufferMap
{
    private const long PageBytes = 4096;
    private readonly Dictionary<string, (long Address, long Bytes)> _buffers = new(StringComparer.Ordinal);
    private long _next = PageBytes;

    /// <summary>The address of a buffer, which is made when it is new; one that has become larger moves.</summary>
    public long Address(string buffer, long bytes)
    {
        if (_buffers.TryGetValue(buffer, out (long Address, long Bytes) known) && known.Bytes >= bytes) return known.Address;
        long address = _next;
        long size = Math.Max(1, (bytes + PageBytes - 1) / PageBytes) * PageBytes;
        if (size > long.MaxValue / 2 - _next) throw new SimulationException($"buffer '{buffer}' of {bytes} bytes: the simulated address space is full");
        _next += size;
        _buffers[buffer] = (address, size);
        return address;
    }
}
