using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Coherence;

/// <summary>
/// The port side of an endpoint: holds the requests under way, at most so many; others are refused and retried when one ends.
/// A line has one slot. A second request for it waits in the slot where the sequencer coalesces, and is refused otherwise.
/// </summary>
internal sealed class Sequencer : MemoryPort, IWaitReporter
{
    private readonly long[] _lines;
    private readonly long[] _accepted;
    private readonly Queue<(MemoryRequest Request, long Accepted)>[]? _behind;
    private readonly RetryList _retries;
    private readonly int _lineShift;
    private readonly MemoryPort _memory;
    private readonly Action<int> _start;
    private int _used;

    public Sequencer(MesiFabric fabric, string name, int outstanding, Action<int> start, bool coalesces = false) : base(fabric.Simulator, name)
    {
        _lines = new long[outstanding];
        _accepted = new long[outstanding];
        Array.Fill(_lines, TagArray.NoLine);
        Requests = new MemoryRequest?[outstanding];
        if (coalesces)
        {
            _behind = new Queue<(MemoryRequest, long)>[outstanding];
            for (int slot = 0; slot < outstanding; slot++) _behind[slot] = new Queue<(MemoryRequest, long)>();
        }

        _lineShift = fabric.LineShift;
        _memory = fabric.Memory;
        _start = start;
        _retries = new RetryList(this);
        Latency = fabric.Simulator.Statistics.Latencies($"{name}.latency", "Time from the acceptance of a request to its answer.");
        fabric.Simulator.AddWaitReporter(this);
    }

    /// <summary>The requests under way by slot, of each line the first.</summary>
    public MemoryRequest?[] Requests { get; }

    public Histogram Latency { get; }

    public string? WaitingFor
    {
        get
        {
            foreach (MemoryRequest? request in Requests)
            {
                if (request is not null) return $"the answer to a {request}";
            }

            return null;
        }
    }

    public override bool HasMemoryAt(long address, int bytes) => _memory.HasMemoryAt(address, bytes);

    public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
    {
        long line = Require.WithinLine(Name, request, _lineShift);
        int slot = SlotOf(line);
        if (_used == _lines.Length || (slot >= 0 && _behind is null))
        {
            _retries.Add(sender);
            return false;
        }

        _used++;
        if (slot >= 0)
        {
            _behind![slot].Enqueue((request, Simulator.Now.Picoseconds));
            return true;
        }

        slot = Array.IndexOf(_lines, TagArray.NoLine);
        _lines[slot] = line;
        Requests[slot] = request;
        _accepted[slot] = Simulator.Now.Picoseconds;
        _start(slot);
        return true;
    }

    public long LineOf(int slot) => _lines[slot];

    /// <summary>The slot of the request for a line, or -1.</summary>
    public int SlotOf(long line) => Array.IndexOf(_lines, line);

    /// <summary>What a slot does, for messages of errors.</summary>
    public string Describe(int slot) => slot < 0 ? "no request for the line under way" : $"{Requests[slot]} under way";

    /// <summary>How many requests wait behind the first of a slot.</summary>
    public int CountBehind(int slot) => _behind is null ? 0 : _behind[slot].Count;

    /// <summary>Answers the request of a slot and lets refused ones try again; true when the slot is now that of another request
    /// for its line, which the caller has to serve.</summary>
    public bool Complete(int slot)
    {
        MemoryRequest request = Free(slot);
        bool another = Requests[slot] is not null;
        request.Respond();
        if (_retries.Count > 0) _retries.Notify();
        return another;
    }

    /// <summary>Frees the slot of a request that the caller will answer later, and lets refused ones try again now.</summary>
    public MemoryRequest Release(int slot)
    {
        MemoryRequest request = Free(slot);
        if (_retries.Count > 0) _retries.Notify();
        return request;
    }

    private MemoryRequest Free(int slot)
    {
        MemoryRequest request = Requests[slot]!;
        Latency.Sample(Simulator.Now.Picoseconds - _accepted[slot]);
        _used--;
        if (_behind is not null && _behind[slot].TryDequeue(out (MemoryRequest Request, long Accepted) next))
        {
            (Requests[slot], _accepted[slot]) = next;
        }
        else
        {
            Requests[slot] = null;
            _lines[slot] = TagArray.NoLine;
        }

        return request;
    }
}
