using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Memory.Coherence;

/// <summary>
/// The directory in front of the memory: knows which lines the L2 holds, fetches for the L2, serves DMA, and calls back from
/// the L2 what DMA touches. While a line is being served, requests of the L2 for it wait, DMA requests for it are tried again
/// after the recycle latency.
/// </summary>
internal sealed class DirectoryController : CoherenceController, IMemoryRequester, IWaitReporter
{
    private const int SendToMemory = 0;
    private const int Held = 0;
    private static readonly SimTime s_queueStep = SimTime.FromPicoseconds(1);

    private readonly MemoryPort _memory;
    private readonly LineMap _heldByL2 = new(4096);
    private readonly LineTransactions<Transaction> _transactions;
    private readonly MessageList _recycling = new();
    private readonly RequestPool _requests = new();
    private readonly Queue<MemoryRequest> _toMemory = new();
    private readonly Dictionary<long, long>? _values;
    private readonly Counter _recalls;
    private readonly Counter _recycled;
    private bool _refused;

    public DirectoryController(MesiFabric fabric, string name, MemoryPort memory) : base(fabric, name, EndpointKind.Directory)
    {
        _memory = memory;
        _transactions = new LineTransactions<Transaction>(64, Receive);
        _values = fabric.Options.CarriesValues ? [] : null;
        _recalls = fabric.Simulator.Statistics.Counter($"{name}.recalls", "lines", "DMA accesses to lines that caches held.");
        _recycled = fabric.Simulator.Statistics.Counter($"{name}.recycled", "requests", "DMA requests that found their line in use and were tried again later.");
        fabric.Simulator.AddWaitReporter(this);
    }

    public string? WaitingFor => _toMemory.Count > 0 ? $"'{_memory.Name}' to accept a {_toMemory.Peek()}" : null;

    /// <summary>Whether the L2 holds a line, as far as the directory knows.</summary>
    public bool Holds(long line) => _heldByL2.Find(line) >= 0;

    private enum Phase : byte
    {
        FetchForL2,
        WriteForL2,
        DmaMemory,
        DmaRecall,
        DmaWriteRecalled,
    }

    protected override void Receive(in CoherenceMessage message)
    {
        int entry = _transactions.Find(message.Line);
        switch (message.Kind)
        {
            case MessageKind.Fetch:
                ReceiveFetch(entry, message);
                break;
            case MessageKind.PutDirty or MessageKind.PutClean when entry < 0 && Holds(message.Line):
                StartPut(message);
                break;
            case MessageKind.PutDirty or MessageKind.RecallData when entry >= 0 && _transactions[entry].Phase == Phase.DmaRecall:
                WriteRecalled(entry, message);
                break;
            case MessageKind.PutClean when entry >= 0 && _transactions[entry].Phase == Phase.DmaRecall:
                RecallMissed(entry);
                break;
            case MessageKind.DmaRead or MessageKind.DmaWrite:
                StartDma(entry, message);
                break;
            default:
                throw Unexpected(message, StateOf(message.Line, entry));
        }
    }

    protected override void Step(int number)
    {
        if (number == SendToMemory)
        {
            Pump();
            return;
        }

        Receive(_recycling.Take(number - 1));
    }

    /// <inheritdoc/>
    public void Complete(MemoryRequest request)
    {
        int entry = (int)request.Tag;
        _requests.Return(request);
        ref Transaction transaction = ref _transactions[entry];
        int latency = 2 * Options.DirectoryMemoryCycles;
        switch (transaction.Phase)
        {
            case Phase.FetchForL2:
                Answer(MessageKind.MemoryData, Fabric.L2Node(transaction.Line), transaction.Line, latency);
                _heldByL2.Set(transaction.Line, Held);
                break;
            case Phase.WriteForL2:
                Answer(MessageKind.MemoryAck, Fabric.L2Node(transaction.Line), transaction.Line, latency);
                _heldByL2.Remove(transaction.Line);
                break;
            case Phase.DmaMemory:
                AnswerDma(transaction.Request, latency);
                break;
            default:
                _heldByL2.Remove(transaction.Line);
                Answer(MessageKind.MemoryAck, Fabric.L2Node(transaction.Line), transaction.Line, latency, answersRecall: true);
                AnswerDma(transaction.Request, latency);
                break;
        }

        _transactions.Close(entry);
    }

    /// <inheritdoc/>
    public void Retry(MemoryPort port)
    {
        Pump();
    }

    private void ReceiveFetch(int entry, in CoherenceMessage message)
    {
        // The L2 fetches what it does not have, after all it gave back has been acknowledged: only a DMA access may be under way.
        bool expected = entry < 0 ? !Holds(message.Line) : _transactions[entry].Phase == Phase.DmaMemory;
        if (!expected) throw Unexpected(message, StateOf(message.Line, entry));
        if (entry < 0) ToMemory(Open(message, Phase.FetchForL2), MemoryCommand.Read, message.Line << Fabric.LineShift, Options.LineBytes);
        else _transactions.Wait(entry, message);
    }

