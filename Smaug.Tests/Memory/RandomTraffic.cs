using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Tests.Memory;

/// <summary>Knows which values a read may return: that of a write not surely overwritten when the read began.</summary>
internal sealed class ValueLog(int lines)
{
    private readonly List<(long Start, long End, long Value)>[] _writes =
        [.. Enumerable.Range(0, lines).Select(_ => new List<(long, long, long)> { (-1, -1, 0) })];

    private long _values;

    public int Lines => lines;

    public long Checked { get; private set; }

    public List<string> Violations { get; } = [];

    public long Begin(int line, long now)
    {
        _writes[line].Add((now, long.MaxValue, ++_values));
        return _values;
    }

    public void End(int line, long value, long now)
    {
        List<(long Start, long End, long Value)> writes = _writes[line];
        int index = writes.FindIndex(w => w.Value == value);
        writes[index] = (writes[index].Start, now, value);
        // What was over long before anything under way began cannot be read any more.
        if (writes.Count > 64) writes.RemoveAll(w => w.End < now - 100_000_000);
    }

    public void CheckRead(int line, long value, long start, long end)
    {
        Checked++;
        List<(long Start, long End, long Value)> writes = _writes[line];
        (long Start, long End, long Value) written = writes.Find(w => w.Value == value);
        bool exists = written.Value == value && written.Start <= end && (value != 0 || written.Start < 0);
        bool overwritten = exists && writes.Exists(w => w.Start > written.End && w.End < start);
        if (exists && !overwritten) return;
        if (Violations.Count < 5) Violations.Add($"line {line}: read from {start} to {end} returned {value} ({(exists ? "overwritten" : "never written")})");
    }
}

/// <summary>Reads and writes random lines, several at a time, and checks what it reads.</summary>
internal sealed class RandomAgent(Simulator simulator, MemoryPort port, ValueLog log, int id, int seed, int operations, int depth)
    : EventTarget, IMemoryRequester
{
    private const int LineBytes = 64;

    private readonly Random _random = new((seed * 1000) + id);
    private readonly Stack<MemoryRequest> _free = new(Enumerable.Range(0, depth).Select(_ => new MemoryRequest()));
    private MemoryRequest? _refused;
    private int _toIssue = operations;

    /// <summary>Attributes of its reads.</summary>
    public MemoryAttributes ReadAttributes { get; init; }

    /// <summary>Attributes of its writes.</summary>
    public MemoryAttributes WriteAttributes { get; init; }

    /// <summary>How many of five accesses are writes.</summary>
    public int WritesOfFive { get; init; } = 2;

    public int Left => _toIssue + depth - _free.Count;

    public void Begin() => simulator.Schedule(simulator.Now, this);

    public override void Handle(SimTime now, long tag)
    {
        while (_refused is null && _toIssue > 0 && _free.TryPop(out MemoryRequest? request))
        {
            int line = _random.Next(log.Lines);
            bool write = _random.Next(5) < WritesOfFive;
            request.Set(this, write ? MemoryCommand.Write : MemoryCommand.Read, line * LineBytes, LineBytes, id, write ? WriteAttributes : ReadAttributes);
            request.IssueTime = simulator.Now;
            if (write) request.Value = log.Begin(line, simulator.Now.Picoseconds);
            request.Tag = write ? request.Value : 0;
            _toIssue--;
            if (!port.TrySend(request, this)) _refused = request;
        }
    }

    public void Complete(MemoryRequest request)
    {
        int line = (int)(request.Address / LineBytes);
        if (request.Command == MemoryCommand.Write) log.End(line, request.Tag, simulator.Now.Picoseconds);
        else log.CheckRead(line, request.Value, request.IssueTime.Picoseconds, simulator.Now.Picoseconds);
        _free.Push(request);
        simulator.ScheduleAfter(new SimTime(_random.Next(4) * 500), this);
    }

    public void Retry(MemoryPort retried)
    {
        if (_refused is null || !port.TrySend(_refused, this)) return;
        _refused = null;
        simulator.Schedule(simulator.Now, this);
    }
}

/// <summary>Adds one to lines in turn, in one step each: none of these additions may be lost.</summary>
internal sealed class AddingAgent(Simulator simulator, MemoryPort port, int id, int additions, int lines, int firstLine = 0) : EventTarget, IMemoryRequester
{
    private const int LineBytes = 64;

    private readonly MemoryRequest _request = new();
    private int _next = additions;

    public int Left { get; private set; } = additions;

    public void Begin() => simulator.Schedule(simulator.Now, this);

    public override void Handle(SimTime now, long tag)
    {
        if (_next-- == 0) return;
        _request.Set(this, MemoryCommand.Atomic, (firstLine + (((_next * 7) + id) % lines)) * LineBytes, 8, id);
        _request.Value = 1;
        port.TrySend(_request, this);
    }

    public void Complete(MemoryRequest request)
    {
        Left--;
        simulator.ScheduleAfter(500.Picoseconds(), this);
    }

    public void Retry(MemoryPort retried) => port.TrySend(_request, this);
}

internal static class TestUnits
{
    public static ByteSize Bytes(this int value) => new(value);
}
