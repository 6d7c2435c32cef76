using System.Numerics;
using Smaug.Core.Simulation;

namespace Smaug.Memory.Coherence;

/// <summary>
/// A bank of the shared, inclusive L2 and directory of the private caches. It serves a request at once when the line is settled; while
/// a line is in transition (a transaction exists for it) further messages for that line wait in order, those for other lines
/// go on.
/// </summary>
internal sealed partial class L2Controller : CoherenceController
{
    private const byte SharedState = 1;
    private const byte OwnedHere = 2;
    private const byte OwnedByL1 = 3;
    private const byte TransientState = 4;

    private readonly TagArray _tags;
    private readonly ulong[] _sharers;
    private readonly short[] _owners;
    private readonly LineTransactions<Transaction> _transactions;
    private readonly Counter _hits;
    private readonly Counter _misses;
    private readonly Counter _writeHits;
    private readonly Counter _writeMisses;
    private readonly Counter _recalls;
    private readonly Counter _writeBacks;
    private readonly MessageList _recycling = new();

    // Lines whose recall has been answered by a write-back that crossed it, while the recall itself is still on its way.
    private readonly LineMap _settledRecalls = new(16);

    public L2Controller(MesiFabric fabric, string name) : base(fabric, name, EndpointKind.L2)
    {
        _transactions = new LineTransactions<Transaction>(256, Receive);
        MesiOptions options = fabric.Options;
        _tags = new TagArray(options.L2Size.Bytes / options.L2Banks, options.L2Ways, options.LineBytes, setShift: BitOperations.Log2((uint)options.L2Banks));
        _sharers = new ulong[_tags.Lines.Length];
        _owners = new short[_tags.Lines.Length];
        StatisticsRegistry statistics = fabric.Simulator.Statistics;
        _hits = statistics.Counter($"{name}.hits", "accesses", "Requests whose line was in the L2 or in a private cache above it.");
        _misses = statistics.Counter($"{name}.misses", "accesses", "Requests that went to the directory.");
        _writeHits = statistics.Counter($"{name}.writeHits", "accesses", "Those of the hits that want to write.");
        _writeMisses = statistics.Counter($"{name}.writeMisses", "accesses", "Those of the misses that want to write.");
        _recalls = statistics.Counter($"{name}.recalls", "lines", "Lines called back by the directory for DMA.");
        _writeBacks = statistics.Counter($"{name}.writeBacks", "lines", "Modified lines written to memory for lack of room.");
    }

    /// <summary>State of a line for tests: 0 not present, 1 shared, 2 only in L2, 3 owned by an L1, 4 in transition.</summary>
    public int StateOf(long line) =>
        _transactions.Find(line) >= 0 ? TransientState : _tags.Find(line) is var index and >= 0 ? _tags.States[index] : 0;

    protected override void Receive(in CoherenceMessage message)
    {
        if (message.Kind == MessageKind.Recall && _settledRecalls.Count > 0 && _settledRecalls.Find(message.Line) >= 0)
        {
            _settledRecalls.Remove(message.Line);
            return;
        }

        int entry = _transactions.Find(message.Line);
        if (entry >= 0) ReceiveInTransition(entry, message);
        else ReceiveSettled(message);
    }

    protected override void Step(int number) => Receive(_recycling.Take(number));

    private void ReceiveSettled(in CoherenceMessage message)
    {
        int index = _tags.Find(message.Line);
        switch (message.Kind)
        {
            case MessageKind.PutModified:
                TakeWriteBack(message, index);
                break;
            case MessageKind.Recall:
                StartRecall(message, index);
                break;
            case MessageKind.Unblock:
            case MessageKind.Ack:
                break;
            default:
                if (index < 0) Fetch(message);
                else Serve(message, index);
                break;
        }
    }

    private void ReceiveInTransition(int entry, in CoherenceMessage message)
    {
        ref Transaction transaction = ref _transactions[entry];
        switch (message.Kind)
        {
            case MessageKind.MemoryData when transaction.Phase == Phase.Fetching:
                FinishFetch(entry, message);
                break;
            case MessageKind.MemoryAck:
                if (message.Exclusive && !transaction.SawRecall) _settledRecalls.Set(message.Line, 0);
                Close(entry);
                break;
            case MessageKind.Unblock:
                ReceiveUnblock(entry, message);
                break;
            case MessageKind.Data:
            case MessageKind.Ack when transaction.Phase == Phase.Collecting:
                ReceiveCopy(entry, message);
                break;
            case MessageKind.Recall when transaction.Phase == Phase.WritingBack || transaction.Purpose == Purpose.Replace:
                // The line is on its way to memory already: that answers the recall.
                transaction.SawRecall = true;
                break;
            default:
                _transactions.Wait(entry, message);
                break;
        }
    }
}
