using System.Runtime.CompilerServices;
using Smaug.Core.Execution;
using Smaug.Memory.Packets;
using Smaug.Memory.Pooling;

namespace Smaug.Memory.Dma;

/// <summary>One line, or a part of one, of a transfer.</summary>
internal readonly record struct DmaPacket(int Part, long Address, int Bytes, MemoryCommand Command);

/// <summary>
/// The packets that transfers still have to send. A part is the piece of a transfer within one page; parts lie in the queues
/// of the channels, and are cut into packets at line boundaries when they are sent. A part that is to be invalidated first
/// goes through its queue twice: the invalidation, and when that has been answered, the oldest write that waits.
/// </summary>
internal sealed class DmaPackets
{
    private readonly Queue<int>[] _channels;
    private readonly Queue<int> _waitingWrites = new();
    private readonly SlotTable<Part> _parts = new(16);
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
        DmaPacket packet = TakeNext();
        MemoryAttributes attributes = MemoryAttributes.Uncacheable;
        if (packet.Bytes == _lineBytes) attributes |= MemoryAttributes.WholeLine;
        request.Set(requester, packet.Command, packet.Address, packet.Bytes, requesterId, attributes);
        request.Tag = packet.Part;
    }

    /// <summary>Cuts the next packet from the current channel and moves on to the next channel that has some.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public DmaPacket TakeNext()
    {
        Queue<int> channel = _channels[_current];
        int number = channel.Peek();
        ref Part part = ref _parts[number];
        long address = part.Next;
        part.Next += PacketPort.PacketBytes(address, part.End, _lineBytes);
        part.Unanswered++;
        if (part.Next == part.End) channel.Dequeue();
        MoveOn();
        return new DmaPacket(number, address, (int)(part.Next - address), part.Command);
    }

    /// <summary>Counts an answer; true when it was the last one of the part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Answered(int part) => --_parts[part].Unanswered == 0 && _parts[part].Next == _parts[part].End;

    public int TransferOf(int part) => _parts[part].Transfer;

    /// <summary>Ends a part; true when it was an invalidation, and a write has been queued in its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MoveOn()
    {
        int candidate = _current;
        for (int i = 0; i < _channels.Length; i++)
        {
            if (++candidate == _channels.Length) candidate = 0;
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
