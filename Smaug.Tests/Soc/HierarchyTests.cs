using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Caches;
using Smaug.Memory.Controllers;
using Smaug.Memory.Interconnect;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>Networks on a memory hierarchy that a user composes of caches, crossbars and DRAM.</summary>
public class HierarchyTests
{
    private static readonly Graph s_network = ModelZoo.Create("tutorial", Backends.Smv);

    private static CacheOptions Cache(HierarchyContext context, int kibibytes, PrefetcherKind prefetcher = PrefetcherKind.None) =>
        new() { LineBytes = context.LineBytes, Size = kibibytes.Kibibytes(), Ways = 8, Prefetcher = prefetcher };

    private static MemoryHierarchy ThreeLevels(HierarchyContext context, PrefetcherKind prefetcher)
    {
        Simulator simulator = context.Simulator;
        CrossbarOptions between = CrossbarOptions.ToL2 with { LineBytes = context.LineBytes };
        DramMemory dram = context.AddDram();
        CoherentCrossbar bus = Bus(context, dram);
        var third = new Cache(simulator, "l3", bus, Cache(context, 2048) with { TagCycles = 20, DataCycles = 20, ResponseCycles = 20 });
        var toThird = new CoherentCrossbar(simulator, "tol3bus", third, between);
        var second = new Cache(simulator, "l2", toThird, Cache(context, 128) with { TagCycles = 8, DataCycles = 8, ResponseCycles = 8 });
        var toSecond = new CoherentCrossbar(simulator, "tol2bus", second, between);
        return new MemoryHierarchy
        {
            Dram = dram,
            CorePort = name => new Cache(simulator, name, toSecond, Cache(context, 32, prefetcher)).Port,
            DmaPort = bus.AddPort,
            CoherencyPort = toThird.AddPort,
        };
    }

    private static CoherentCrossbar Bus(HierarchyContext context, DramMemory dram) =>
        new(context.Simulator, "membus", dram.Port, new CrossbarOptions { LineBytes = context.LineBytes });

    private static MemoryHierarchy WithoutCaches(HierarchyContext context)
    {
        DramMemory dram = context.AddDram();
        CoherentCrossbar bus = Bus(context, dram);
        return new MemoryHierarchy { Dram = dram, CorePort = bus.AddPort, DmaPort = bus.AddPort };
    }

    private static RunReport Run(SocBuilder soc, MemoryPolicy policy = MemoryPolicy.AllDma, bool records = false) =>
        soc.Build().Run(s_network, new RunOptions { MemoryPolicy = policy, RecordStatistics = records }).Report;

    [Test]
    public void Three_levels_with_a_prefetcher_run_and_agree_with_the_directory_system_on_what_is_moved([Values(MemoryPolicy.AllDma, MemoryPolicy.AllAcp)] MemoryPolicy policy)
    {
        SocBuilder Soc(PrefetcherKind prefetcher) => new SocBuilder().WithAccelerators(2).WithThreads(2).WithHierarchy(c => ThreeLevels(c, prefetcher));
        RunReport plain = Run(Soc(PrefetcherKind.None), policy), fetching = Run(Soc(PrefetcherKind.Tagged), policy, records: true);
        RunReport directory = Run(new SocBuilder().WithAccelerators(2).WithThreads(2).WithMemory(MemoryFidelity.Message), policy);
        double Sum(string name) => fetching.Statistics.Sum(i => i.Values.Single(v => v.Name == name).Value);
        Assert.Multiple(() =>
        {
            Assert.That(fetching.Time.Total, Is.LessThan(plain.Time.Total), "a core that reads in order gains by the next lines");
            Assert.That(plain.Time.Total.Microseconds, Is.EqualTo(directory.Time.Total.Microseconds).Within(50).Percent);
            Assert.That((plain.Traffic.TransferInBytes, plain.Traffic.TransferOutBytes, plain.Traffic.CpuReadBytes), Is.EqualTo((directory.Traffic.TransferInBytes, directory.Traffic.TransferOutBytes, directory.Traffic.CpuReadBytes)));
            Assert.That(plain.Notes, Is.Empty);
            Assert.That(plain.Components.Select(c => c.Component), Is.SupersetOf(new[] { "L1 data caches", "l2", "l3", "interconnect" }));
            Assert.That(fetching.Components.Single(c => c.Component == "L1 data caches").Dynamic, Is.GreaterThan(plain.Components.Single(c => c.Component == "L1 data caches").Dynamic), "lines that are fetched in vain");
            Assert.That((Sum("cpu0.prefetches"), Sum("l2.hits"), Sum("l3.misses"), Sum("membus.packets")), Is.GreaterThan((0.0, 0.0, 0.0, 0.0)));
            Assert.That(Sum("system.mem_ctrls.bytesReadDRAM"), Is.EqualTo(fetching.Traffic.MemoryReadBytes).Within(2).Percent);
        });
    }

