using Smaug.Core.Execution;
using Smaug.Memory.Coherence;
using Smaug.Memory.Interconnect;

namespace Smaug.Memory.Caches;

/// <summary>A miss-status holding register: a line on its way and the requests that wait for it, in order.</summary>
internal sealed class Miss(int targets)
{
    /// <summary>What is sent below.</summary>
    public MemoryRequest Request { get; } = new();

    public MemoryRequest[] Targets { get; } = new MemoryRequest[targets];

    public long Line { get; set; } = TagArray.NoLine;

    public int Count { get; set; }

    public bool IsFull => Count == Targets.Length;

    /// <summary>When it may be sent, while it waits to be; see <see cref="IsWaitingToBeSent"/>.</summary>
    public long ReadyAt { get; set; }

    public bool IsWaitingToBeSent { get; set; }

    /// <summary>Place in the order in which registers became ready.</summary>
    public long Order { get; set; }

    /// <summary>The line has come but finds no place yet; it can be asked for all the same.</summary>
    public bool HasArrived { get; set; }

    /// <summary>Another agent has taken the line before it found its place: it must be fetched again.</summary>
    public bool IsGone { get; set; }

    /// <summary>The right to write the line has come, without its content, which what waits first is about to write as a whole.</summary>
    public bool LacksContent => HasArrived && Request.Attributes.HasFlag(MemoryAttributes.WholeLine) && !Request.PassesDirty;

    public void Add(MemoryRequest request) => Targets[Count++] = request;

    /// <summary>What the line on its way says when it is asked for; true when it has the newest content.</summary>
    public bool Snoop(ref SnoopResult result, SnoopKind kind)
    {
        if (IsGone) return false;
        result.HasCopy = true;
        result.WasWritable |= Request.Writable;
        bool dirty = Request.PassesDirty;
        if (kind == SnoopKind.Own) IsGone = true;
        else if (kind == SnoopKind.Share) Request.Writable = false;
        return dirty;
    }

    public void Remove(int count)
    {
        Array.Copy(Targets, count, Targets, 0, Count - count);
        Count -= count;
    }
}
