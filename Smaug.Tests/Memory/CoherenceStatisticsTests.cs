using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Coherence;

namespace Smaug.Tests.Memory;

/// <summary>What the directory protocol counts: messages by kind, bytes by link, latencies by bucket.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class CoherenceStatisticsTests
{
    private readonly Simulator _simulator = new();
    private readonly MemoryPort _cpu;
    private readonly MemoryPort _dma;
    private readonly MemoryPort _acp;

    public CoherenceStatisticsTests()
    {
        BandwidthLatencyMemory memory = new(_simulator, "dram", new BandwidthLatencyMemoryOptions { ReadLatency = 60.Nanoseconds() });
        MesiMemorySystem system = new(_simulator, memory.Port);
        _cpu = system.AddCache("cpu", 64.Kibibytes(), 2);
        _dma = system.AddDma("dma");
        _acp = system.AddAcp("acp");
    }

    [Test]
    public void A_read_from_memory_is_five_messages()
    {
        Run(async () => await _cpu.ReadAsync(0x1000, 4));
        Assert.Multiple(() =>
        {
            Assert.That(Kinds("messages"), Is.EquivalentTo(new[] { ("GetShared", 1.0), ("Fetch", 1), ("MemoryData", 1), ("Data", 1), ("Unblock", 1) }));
            Assert.That(Kinds("bytes"), Is.EquivalentTo(new[] { ("GetShared", 8.0), ("Fetch", 8), ("MemoryData", 72), ("Data", 72), ("Unblock", 8) }));
        });
    }

    [Test]
    public void Links_carry_what_their_endpoint_sends_and_receives()
    {
        Run(async () => await _cpu.ReadAsync(0x1000, 4));
        Assert.Multiple(() =>
        {
            Assert.That((Value("ruby.cpu.bytesSent"), Value("ruby.cpu.bytesReceived")), Is.EqualTo((8 + 8.0, 72.0)));
            Assert.That((Value("ruby.l2.bytesSent"), Value("ruby.l2.bytesReceived")), Is.EqualTo((8 + 72.0, 8 + 72 + 8.0)));
            Assert.That((Value("ruby.directory.bytesSent"), Value("ruby.directory.bytesReceived")), Is.EqualTo((72.0, 8.0)));
            Assert.That((Value("ruby.dma.bytesSent"), Value("ruby.dma.bytesReceived")), Is.EqualTo((0.0, 0.0)));
        });
    }

    [Test]
    public void Messages_and_bytes_add_up_over_kinds_and_over_links()
    {
        Run(async () =>
        {
            var random = new Random(5);
            MemoryPort[] ports = [_cpu, _dma, _acp];
            for (int i = 0; i < 2000; i++)
            {
                long line = random.Next(40) * 64L;
                if (random.Next(2) == 0) await ports[i % 3].ReadAsync(line, 4);
                else await ports[i % 3].WriteAsync(line, 4);
            }
        });
        Assert.Multiple(() =>
        {
            Assert.That(Kinds("messages").Sum(k => k.Value), Is.EqualTo(Value("ruby.network.messages")));
            Assert.That(Kinds("bytes").Sum(k => k.Value), Is.EqualTo(Value("ruby.network.bytes")));
            Assert.That(Ending(".bytesSent"), Is.EqualTo(Value("ruby.network.bytes")));
            Assert.That(Ending(".bytesReceived"), Is.EqualTo(Value("ruby.network.bytes")));
        });
    }

    [Test]
    public void Latencies_fall_into_buckets_of_ten_nanoseconds()
    {
        Run(async () =>
        {
            await _cpu.ReadAsync(0x1000, 4);
            for (int i = 0; i < 3; i++) await _cpu.ReadAsync(0x1000, 4);
        });
        var latency = (Histogram)Find("ruby.cpu.latency");

        // 34 cycles of 0.5 ns and the memory's 60 ns; then three hits of a cycle.
        Assert.That(latency.Buckets.ToArray(), Is.EqualTo(Enumerable.Range(0, 30).Select(i => i == 7 ? 1 : i == 0 ? 3 : 0)));
        Assert.That((latency.Samples, latency.Sum), Is.EqualTo((4, 77_000 + (3 * 500.0))));
    }

    [Test]
    public void Shared_cache_tells_reads_from_writes()
    {
        Run(async () =>
        {
            await _acp.WriteAsync(0x1000, 64);
            await _acp.WriteAsync(0x1000, 64);
            await _acp.ReadAsync(0x1000, 64);
            await _cpu.ReadAsync(0x2000, 4);
        });
        Assert.That((Value("ruby.l2.hits"), Value("ruby.l2.writeHits"), Value("ruby.l2.misses"), Value("ruby.l2.writeMisses")), Is.EqualTo((2.0, 1.0, 2.0, 1.0)));
    }

    private void Run(Func<Task> host)
    {
        _simulator.Start("host", () => host());
        _simulator.Run();
    }

    private Statistic Find(string name) => _simulator.Statistics.All.Single(s => s.Name == name);

    private double Value(string name) => Find(name).Value;

    private double Ending(string end) => _simulator.Statistics.All.Where(s => s.Name.EndsWith(end, StringComparison.Ordinal)).Sum(s => s.Value);

    private IEnumerable<(string Kind, double Value)> Kinds(string what) =>
        from s in _simulator.Statistics.All
        where s.Name.StartsWith($"ruby.network.{what}.", StringComparison.Ordinal) && s.Value > 0
        select (s.Name[$"ruby.network.{what}.".Length..], s.Value);
}