    [Test]
    public void A_hierarchy_needs_no_caches()
    {
        TrafficReport without = Run(new SocBuilder().WithHierarchy(WithoutCaches)).Traffic, with = Run(new SocBuilder().WithHierarchy(c => ThreeLevels(c, PrefetcherKind.None))).Traffic;
        Assert.That(without.MemoryWriteBytes, Is.GreaterThanOrEqualTo(without.CpuWriteBytes + without.TransferOutBytes).And.GreaterThan(with.MemoryWriteBytes));
    }

    [Test]
    public void Components_of_ones_own_and_systolic_arrays_have_their_DMA_engines_on_it()
    {
        var ports = new List<string>();
        SocBuilder soc = new SocBuilder().WithSystolicArray().WithComponent("camera", async camera => await camera.Port.WriteAsync(camera.Address("frame", 4096), 4096)).WithHierarchy(context =>
        {
            MemoryHierarchy hierarchy = ThreeLevels(context, PrefetcherKind.None);
            return new MemoryHierarchy
            {
                Dram = hierarchy.Dram,
                CorePort = hierarchy.CorePort,
                DmaPort = name =>
                {
                    ports.Add(name);
                    return hierarchy.DmaPort(name);
                },
            };
        });
        RunReport report = Run(soc);
        Assert.That(ports, Is.EquivalentTo(new[] { "dma0", "direct0", "component0" }));
        Assert.That(report.Time.Total, Is.GreaterThan(SimTime.Zero));
    }

    [Test]
    public void The_last_memory_that_is_given_counts()
    {
        SocBuilder soc = new SocBuilder().WithMemory((_, _) => null!).WithHierarchy(WithoutCaches);
        Assert.That(Run(soc).Time.Total, Is.GreaterThan(SimTime.Zero));
        Assert.That(() => Run(soc.WithMemory((_, _) => null!)), Throws.TypeOf<SimulationException>().With.Message.Contains("WithMemory made no memory system"));
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        static TestCaseData Case(string name, HierarchyFactory compose, string message) => new TestCaseData(compose, message).SetArgDisplayNames(name);
        static MemoryHierarchy With(HierarchyContext context, Func<string, MemoryPort?>? core) =>
            new() { Dram = context.AddDram(), CorePort = core!, DmaPort = name => new Cache(context.Simulator, name, context.AddDram(name + ".dram").Port, Cache(context, 32)).Port };
        yield return Case("nothing", _ => null!, "is null: return a MemoryHierarchy");
        yield return Case("no DRAM", c => new MemoryHierarchy { Dram = null!, CorePort = null!, DmaPort = null! }, "has no DRAM: set Dram");
        yield return Case("no function", c => With(c, null), "has no CorePort, which 'cpu0' asks for");
        yield return Case("no port", c => With(c, _ => null), "has no port for 'cpu0': CorePort gave null");
        yield return Case("line of a cache", c => With(c, name => new Cache(c.Simulator, name, c.AddDram("other").Port).Port), "has lines of 64 bytes at 'cpu0', the port for 'cpu0', the SoC of 32 (Memory.LineBytes): must be equal");
        yield return Case("line of a crossbar", c => With(c, new CoherentCrossbar(c.Simulator, "bus", c.AddDram("other").Port).AddPort), "has lines of 64 bytes at 'bus.cpu0', the port for 'cpu0'");
        yield return Case("simulation of a port", c => With(c, name => new BandwidthLatencyMemory(new Simulator(), name).Port), "has a port of another simulation for 'cpu0', 'cpu0'");
        yield return Case("simulation of DRAM", c => new MemoryHierarchy { Dram = new HierarchyContext(new Simulator(), c.Configuration, null).AddDram(), CorePort = null!, DmaPort = null! }, "has DRAM 'dram' of another simulation");
    }

    [TestCaseSource(nameof(Wrong))]
    public void What_does_not_fit_is_one_error(HierarchyFactory compose, string message) =>
        Assert.That(() => Run(new SocBuilder().WithHierarchy(compose)), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith($"the memory hierarchy given to WithHierarchy {message}"));

    [Test]
    public void Without_a_coherency_port_only_DMA_runs() =>
        Assert.That(() => Run(new SocBuilder().WithHierarchy(WithoutCaches), MemoryPolicy.AllAcp), Throws.TypeOf<ConfigurationException>()
            .With.Message.EqualTo("the memory hierarchy has no coherency port for accelerator 0, which the network's memory policy needs: set MemoryHierarchy.CoherencyPort, or take AllDma"));
}
