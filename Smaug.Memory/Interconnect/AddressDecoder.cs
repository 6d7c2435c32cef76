using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Memory.Interconnect;

/// <summary>
/// Sends each request to the memory or device whose range of addresses it lies in, in no time: several memories, or memory and devices,
/// behind one port. Requests keep their addresses. Whoever is refused is called back by the port that has refused.
/// </summary>
public sealed class AddressDecoder
{
    private readonly List<Range> _ranges = [];
    private readonly InputPort _port;

    /// <summary>Creates a decoder that knows no address.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages.</param>
    public AddressDecoder(Simulator simulator, string name)
    {
        Name = name;
        _port = new InputPort(this, simulator);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Where requests enter.</summary>
    public MemoryPort Port => _port;

    /// <summary>Puts a port at a range of addresses.</summary>
    /// <param name="target">Where requests of the range go.</param>
    /// <param name="first">First address; at least 0.</param>
    /// <param name="size">Number of bytes, above 0.</param>
    /// <exception cref="ConfigurationException">The range is empty, or overlaps one that is there, or the port belongs to another simulation.</exception>
    public AddressDecoder Map(MemoryPort target, long first, ByteSize size)
    {
        ArgumentNullException.ThrowIfNull(target);
        Require.SameSimulation(Name, _port.Simulator, target);
        if (first < 0 || size.Bytes < 1 || first > long.MaxValue - size.Bytes) throw new ConfigurationException($"{Name}: range of '{target.Name}' from {first} with {size.Bytes} bytes: must begin at 0 or above and have at least 1 byte");
        var range = new Range(target, first, first + size.Bytes - 1);
        int place = _ranges.FindIndex(r => r.Last >= first);
        if (place < 0) place = _ranges.Count;
        if (place < _ranges.Count && _ranges[place].First <= range.Last)
        {
            throw new ConfigurationException($"{Name}: {range} overlaps {_ranges[place]}: every address can belong to one port only");
        }

        _ranges.Insert(place, range);
        return this;
    }

    private MemoryPort? Find(long address, int bytes)
    {
        foreach (Range range in _ranges)
        {
            if (address >= range.First && address <= range.Last - (bytes - 1)) return range.Target;
        }

        return null;
    }

    private MemoryPort Target(MemoryRequest request)
    {
        if (Find(request.Address, request.Bytes) is { } target) return target;
        bool crosses = _ranges.Any(r => request.Address <= r.Last && request.Address >= r.First - (request.Bytes - 1L));
        string mapped = _ranges.Count == 0 ? "nothing is mapped" : $"mapped are {string.Join(", ", _ranges)}";
        throw new SimulationException($"{Name}: {request} {(crosses ? "reaches beyond the range that it lies in" : "lies in no range")}; {mapped}");
    }

    private sealed record Range(MemoryPort Target, long First, long Last)
    {
        public override string ToString() => $"'{Target.Name}' (0x{First:x} to 0x{Last:x})";
    }

    private sealed class InputPort(AddressDecoder decoder, Simulator simulator) : MemoryPort(simulator, decoder.Name)
    {
        public override bool HasMemoryAt(long address, int bytes) => decoder.Find(address, bytes)?.HasMemoryAt(address, bytes) ?? false;

        public override bool TrySend(MemoryRequest request, IMemoryRequester sender) => decoder.Target(request).TrySend(request, sender);
    }
}
