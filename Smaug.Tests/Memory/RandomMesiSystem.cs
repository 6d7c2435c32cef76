using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Coherence;

namespace Smaug.Tests.Memory;

/// <summary>
/// A message-level directory system of random widths, latencies, clock, sizes and endpoints, small enough that lines are
/// replaced all the time, under random traffic on few lines. Reads must return values that were current, atomic additions
/// must all be there at the end, no line may have a writer beside another holder, and the L2 must hold what L1s hold.
/// </summary>
internal sealed class RandomMesiSystem
{
    private const int CounterLines = 2;
    private static readonly SimTime s_slice = 20.Microseconds();
    private static readonly SimTime s_longestWait = 10.Milliseconds();

    private readonly Simulator _simulator = new();
    private readonly MesiOptions _options;
    private readonly MesiMemorySystem _system;
    private readonly ValueLog _log;
    private readonly List<string> _caches = [];
    private readonly List<RandomAgent> _agents = [];
    private readonly List<AtomicAdder> _adders = [];
    private readonly MemoryPort _reader;
    private readonly int _seed;
    private string _parts = "";

    public RandomMesiSystem(int seed, int operations)
    {
        Random random = new(seed);
        _seed = seed;
        _options = RandomMesiOptions.From(random);
        _log = new ValueLog(Pick(random, 1, 3, 8, 24)) { LongestRead = s_longestWait };
        BandwidthLatencyMemory memory = new(_simulator, "dram", new BandwidthLatencyMemoryOptions
        {
            Size = 1.Mebibytes(),
            ReadLatency = random.Next(1, 100).Nanoseconds(),
            WriteLatency = random.Next(1, 30).Nanoseconds(),
            MaximumOutstanding = random.Next(1, 8),
        });
        _system = new MesiMemorySystem(_simulator, memory.Port, _options);
        int caches = random.Next(1, 5), dmas = random.Next(0, 4), acps = random.Next(0, 4);
        int each = operations / (caches + dmas + acps);
        List<MemoryPort> ports = [];
        for (int i = 0; i < caches; i++) ports.Add(AddCache(random, each));
        for (int i = 0; i < dmas; i++) AddAgent(_system.AddDma($"dma{i}"), each, Pick(random, 1, 6, 70));
        for (int i = 0; i < acps; i++) AddAgent(_system.AddAcp($"acp{i}"), each, Pick(random, 1, 6, 30));
        _reader = ports[0];
        _parts += $"; {caches} caches, {dmas} DMA, {acps} ACP endpoints, {_log.Lines} lines";
        Operations = (each * (caches + dmas + acps)) + (_adders.Count * (each / 4));
    }

    /// <summary>Accesses that it makes.</summary>
    public int Operations { get; }

    public override string ToString() => $"seed {_seed}: {_options}{_parts}";

    /// <summary>Runs it to its end and tells what went wrong, or null.</summary>
    public string? Run()
    {
        foreach (RandomAgent agent in _agents) agent.Begin();
        foreach (AtomicAdder adder in _adders) adder.Begin();
        long left = Left(), additions = _adders.Sum(a => (long)a.Left);
        SimTime progress = _simulator.Now;
        while (left > 0)
        {
            _simulator.RunUntil(_simulator.Now + s_slice);
            long now = Left();
            if (now < left) progress = _simulator.Now;
            else if (_simulator.Now - progress > s_longestWait) return $"{left} accesses wait without end: {string.Join("; ", _simulator.DescribeWaits())}";
            left = now;
            if (WrongStates(mustBeSettled: false) is { } wrong) return wrong;
        }

        _simulator.RunUntil(_simulator.Now + s_longestWait);
        if (_simulator.EventsPending > 0) return "something goes on after the last answer";
        if (_log.Violations.Count > 0) return _log.Violations[0];
        return WrongStates(mustBeSettled: true) ?? (SumOfCounters() is var sum && sum != additions ? $"{additions} additions made {sum}" : null);
    }

    private static int Pick(Random random, params ReadOnlySpan<int> values) => values[random.Next(values.Length)];

    private long Left() => _agents.Sum(a => (long)a.Left) + _adders.Sum(a => (long)a.Left);

