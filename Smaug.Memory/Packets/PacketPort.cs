using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Units;

namespace Smaug.Memory.Packets;

/// <summary>
/// Where an engine that moves blocks sends its packets, one after the other. A packet that the memory system refuses is kept,
/// and holds up those behind it, until it is called for.
/// </summary>
/// <param name="engine">Name of the engine, for messages: the memory below sees only lines.</param>
/// <param name="port">The port below.</param>
internal sealed class PacketPort(string engine, MemoryPort port)
{
    private readonly RequestPool _requests = new();
    private MemoryRequest? _refused;

    /// <summary>Name of the port below.</summary>
    public string Name => port.Name;

    /// <summary>Packets that have been accepted and not been answered.</summary>
    public int Outstanding { get; private set; }

    /// <summary>Whether a refused packet holds up the others.</summary>
    public bool IsHeldUp => _refused is not null;

    /// <summary>The bytes of a packet from an address: up to the end of its line or of the block.</summary>
    public static int PacketBytes(long address, long blockEnd, int lineBytes)
    {
        long lineEnd = (address | ((long)lineBytes - 1)) + 1;
        return (int)(Math.Min(lineEnd, blockEnd) - address);
    }

    /// <summary>A packet for the engine to set.</summary>
    public MemoryRequest NewPacket() => _requests.Take();

    /// <summary>Sends a packet for the engine; false when it was refused and is kept.</summary>
    /// <exception cref="SimulationException">No memory lies at its addresses.</exception>
    public bool Send(MemoryRequest packet, IMemoryRequester requester, SimTime now)
    {
        if (!port.HasMemoryAt(packet.Address, packet.Bytes)) throw NoMemory(packet, requester);
        packet.IssueTime = now;
        if (!port.TrySend(packet, requester))
        {
            _refused = packet;
            return false;
        }

        Outstanding++;
        return true;
    }

    /// <summary>Offers the kept packet again; true when it has gone now.</summary>
    public bool SendRefused(IMemoryRequester requester)
    {
        if (_refused is null || !port.TrySend(_refused, requester)) return false;
        _refused = null;
        Outstanding++;
        return true;
    }

    /// <summary>The error of a packet that lies nowhere. Where a component below says at once which addresses there are, its words follow the engine's name.</summary>
    private SimulationException NoMemory(MemoryRequest packet, IMemoryRequester requester)
    {
        try
        {
            port.TrySend(packet, requester);
        }
        catch (SimulationException e)
        {
            return new SimulationException($"{engine}: {e.Message}", e);
        }

        return new SimulationException($"{engine}: {packet} is outside the memory behind '{port.Name}'");
    }

    /// <summary>A packet has been answered.</summary>
    public void Answered(MemoryRequest packet)
    {
        Outstanding--;
        _requests.Return(packet);
    }
}
