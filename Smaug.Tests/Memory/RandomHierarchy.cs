using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Interconnect;

namespace Smaug.Tests.Memory;

/// <summary>How the caches of a random hierarchy are composed.</summary>
public enum HierarchyShape
{
    /// <summary>First levels above a second level, and one beside it.</summary>
    TwoLevels,

    /// <summary>Two second levels, with first levels of their own, above a third level, and a first level beside that.</summary>
    ThreeLevels,

    /// <summary>First levels above a second level that lies on memory without a crossbar.</summary>
    OnMemory,
}

/// <summary>Snooping caches whose numbers are all random and small, so that sets, registers, their places and write buffers are mostly in use.</summary>
internal sealed class RandomHierarchy
{
    private const int LineBytes = 64;

    private readonly Simulator _simulator;
    private readonly Random _random;
    private readonly List<Cache[]> _besides = [];
    private int _caches;
    private int _crossbars;

    public RandomHierarchy(Simulator simulator, HierarchyShape shape, int seed)
    {
        _simulator = simulator;
        _random = new Random(seed);
        var memory = new ValueMemory(simulator, LineBytes);
        if (shape == HierarchyShape.OnMemory)
        {
            FirstLevels(new Cache(simulator, Name(), memory, Options()), 1 + _random.Next(3));
            return;
        }

        var bus = new CoherentCrossbar(simulator, "bus", memory, Crossbar());
        Dma = bus.AddPort("dma");
        Cache last = Add(bus);
        if (shape == HierarchyShape.TwoLevels)
        {
            FirstLevels(last, 1 + _random.Next(4));
        }
        else
        {
            CoherentCrossbar above = Above(last);
            Cache[] second = [Add(above), Add(above)];
            _besides.Add(second);
            foreach (Cache cache in second) FirstLevels(cache, 1 + _random.Next(2));
        }

        Cache beside = Add(bus);
        _besides.Add([last, beside]);
        Ports.Add(beside.Port);
    }

    /// <summary>Ports of the caches that are accessed.</summary>
    public List<MemoryPort> Ports { get; } = [];

    /// <summary>A port that keeps no copies, at the bus; null when there is no bus.</summary>
    public MemoryPort? Dma { get; }

    /// <summary>What all caches are like, for messages.</summary>
    public List<string> Description { get; } = [];

    /// <summary>Checks that of the caches at one crossbar, a line that one may write is in no other.</summary>
    public void CheckSingleWriter(int lines)
    {
        for (long address = 0; address < lines * LineBytes; address += LineBytes)
        {
            foreach (Cache[] beside in _besides)
            {
                int holders = beside.Count(c => c.StateOf(address) != 0);
                int writers = beside.Count(c => (c.StateOf(address) & 2) != 0);
                if (writers > 0 && holders > 1) Assert.Fail($"line 0x{address:x} has {writers} writers among {holders} holders\n{string.Join('\n', Description)}");
            }
        }
    }

    public int Pick(params int[] values) => values[_random.Next(values.Length)];

    private void FirstLevels(Cache below, int count)
    {
        CoherentCrossbar crossbar = Above(below);
        Cache[] caches = [.. Enumerable.Range(0, count).Select(_ => Add(crossbar))];
        _besides.Add(caches);
        Ports.AddRange(caches.Select(c => c.Port));
    }

    private CoherentCrossbar Above(Cache cache) => new(_simulator, $"crossbar{_crossbars++}", cache, Crossbar());

    private Cache Add(CoherentCrossbar below) => new(_simulator, Name(), below, Options());

    private string Name() => $"cache{_caches++}";

    private CacheOptions Options()
    {
        int ways = 1 + _random.Next(4), mshrs = Pick(1, 1, 2, 3, 4, 16);
        CacheOptions options = new()
        {
            Frequency = Frequency.FromMegahertz(Pick(333, 1000, 2000)),
            LineBytes = LineBytes,
            Ways = ways,
            Size = (ways * Pick(1, 1, 2, 4) * LineBytes).Bytes(),
            TagCycles = _random.Next(4),
            DataCycles = _random.Next(4),
            ResponseCycles = _random.Next(4),
            Mshrs = mshrs,
            TargetsPerMshr = Pick(1, 1, 2, 20),
            WriteBuffers = Pick(1, 1, 2, 8),
            Replacement = (ReplacementPolicy)_random.Next(2),
            Prefetcher = mshrs > 2 ? (PrefetcherKind)_random.Next(3) : PrefetcherKind.None,
            PrefetchDegree = Pick(1, 2, 8),
        };
        Description.Add(options.ToString());
        return options;
    }

    private CrossbarOptions Crossbar() => new()
    {
        Frequency = Frequency.FromMegahertz(Pick(777, 1000)),
        LineBytes = LineBytes,
        WidthBytes = Pick(1, 16, 4096),
        FrontendCycles = _random.Next(4),
        ForwardCycles = _random.Next(3),
        ResponseCycles = _random.Next(3),
        SnoopResponseCycles = _random.Next(4),
        SnoopFilterCycles = _random.Next(2),
    };
}
