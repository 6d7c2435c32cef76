using Smaug.Core.Execution;
using Smaug.Memory.Coherence;

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

    public void Add(MemoryRequest request) => Targets[Count++] = request;

    /// <summary>Whether a request waits for the line, unanswered.</summary>
    public bool Holds(MemoryRequest request) => Array.IndexOf(Targets, request, 0, Count) >= 0;

    public void Remove(int count)
    {
        Array.Copy(Targets, count, Targets, 0, Count - count);
        Count -= count;
    }
}
