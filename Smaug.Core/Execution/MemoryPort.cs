using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Core.Execution;

/// <summary>
/// Where requests enter a memory component: a cache, a bus, a DMA target, a DRAM controller. Components are composed by
/// handing the port of the lower one to the upper one, in any order and depth.
/// <para>
/// The contract: <see cref="TrySend"/> either accepts the request, and then answers exactly once with
/// <see cref="MemoryRequest.Respond"/> at a later event (never within the call); or refuses it, and then calls
/// <see cref="IMemoryRequester.Retry"/> of the refused requester once when it may accept again. Several refused requesters
/// are called in the order in which they were first refused.
/// </para>
/// </summary>
public abstract class MemoryPort
{
    private PortClient? _client;

    /// <summary>Creates a port.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages, such as <c>l2.cpuSide</c>.</param>
    protected MemoryPort(Simulator simulator, string name)
    {
        Simulator = simulator;
        Name = name;
    }

    /// <summary>The simulation it belongs to.</summary>
    public Simulator Simulator { get; }

    /// <summary>Its name in messages.</summary>
    public string Name { get; }

    /// <summary>Bytes of the lines within which a request must lie; null where it need not, or it is not known.</summary>
    internal virtual int? LineBytes => null;

    /// <summary>The cache, crossbar or interleaver that requests enter here; null where it is something else, such as a component of one's own.</summary>
    internal virtual object? Part => null;

    /// <summary>Offers a request at the current time.</summary>
    /// <param name="request">The request, with the requester on its route.</param>
    /// <param name="sender">Who offers it: called back with <see cref="IMemoryRequester.Retry"/> after a refusal. A component
    /// that wants the answer to pass through it has put itself on the request's route before.</param>
    /// <returns>True when accepted: the request is lent until it is answered. False when refused.</returns>
    /// <exception cref="SimulationException">No memory lies at the address.</exception>
    public abstract bool TrySend(MemoryRequest request, IMemoryRequester sender);

    /// <summary>
    /// Whether memory lies at all bytes of a block behind this port. Who asks speculatively drops a request for what lies nowhere instead of
    /// sending it, and who knows on whose behalf it asks says so. A port that passes requests on asks the port below.
    /// </summary>
    /// <param name="address">Physical address of the first byte.</param>
    /// <param name="bytes">Number of bytes, at least 1, within what one request may ask for.</param>
    /// <returns>False when it is known that there is none; true otherwise, and where it is not known.</returns>
    public virtual bool HasMemoryAt(long address, int bytes) => true;

    /// <summary>Reads from a process: <c>SimTime latency = await port.ReadAsync(0x1000, 64)</c>. Several may be under way.</summary>
    /// <param name="address">Physical address of the first byte.</param>
    /// <param name="bytes">Number of bytes, at least 1; must not cross a line where the component works with lines.</param>
    /// <param name="requesterId">Number of the agent.</param>
    /// <param name="attributes">Properties that some components act on.</param>
    public Wait ReadAsync(long address, int bytes, int requesterId = 0, MemoryAttributes attributes = MemoryAttributes.None) =>
        AccessAsync(MemoryCommand.Read, address, bytes, requesterId, attributes);

    /// <summary>Writes from a process; the wait ends when the write is acknowledged.</summary>
    /// <param name="address">Physical address of the first byte.</param>
    /// <param name="bytes">Number of bytes, at least 1; must not cross a line where the component works with lines.</param>
    /// <param name="requesterId">Number of the agent.</param>
    /// <param name="attributes">Properties that some components act on.</param>
    public Wait WriteAsync(long address, int bytes, int requesterId = 0, MemoryAttributes attributes = MemoryAttributes.None) =>
        AccessAsync(MemoryCommand.Write, address, bytes, requesterId, attributes);

    /// <summary>Makes any access from a process.</summary>
    /// <exception cref="SimulationException">The number of bytes is not positive.</exception>
    public Wait AccessAsync(MemoryCommand command, long address, int bytes, int requesterId = 0, MemoryAttributes attributes = MemoryAttributes.None)
    {
        if (bytes < 1) throw new SimulationException($"{Name}: an access of {bytes} bytes at 0x{address:x} is not possible: at least 1");
        _client ??= new PortClient(this);
        return _client.Access(command, address, bytes, requesterId, attributes);
    }
}
