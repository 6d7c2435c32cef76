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
            case MessageKind.Recall when index >= 0:
                StartRecall(message, index);
                break;
            case MessageKind.GetShared or MessageKind.GetInstruction or MessageKind.GetExclusive or MessageKind.Upgrade
                or MessageKind.AcpRead or MessageKind.AcpWrite:
                if (index < 0) Fetch(message);
                else Serve(message, index);
                break;
            default:
                throw Unexpected(message, index < 0 ? "not present" : NameOf(_tags.States[index]));
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
            case MessageKind.MemoryAck when transaction.Phase == Phase.WritingBack:
                ReceiveMemoryAck(entry, message);
                break;
            case MessageKind.Unblock when transaction.Phase == Phase.Unblocking || transaction.AwaitsUnblock:
                ReceiveUnblock(entry, message);
                break;
            case MessageKind.Data or MessageKind.Ack when transaction.Phase == Phase.Collecting && transaction.Acks > 0:
                ReceiveCopy(entry, message);
                break;
            case MessageKind.Recall when transaction.Purpose is Purpose.Recall or Purpose.Replace:
                ReceiveRecallOfLeaving(entry, message);
                break;
            case MessageKind.GetShared or MessageKind.GetInstruction or MessageKind.GetExclusive or MessageKind.Upgrade
                or MessageKind.PutModified or MessageKind.AcpRead or MessageKind.AcpWrite or MessageKind.Recall:
                _transactions.Wait(entry, message);
                break;
            default:
                throw Unexpected(message, Describe(transaction));
        }
    }

    private static string NameOf(byte state) => state switch
    {
        SharedState => "shared",
        OwnedHere => "only here",
        _ => "owned by a private cache",
    };
}
