using Smaug.Core.Execution;
using Smaug.Memory.Packets;
using Smaug.Memory.Pooling;

namespace Smaug.Memory.Dma;

/// <summary>
/// The packets that transfers still have to send. A part is the piece of a transfer within one page; parts lie in the queues
/// of the channels, and are cut into packets at line boundaries when they are sent. A part that is to be invalidated first
/// goes through its queue twice: the invalidation, and when that has been answered, the oldest write that waits.
/// </summary>
internal sealed class DmaPackets
{
    private readonly Queue<int>[] _channels;
    private readonly Queue<int> _waitingWrites = new();
    private readonly StructPool<Part> _parts = new(16);
    private readonly int _lineBytes;
    private int _current;

    public DmaPackets(DmaOptions options)
    {
        _channels = new Queue<int>[options.Channels];
        for (int i = 0; i < _channels.Length; i++) _channels[i] = new Queue<int>();
        _lineBytes = options.LineBytes;
    }

    /// <summary>One more than the largest number of a part so far.</summary>
    public int Capacity => _parts.Places;

    /// <summary>Whether a packet can be sent.</summary>
    public bool HasNext => _channels[_current].Count > 0;

    public void Add(int transfer, long address, int bytes, MemoryCommand command, bool invalidateFirst)
    {
        int write = Allocate(transfer, address, bytes, command, isInvalidation: false);
        if (!invalidateFirst)
        {
            Queue(write);
            return;
        }

        _waitingWrites.Enqueue(write);
        Queue(Allocate(transfer, address, bytes, MemoryCommand.Invalidate, isInvalidation: true));
    }

    /// <summary>Cuts the next packet from the current channel and moves on to the next channel that has some.</summary>
    public void TakeNext(MemoryRequest request, IMemoryRequester requester, int requesterId)
    {
        Queue<int> channel = _channels[_current];
        int number = channel.Peek();
        ref Part part = ref _parts[number];
        int bytes = PacketPort.PacketBytes(part.Next, part.End, _lineBytes);
        MemoryAttributes attributes = MemoryAttributes.Uncacheable;
        if (bytes == _lineBytes) attributes |= MemoryAttributes.WholeLine;
        request.Set(requester, part.Command, part.Next, bytes, requesterId, attributes);
        request.Tag = number;
        part.Next += bytes;
        part.Unanswered++;
        if (part.Next == part.End) channel.Dequeue();
        MoveOn();
    }

    /// <summary>Counts an answer; true when it was the last one of the part.</summary>
    public bool Answered(int part) => --_parts[part].Unanswered == 0 && _parts[part].Next == _parts[part].End;

    public int TransferOf(int part) => _parts[part].Transfer;

    /// <summary>Ends a part; true when it was an invalidation, and a write has been queued in its place.</summary>
    public bool EndPart(int part)
    {
        bool invalidation = _parts[part].IsInvalidation;
        _parts.Remove(part);
        if (invalidation) Queue(_waitingWrites.Dequeue());
        return invalidation;
    }

    private void Queue(int part)
    {
        int channel = _current;
        for (int i = 0; i < _channels.Length; i++)
        {
            int candidate = (_current + i) % _channels.Length;
            if (_channels[candidate].Count > 0) continue;
            channel = candidate;
            break;
        }

        _channels[channel].Enqueue(part);
        if (_channels[_current].Count == 0) MoveOn();
    }

    private void MoveOn()
    {
        for (int i = 1; i <= _channels.Length; i++)
        {
            int candidate = (_current + i) % _channels.Length;
            if (_channels[candidate].Count == 0) continue;
            _current = candidate;
            return;
        }

        _current = 0;
    }

    private int Allocate(int transfer, long address, int bytes, MemoryCommand command, bool isInvalidation) => _parts.Add(new Part
    {
        Transfer = transfer,
        Next = address,
        End = address + bytes,
        Command = command,
        IsInvalidation = isInvalidation,
    });

    private struct Part
    {
        public long Next;
        public long End;
        public int Transfer;
        public int Unanswered;
        public MemoryCommand Command;
        public bool IsInvalidation;
    }
}
