using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;

namespace Smaug.Memory.Coherence;

/// <summary>
/// The port side of an endpoint: holds the requests under way, at most so many and at most one per line; others are refused
/// and retried when one ends.
/// </summary>
internal sealed class Sequencer : MemoryPort, IWaitReporter
{
    private readonly long[] _lines;
    private readonly long[] _accepted;
    private readonly RetryList _retries;
    private readonly int _lineShift;
    private readonly Action<int> _start;
    private int _used;

    public Sequencer(MesiFabric fabric, string name, int outstanding, Action<int> start) : base(fabric.Simulator, name)
    {
        _lines = new long[outstanding];
        _accepted = new long[outstanding];
        Array.Fill(_lines, TagArray.NoLine);
        Requests = new MemoryRequest?[outstanding];
        _lineShift = fabric.LineShift;
        _start = start;
        _retries = new RetryList(this);
        Latency = fabric.Simulator.Statistics.Average($"{name}.latency", "ps", "Mean time from the acceptance of a request to its answer.");
        fabric.Simulator.AddWaitReporter(this);
    }

    /// <summary>The requests under way by slot.</summary>
    public MemoryRequest?[] Requests { get; }

    public Average Latency { get; }

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

    public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
    {
        long line = request.Address >> _lineShift;
        if (request.Bytes < 1 || (request.Address + request.Bytes - 1) >> _lineShift != line)
        {
            throw new SimulationException($"{Name}: {request} must lie within one line of {1 << _lineShift} bytes");
        }

        if (_used == _lines.Length || Array.IndexOf(_lines, line) >= 0)
        {
            _retries.Add(sender);
            return false;
        }

        int slot = Array.IndexOf(_lines, TagArray.NoLine);
        _lines[slot] = line;
        Requests[slot] = request;
        _used++;
        _accepted[slot] = Simulator.Now.Picoseconds;
        _start(slot);
        return true;
    }

    public long LineOf(int slot) => _lines[slot];

    /// <summary>The slot of the request for a line, or -1.</summary>
    public int SlotOf(long line) => Array.IndexOf(_lines, line);

    /// <summary>Answers the request of a slot and lets refused ones try again.</summary>
    public void Complete(int slot)
    {
        MemoryRequest request = Free(slot);
        request.Respond();
        if (_retries.Count > 0) _retries.Notify();
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
        Requests[slot] = null;
        _lines[slot] = TagArray.NoLine;
        _used--;
        Latency.Sample(Simulator.Now.Picoseconds - _accepted[slot]);
        return request;
    }
}
