using System.Runtime.CompilerServices;
using Smaug.Core.Units;

namespace Smaug.Core.Execution;

/// <summary>
/// One access to memory on its way through ports. A request is made once and used many times: it belongs to its
/// requester, is lent to the memory system from the accepted <see cref="MemoryPort.TrySend"/> until
/// <see cref="IMemoryRequester.Complete"/>, and then is the requester's again.
/// </summary>
public sealed class MemoryRequest
{
    /// <summary>How many components may stand between a requester and the memory that answers, each adding itself to the way back.</summary>
    public const int MaximumRouteLength = 16;

    private Route _route;
    private int _depth;

    /// <summary>Physical address of the first byte.</summary>
    public long Address { get; set; }

    /// <summary>Number of bytes, at least 1 for commands that move data.</summary>
    public int Bytes { get; set; }

    /// <summary>What it does.</summary>
    public MemoryCommand Command { get; set; }

    /// <summary>Properties that some components act on.</summary>
    public MemoryAttributes Attributes { get; set; }

    /// <summary>Number of the agent on whose behalf the access happens (core, DMA engine, accelerator), for statistics and coherence.</summary>
    public int RequesterId { get; set; }

    /// <summary>Hash of the static instruction that caused it, for stride prefetchers; 0 when there is none.</summary>
    public int InstructionId { get; set; }

    /// <summary>The requester's own word; nobody else touches it.</summary>
    public long Tag { get; set; }

    /// <summary>
    /// The content in models that carry values: a word that stands for the bytes, written by writes, found in it after
    /// reads. Timing never depends on it.
    /// </summary>
    public long Value { get; set; }

    /// <summary>When the requester first offered it; set by the requester, used for statistics.</summary>
    public SimTime IssueTime { get; set; }

    /// <summary>Delay of the first bytes that buses on the way have added and the receiver has still to pay.</summary>
    public SimTime HeaderDelay { get; set; }

    /// <summary>Delay of the last bytes after the first that buses on the way have added and the receiver has still to pay.</summary>
    public SimTime PayloadDelay { get; set; }

    /// <summary>Whether the answer came from a cache that held the line modified, instead of from memory.</summary>
    public bool SuppliedByCache { get; set; }

    /// <summary>Whether a read's answer allows the receiver to modify the line without asking again.</summary>
    public bool Writable { get; set; }

    /// <summary>Whether the answer carries a line that differs from memory, for which the receiver becomes responsible; on the way
    /// down from a crossbar to a cache, whether the receiver would take that responsibility.</summary>
    public bool PassesDirty { get; set; }

    /// <summary>Whether it carries data on its way to the memory.</summary>
    public bool CarriesDataDown => Command is MemoryCommand.Write or MemoryCommand.WriteBack or MemoryCommand.Atomic;

    /// <summary>Whether its answer carries data.</summary>
    public bool CarriesDataUp => Command is MemoryCommand.Read or MemoryCommand.Atomic or MemoryCommand.Prefetch;

    /// <summary>Makes it a new access, forgetting everything of the last one. The requester gets the answer.</summary>
    /// <param name="requester">Gets the answer.</param>
    /// <param name="command">What to do.</param>
    /// <param name="address">Physical address of the first byte.</param>
    /// <param name="bytes">Number of bytes.</param>
    /// <param name="requesterId">Number of the agent.</param>
    /// <param name="attributes">Properties that some components act on.</param>
    public void Set(IMemoryRequester requester, MemoryCommand command, long address, int bytes, int requesterId = 0, MemoryAttributes attributes = MemoryAttributes.None)
    {
        Address = address;
        Bytes = bytes;
        Command = command;
        Attributes = attributes;
        RequesterId = requesterId;
        InstructionId = 0;
        Tag = 0;
        Value = 0;
        IssueTime = default;
        HeaderDelay = default;
        PayloadDelay = default;
        SuppliedByCache = false;
        Writable = false;
        PassesDirty = false;
        _route[0] = requester;
        _depth = 1;
    }

    /// <summary>Puts a component that passes the request on into the way back: the answer comes to it first. Called when the
    /// request is sent on; taken back with <see cref="PopRoute"/> when it was refused.</summary>
    /// <exception cref="SimulationException">The way is longer than <see cref="MaximumRouteLength"/>.</exception>
    public void PushRoute(IMemoryRequester via)
    {
        if (_depth == MaximumRouteLength)
        {
            throw new SimulationException($"a memory request of 0x{Address:x} has passed {MaximumRouteLength} components without reaching memory: is there a cycle of ports?");
        }

        _route[_depth++] = via;
    }

    /// <summary>Takes the last component out of the way back.</summary>
    public void PopRoute() => _depth--;

    /// <summary>Answers: hands the request to the last component of the way back. Called by the memory at the simulated time
    /// of the answer, once.</summary>
    public void Respond() => _route[--_depth].Complete(this);

    /// <summary>Text for messages: <c>read of 64 B at 0x1000</c>.</summary>
    public override string ToString() => $"{Command.ToString().ToLowerInvariant()} of {Bytes} B at 0x{Address:x}";

    [InlineArray(MaximumRouteLength)]
    private struct Route
    {
        private IMemoryRequester _first;
    }
}
