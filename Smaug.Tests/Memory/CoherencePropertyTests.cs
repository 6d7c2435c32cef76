using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Coherence;

namespace Smaug.Tests.Memory;

/// <summary>
/// Random traffic of several agents on few lines and tiny caches, so that every race of requests, recalls, replacements and
/// write-backs happens: no agent starves, no update is lost, every read returns a value that was current, and no line ever has
/// a writer beside another holder.
/// </summary>
public class CoherencePropertyTests
{
    private const int LineBytes = 64;

    [TestCase(1, 400_000)]
    [TestCase(2, 400_000)]
    [TestCase(3, 300_000)]
    public void RandomTrafficIsCoherent(int seed, int operations)
    {
        Simulator simulator = new();
        MesiMemorySystem system = System(simulator);
        ValueLog log = new(lines: 20);
        List<Agent> agents = [];
        for (int i = 0; i < 4; i++)
        {
            agents.Add(new Agent(simulator, system.AddCache($"cache{i}", (4 * LineBytes).Bytes(), 2), log, i, seed, operations / 6, 3));
        }

        agents.Add(new Agent(simulator, system.AddDma("dma"), log, 4, seed, operations / 6, 6));
        agents.Add(new Agent(simulator, system.AddAcp("acp"), log, 5, seed, operations / 6, 4));
        foreach (Agent agent in agents) agent.Begin();
        for (int step = 0; agents.Any(a => a.Left > 0) && step < 400_000; step++)
        {
            simulator.RunUntil(simulator.Now + 1.Microseconds());
            if (step % 16 == 0) CheckSingleWriter(system);
        }

        simulator.Run();
        Assert.That(agents.Select(a => a.Left), Has.All.Zero, "an agent starved");
        Assert.That(log.Violations, Is.Empty);
        Assert.That(log.Checked, Is.GreaterThan(operations / 4));
    }

    [Test]
    public void NoAtomicUpdateIsLost()
    {
        const int Agents = 6, Additions = 20_000, Lines = 5;
        Simulator simulator = new();
        MesiMemorySystem system = System(simulator);
        Adder[] adders = [.. Enumerable.Range(0, Agents).Select(i =>
            new Adder(simulator, system.AddCache($"cache{i}", (4 * LineBytes).Bytes(), 2), i, Additions, Lines))];
        MemoryPort reader = system.AddDma("dma");
        foreach (Adder adder in adders) adder.Begin();
        simulator.Run();
        long total = 0;
        MemoryRequest request = new();
        Reader sum = new(value => total += value);
        for (int line = 0; line < Lines; line++)
        {
            request.Set(sum, MemoryCommand.Read, line * LineBytes, 8);
            Assert.That(reader.TrySend(request, sum), Is.True);
            simulator.Run();
        }

        Assert.That(total, Is.EqualTo(Agents * Additions));
    }

    [Test]
    public void TwoRunsAreTheSame()
    {
        static long Once()
        {
            Simulator simulator = new();
            MesiMemorySystem system = System(simulator);
            ValueLog log = new(20);
            for (int i = 0; i < 3; i++) new Agent(simulator, system.AddCache($"cache{i}", (4 * LineBytes).Bytes(), 2), log, i, 7, 5_000, 3).Begin();
            new Agent(simulator, system.AddDma("dma"), log, 3, 7, 5_000, 6).Begin();
            simulator.Run();
            return (simulator.Now.Picoseconds * 31) + simulator.EventsExecuted;
        }

        long first = Once();
        Assert.That(Once(), Is.EqualTo(first));
    }

    private static MesiMemorySystem System(Simulator simulator)
    {
        BandwidthLatencyMemory memory = new(simulator, "dram", new BandwidthLatencyMemoryOptions { Size = 1.Mebibytes(), MaximumOutstanding = 6 });
        return new MesiMemorySystem(simulator, memory.Port, new MesiOptions
        {
            LineBytes = LineBytes,
            L2Size = (16 * LineBytes).Bytes(),
            L2Ways = 4,
            CarriesValues = true,
        });
    }

    private static void CheckSingleWriter(MesiMemorySystem system)
    {
        for (int line = 0; line < 20; line++)
        {
            // While a line is in transition its messages are under way; the invariant is that of settled lines.
            if (system.L2State(line * LineBytes) == 4) continue;
            int owners = 0, sharers = 0;
            for (int i = 0; i < 4; i++)
            {
                int state = system.CacheState($"cache{i}", line * LineBytes);
                if (state is 2 or 3) owners++;
                if (state == 1) sharers++;
            }

            Assert.That(owners, Is.LessThanOrEqualTo(1), $"line {line} has {owners} owners");
            if (owners == 1) Assert.That(sharers, Is.Zero, $"line {line} has an owner and {sharers} sharers");
        }
    }

    /// <summary>Knows which values a read may return: that of a write not surely overwritten when the read began.</summary>
    private sealed class ValueLog(int lines)
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

    private sealed class Agent(Simulator simulator, MemoryPort port, ValueLog log, int id, int seed, int operations, int depth)
        : EventTarget, IMemoryRequester
    {
        private readonly Random _random = new((seed * 1000) + id);
        private readonly Stack<MemoryRequest> _free = new(Enumerable.Range(0, depth).Select(_ => new MemoryRequest()));
        private MemoryRequest? _refused;
        private int _toIssue = operations;

        public int Left => _toIssue + depth - _free.Count;

        public void Begin() => simulator.Schedule(simulator.Now, this);

        public override void Handle(SimTime now, long tag)
        {
            while (_refused is null && _toIssue > 0 && _free.TryPop(out MemoryRequest? request))
            {
                int line = _random.Next(log.Lines);
                bool write = _random.Next(5) < 2;
                request.Set(this, write ? MemoryCommand.Write : MemoryCommand.Read, line * LineBytes, LineBytes, id);
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

    private sealed class Adder(Simulator simulator, MemoryPort port, int id, int additions, int lines) : EventTarget, IMemoryRequester
    {
        private readonly MemoryRequest _request = new();
        private int _left = additions;

        public void Begin() => simulator.Schedule(simulator.Now, this);

        public override void Handle(SimTime now, long tag)
        {
            if (_left-- == 0) return;
            _request.Set(this, MemoryCommand.Atomic, ((_left * 7) + id) % lines * LineBytes, 8, id);
            _request.Value = 1;
            port.TrySend(_request, this);
        }

        public void Complete(MemoryRequest request) => simulator.ScheduleAfter(500.Picoseconds(), this);

        public void Retry(MemoryPort retried) => port.TrySend(_request, this);
    }

    private sealed class Reader(Action<long> read) : IMemoryRequester
    {
        public void Complete(MemoryRequest request) => read(request.Value);

        public void Retry(MemoryPort port) { }
    }
}

internal static class TestUnits
{
    public static ByteSize Bytes(this int value) => new(value);
}