    private void StartPut(in CoherenceMessage message)
    {
        if (message.Kind == MessageKind.PutDirty)
        {
            Store(message.Line, message.Value);
            ToMemory(Open(message, Phase.WriteForL2), MemoryCommand.Write, message.Line << Fabric.LineShift, Options.LineBytes);
            return;
        }

        _heldByL2.Remove(message.Line);
        Answer(MessageKind.MemoryAck, Fabric.L2Node(message.Line), message.Line, Options.DirectoryMemoryCycles);
    }

    private void StartDma(int entry, in CoherenceMessage message)
    {
        if (entry >= 0)
        {
            _recycled.Increment();
            Recycle(_recycling.Add(message) + 1);
            return;
        }

        if (Holds(message.Line))
        {
            _recalls.Increment();
            Open(message, Phase.DmaRecall);
            Send(Message(MessageKind.Recall, Fabric.L2Node(message.Line), message.Line), Options.DirectoryCycles);
            return;
        }

        AccessForDma(Open(message, Phase.DmaMemory));
    }

    private void AccessForDma(int entry)
    {
        ref Transaction transaction = ref _transactions[entry];
        transaction.Phase = Phase.DmaMemory;
        bool write = transaction.Request.Kind == MessageKind.DmaWrite;
        if (write) Store(transaction.Line, transaction.Request.Value);
        // Reads take the whole line. Where a write begins in its line is carried in the acknowledgement field, which DMA does not use.
        long address = transaction.Line << Fabric.LineShift;
        if (write) ToMemory(entry, MemoryCommand.Write, address + transaction.Request.Acks, transaction.Request.AccessBytes);
        else ToMemory(entry, MemoryCommand.Read, address, Options.LineBytes);
    }

    private void WriteRecalled(int entry, in CoherenceMessage message)
    {
        ref Transaction transaction = ref _transactions[entry];
        bool write = transaction.Request.Kind == MessageKind.DmaWrite;
        Store(message.Line, write ? transaction.Request.Value : message.Value);
        transaction.Phase = Phase.DmaWriteRecalled;
        ToMemory(entry, MemoryCommand.Write, message.Line << Fabric.LineShift, Options.LineBytes);
    }

    /// <summary>The L2 gave the line up unmodified while it was being called back: memory has it.</summary>
    private void RecallMissed(int entry)
    {
        _heldByL2.Remove(_transactions[entry].Line);
        Answer(MessageKind.MemoryAck, Fabric.L2Node(_transactions[entry].Line), _transactions[entry].Line, Options.DirectoryMemoryCycles, answersRecall: true);
        AccessForDma(entry);
    }

    private string StateOf(long line, int entry) =>
        entry >= 0 ? _transactions[entry].Phase.ToString() : Holds(line) ? "held by the L2" : "not held";

    private void Store(long line, long value)
    {
        if (_values is not null) _values[line] = value;
    }

    private void AnswerDma(in CoherenceMessage request, int latency) =>
        Answer(request.Kind == MessageKind.DmaRead ? MessageKind.DmaData : MessageKind.DmaAck, request.Requester, request.Line, latency);

    private void Answer(MessageKind kind, int node, long line, int latency, bool answersRecall = false)
    {
        CoherenceMessage answer = Message(kind, node, line);
        answer.Exclusive = answersRecall;
        if (_values is not null) answer.Value = _values.GetValueOrDefault(line);
        Send(answer, latency);
    }

    private void ToMemory(int entry, MemoryCommand command, long address, int bytes)
    {
        MemoryRequest request = _requests.Take();
        request.Set(this, command, address, bytes, _transactions[entry].Request.Requester);
        request.Tag = entry;
        request.IssueTime = EdgeAfter(Options.DirectoryMemoryCycles);
        _toMemory.Enqueue(request);
        if (!_refused && _toMemory.Count == 1) StepAt(request.IssueTime, SendToMemory);
    }

    /// <summary>Offers the oldest request to the memory. Requests leave one by one, a picosecond apart at least.</summary>
    private void Pump()
    {
        _refused = !_memory.TrySend(_toMemory.Peek(), this);
        if (_refused) return;
        _toMemory.Dequeue();
        if (_toMemory.TryPeek(out MemoryRequest? next)) StepAt(SimTime.Max(next.IssueTime, Simulator.Now + s_queueStep), SendToMemory);
    }

    private int Open(in CoherenceMessage request, Phase phase) =>
        _transactions.Open(request.Line, new Transaction { Line = request.Line, Phase = phase, Request = request });

    private struct Transaction
    {
        public CoherenceMessage Request;
        public long Line;
        public Phase Phase;
    }
}