    private MemoryPort AddCache(Random random, int operations)
    {
        string name = $"cache{_caches.Count}";
        _caches.Add(name);
        int ways = Pick(random, 1, 2, 2, 3), sets = Pick(random, 1, 1, 2, 4);
        ByteSize size = new((long)ways * sets * _options.LineBytes);
        bool core = random.Next(3) == 0;
        MemoryPort port = core ? _system.AddCore(name, size, ways, size, ways) : _system.AddCache(name, size, ways);
        int instructions = core ? operations / 4 : 0;
        if (core) AddAgent(port, instructions, 2, MemoryAttributes.Instruction);
        AddAgent(port, operations - instructions, Pick(random, 1, 3, 20));
        _adders.Add(new AtomicAdder(_simulator, port, _adders.Count, operations / 4, CounterLines, _options.LineBytes, _log.Lines));
        _parts += $"; {ways} ways x {sets}{(core ? " core" : "")}";
        return port;
    }

    private void AddAgent(MemoryPort port, int operations, int depth, MemoryAttributes reads = MemoryAttributes.None) =>
        _agents.Add(new RandomAgent(_simulator, port, _log, _agents.Count, _seed, operations, depth) { LineBytes = _options.LineBytes, ReadAttributes = reads });

    private string? WrongStates(bool mustBeSettled)
    {
        for (int line = 0; line < _log.Lines + CounterLines; line++)
        {
            long address = (long)line * _options.LineBytes;
            int l2 = _system.L2State(address), owners = 0, holders = 0;
            // While a line is in transition its messages are under way; the invariants are those of settled lines.
            if (l2 == 4 && !mustBeSettled) continue;
            foreach (string cache in _caches)
            {
                int state = _system.CacheState(cache, address);
                if (state == 4 && mustBeSettled) return $"line {line} is in transition in {cache} for ever";
                if (state is >= 1 and <= 3) holders++;
                if (state is 2 or 3) owners++;
            }

            if (l2 == 4) return $"line {line} is in transition in the L2 for ever";
            if (owners > 1 || (owners == 1 && holders > 1)) return $"line {line} has {owners} owners among {holders} holders";
            if (holders > 0 && l2 is 0 or 2) return $"line {line} has {holders} holders, of which the L2 (state {l2}) knows nothing";
        }

        return null;
    }

    private long SumOfCounters()
    {
        long total = 0;
        MemoryRequest request = new();
        ValueReader reader = new(value => total += value);
        for (int line = 0; line < CounterLines; line++)
        {
            request.Set(reader, MemoryCommand.Read, (long)(_log.Lines + line) * _options.LineBytes, 8);
            _reader.TrySend(request, reader);
            _simulator.Run();
        }

        return total;
    }
}

/// <summary>Random options of the directory system, its defaults among them.</summary>
internal static class RandomMesiOptions
{
    public static MesiOptions From(Random random)
    {
        int line = 8 << random.Next(0, 6), banks = 1 << random.Next(0, 3);
        int ways = 1 << random.Next(0, 3), sets = 1 << random.Next(0, 3);
        MesiOptions options = new()
        {
            Frequency = Frequency.FromMegahertz(random.Next(200, 4000)),
            LineBytes = line,
            L2Size = new ByteSize((long)line * ways * sets * banks),
            L2Ways = ways,
            L2Banks = banks,
            SequencerOutstanding = 1 << random.Next(0, 5),
            DmaOutstanding = 1 << random.Next(0, 7),
            RouterCycles = random.Next(1, 9),
            LinkCycles = random.Next(1, 9),
            LinkBytesPerCycle = random.Next(1, 17),
            ControlBytes = random.Next(4) == 0 ? random.Next(1, 65) : 8,
            CarriesValues = true,
        };
        if (random.Next(2) == 0) options = options with { RouterCycles = 1, LinkCycles = 1 };
        return random.Next(2) == 0 ? options : WithRandomLatencies(options, random);
    }

    private static MesiOptions WithRandomLatencies(MesiOptions options, Random random) => options with
    {
        MandatoryQueueCycles = random.Next(1, 5),
        L1RequestCycles = random.Next(0, 10),
        L1ResponseCycles = random.Next(0, 10),
        L1UnblockCycles = random.Next(0, 10),
        L2RequestCycles = random.Next(0, 10),
        L2ResponseCycles = random.Next(0, 10),
        L2ForwardCycles = random.Next(0, 10),
        DirectoryMemoryCycles = random.Next(0, 10),
        DirectoryCycles = random.Next(0, 20),
        DmaRequestCycles = random.Next(0, 10),
        AcpRequestCycles = random.Next(0, 10),
        RecycleCycles = random.Next(1, 20),
    };
}
