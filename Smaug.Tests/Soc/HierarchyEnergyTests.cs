using Smaug.Accelerators.Aladdin.Power;
using Smaug.Accelerators.Systems;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Classic;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Interconnect;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>Energy and area of a memory hierarchy that a user composes: those of its own parts, from what each of them did.</summary>
public class HierarchyEnergyTests
{
    private static readonly HostMemoryConfiguration s_defaults = new();

    private static RunReport Run(SocBuilder soc, string network = "tutorial", MemoryPolicy policy = MemoryPolicy.AllDma, bool records = false) =>
        soc.Build().Run(ModelZoo.Create(network, Backends.Smv), new RunOptions { MemoryPolicy = policy, RecordStatistics = records }).Report;

    private static ComponentEnergy Part(RunReport report, string component) => report.Components.Single(c => c.Component == component);

    /// <summary>The hierarchy of the ready-made classic memory system, from public parts.</summary>
    private static MemoryHierarchy Classic(HierarchyContext context)
    {
        DramMemory dram = context.AddDram();
        var options = new ClassicOptions { Frequency = context.Configuration.Cpu.Frequency, LineBytes = context.LineBytes, L2Size = s_defaults.CacheSize, L2Ways = s_defaults.Caches.LastLevelWays };
        var system = new ClassicMemorySystem(context.Simulator, dram.Port, options, "system");
        var first = new CacheOptions { Size = s_defaults.Caches.L1DataSize, Ways = s_defaults.Caches.L1DataWays };
        return new MemoryHierarchy
        {
            Dram = dram,
            CorePort = name => system.AddCache($"{name}.dcache", first),
            DmaPort = system.AddDma,
            CoherencyPort = name => system.AddAcp(name, new ByteSize(128)),
        };
    }

    /// <summary>An L2, if it has a size, below cores that have caches of their own, if these have; DMA engines beside it.</summary>
    private static HierarchyFactory Levels(int firstKibibytes, int secondKibibytes) => context =>
    {
        CoherentCrossbar bus = Bus(context, out DramMemory dram), upper = bus;
        CacheOptions Options(int kibibytes) => new() { LineBytes = context.LineBytes, Size = kibibytes.Kibibytes(), Ways = 4 };
        if (secondKibibytes > 0) upper = new CoherentCrossbar(context.Simulator, "tol2bus", new Cache(context.Simulator, "l2", bus, Options(secondKibibytes)), CrossbarOptions.ToL2 with { LineBytes = context.LineBytes });
        return new MemoryHierarchy
        {
            Dram = dram,
            CorePort = name => firstKibibytes > 0 ? new Cache(context.Simulator, name, upper, Options(firstKibibytes)).Port : upper.AddPort(name),
            DmaPort = bus.AddPort,
        };
    };

    private static CoherentCrossbar Bus(HierarchyContext context, out DramMemory dram, string name = "dram")
    {
        dram = context.AddDram(name);
        return new CoherentCrossbar(context.Simulator, $"{name}.bus", dram.Port, new CrossbarOptions { LineBytes = context.LineBytes });
    }

    [TestCase("tutorial", MemoryPolicy.AllDma, 1)]
    [TestCase("tutorial", MemoryPolicy.AllAcp, 2)]
    [TestCase("lenet5", MemoryPolicy.AllDma, 2)]
    public void The_classic_system_composed_of_its_parts_has_that_of_the_ready_made_one(string network, MemoryPolicy policy, int threads)
    {
        SocBuilder Soc() => new SocBuilder().WithThreads(threads);
        RunReport made = Run(Soc().WithClassicMemory(), network, policy), composed = Run(Soc().WithHierarchy(Classic), network, policy);
        Assert.Multiple(() =>
        {
            Assert.That(composed.Time.Total, Is.EqualTo(made.Time.Total));
            Assert.That(composed.Components, Is.EqualTo(made.Components));
            Assert.That(made.Components.Select(c => c.Component), Does.Contain("L1 data caches").And.Contain("system.l2").And.Contain("system.acp0"));
            Assert.That(made.Notes.Concat(composed.Notes), Is.Empty);
        });
    }

    [Test]
    public void DMA_passes_by_the_second_level_of_the_classic_system_which_the_directory_keeps_coherent()
    {
        RunReport classic = Run(new SocBuilder().WithClassicMemory()), directory = Run(new SocBuilder());
        (ComponentEnergy ours, ComponentEnergy theirs) = (Part(classic, "system.l2"), Part(directory, "L2"));
        Assert.Multiple(() =>
        {
            Assert.That(ours.AreaSquareMillimetres, Is.EqualTo(theirs.AreaSquareMillimetres));
            Assert.That(ours.Static.Picojoules / classic.Time.Total.Nanoseconds, Is.EqualTo(theirs.Static.Picojoules / directory.Time.Total.Nanoseconds).Within(1e-9).Percent);
            Assert.That(ours.Dynamic, Is.LessThan(theirs.Dynamic));
        });
    }

    [Test]
    public void Each_cache_has_its_own_by_what_it_counted()
    {
        RunReport report = Run(new SocBuilder().WithHierarchy(Levels(16, 128)), records: true);
        double Sum(string name) => report.Statistics.Sum(i => i.Values.Single(v => v.Name == name).Value);
        CacheCost cost = CacheModel.Cache(128 << 10, 32, 4, 32);
        ComponentEnergy l2 = Part(report, "l2");
        double lines = (l2.Dynamic.Picojoules - (Sum("l2.hits") + Sum("l2.misses")) * (cost.ReadPicojoules + cost.WritePicojoules) / 2) / cost.LinePicojoules;
        Assert.Multiple(() =>
        {
            Assert.That(report.Components.Select(c => c.Component), Is.EqualTo(new[] { "cores", "L1 instruction caches", "L1 data caches", "TLBs", "l2", "interconnect", "DRAM", "accelerators" }));
            Assert.That(l2.Static.Picojoules, Is.EqualTo(Energy.FromPower(cost.LeakageMilliwatts, report.Time.Total).Picojoules).Within(1e-9).Percent);
            Assert.That(l2.AreaSquareMillimetres, Is.EqualTo(cost.AreaSquareMicrometres / 1e6).Within(1e-9).Percent);
            Assert.That(lines, Is.EqualTo(Math.Round(lines)).Within(1e-3), "whole lines, filled and evicted");
            Assert.That(lines, Is.GreaterThanOrEqualTo(Sum("cpu0.writeBacks") + Sum("l2.writeBacks")).And.LessThanOrEqualTo(2 * (Sum("l2.hits") + Sum("l2.misses") + Sum("cpu0.writeBacks"))));
        });
    }

    [Test]
    public void A_larger_cache_leaks_and_takes_more([Values(true, false)] bool first)
    {
        RunReport Of(int factor) => Run(new SocBuilder().WithHierarchy(first ? Levels(32 * factor, 256) : Levels(32, 256 * factor)));
        (RunReport small, RunReport large) = (Of(1), Of(2));
        (string grown, string kept) = first ? ("L1 data caches", "l2") : ("l2", "L1 data caches");
        double Leakage(RunReport report, string part) => Part(report, part).Static.Picojoules / report.Time.Total.Nanoseconds;
        Assert.Multiple(() =>
        {
            Assert.That(Leakage(large, grown) / Leakage(small, grown), Is.InRange(1.5, 2.5));
            Assert.That(Part(large, grown).AreaSquareMillimetres / Part(small, grown).AreaSquareMillimetres, Is.InRange(1.5, 2.5));
            Assert.That(Leakage(large, kept), Is.EqualTo(Leakage(small, kept)).Within(1e-9).Percent);
            Assert.That(Part(large, kept).AreaSquareMillimetres, Is.EqualTo(Part(small, kept).AreaSquareMillimetres));
        });
    }

    [Test]
    public void The_caches_of_the_configuration_do_not_count()
    {
        var large = new SocConfiguration();
        large = large with { Memory = large.Memory with { CacheSize = 8.Mebibytes(), Caches = large.Memory.Caches with { L1DataSize = 128.Kibibytes() } } };
        Assert.That(Run(new SocBuilder(large).WithHierarchy(Levels(16, 128))).Components, Is.EqualTo(Run(new SocBuilder().WithHierarchy(Levels(16, 128))).Components));
    }

    [Test]
    public void Without_caches_there_is_none_of_them()
    {
        RunReport report = Run(new SocBuilder().WithHierarchy(Levels(0, 0)));
        double bytes = Part(report, "interconnect").Dynamic.Picojoules / (3 * 0.97);
        TrafficReport traffic = report.Traffic;
        Assert.Multiple(() =>
        {
            Assert.That(report.Components.Select(c => c.Component), Is.EqualTo(new[] { "cores", "L1 instruction caches", "TLBs", "interconnect", "DRAM", "accelerators" }));
            Assert.That(bytes, Is.GreaterThan(traffic.CpuReadBytes + traffic.CpuWriteBytes + traffic.TransferInBytes + traffic.TransferOutBytes));
            Assert.That(bytes, Is.LessThanOrEqualTo(traffic.MemoryReadBytes + traffic.MemoryWriteBytes), "a burst of DRAM for each line");
            Assert.That(report.Notes, Is.Empty);
        });
    }

    [Test]
    public void A_part_of_ones_own_tells_its_own_or_is_named_in_a_note()
    {
        ComponentEnergy Told(SimTime time) => new("probe", new Energy(5), Energy.FromPower(2, time), 0.25);
        RunReport silent = Run(new SocBuilder().WithHierarchy(Probed(null))), told = Run(new SocBuilder().WithHierarchy(Probed(time => [Told(time)])));
        Assert.Multiple(() =>
        {
            Assert.That(silent.Notes, Is.EqualTo(new[] { "energy and area of the hierarchy's 'probe.cpu0' are in no sum: no Cache, no CoherentCrossbar and not MemoryHierarchy's Dram or FurtherDram; tell them with MemoryHierarchy.EnergyOfOwnParts" }));
            Assert.That(silent.Components.Select(c => c.Component), Does.Contain("cpu0").And.Not.Contain("L1 data caches"), "the cache behind it is found, but not at the port of a core");
            Assert.That(told.Notes, Is.Empty);
            Assert.That(told.Components, Is.EquivalentTo(silent.Components.Append(Told(told.Time.Total))));
        });
    }

    [Test]
    public void Caches_of_the_directory_system_and_a_second_memory_are_named_too()
    {
        RunReport report = Run(new SocBuilder().WithHierarchy(context =>
        {
            DramMemory dram = context.AddDram();
            var caches = new MesiMemorySystem(context.Simulator, dram.Port, HostMemoryParts.Caches(context.Configuration.Memory));
            return new MemoryHierarchy { Dram = dram, CorePort = name => caches.AddCache(name, 32.Kibibytes(), 2), DmaPort = Bus(context, out _, "other").AddPort };
        }));
        Assert.That(report.Notes, Has.One.StartsWith("energy and area of the hierarchy's 'ruby.cpu0', 'other' are in no sum"));
    }

    [Test]
    public void A_second_memory_that_is_given_counts_too()
    {
        DramMemory other = null!;
        HierarchyFactory Two(bool isGiven) => context =>
        {
            MemoryHierarchy levels = Levels(16, 128)(context);
            CoherentCrossbar bus = Bus(context, out other, "other");
            return new MemoryHierarchy { Dram = levels.Dram, FurtherDram = isGiven ? [other] : [], CorePort = levels.CorePort, DmaPort = bus.AddPort };
        };
        RunReport silent = Run(new SocBuilder().WithHierarchy(Two(false))), given = Run(new SocBuilder().WithHierarchy(Two(true)), records: true);
        double Standing(RunReport report) => Part(report, "DRAM").Static.Picojoules;
        Assert.Multiple(() =>
        {
            Assert.That(given.Notes, Is.Empty);
            Assert.That(silent.Notes, Has.One.Contains("'other'"));
            Assert.That(given.Traffic.MemoryReadBytes - silent.Traffic.MemoryReadBytes, Is.GreaterThanOrEqualTo(given.Traffic.TransferInBytes), "what the engines read from the other one");
            Assert.That(Standing(given), Is.EqualTo(2 * Standing(silent)).Within(25).Percent);
            Assert.That(given.Statistics.Sum(i => i.Values.Single(v => v.Name == "system.mem_ctrls1.readReqs").Value), Is.EqualTo(given.Traffic.TransferInBytes / 32.0).Within(5).Percent);
        });
    }

    [Test]
    public void Memories_given_wrongly_are_errors()
    {
        void Wrong(Func<HierarchyContext, DramMemory, IReadOnlyList<DramMemory>> further, string message) => Assert.That(() => Run(new SocBuilder().WithHierarchy(context =>
        {
            MemoryHierarchy levels = Levels(16, 128)(context);
            return new MemoryHierarchy { Dram = levels.Dram, FurtherDram = further(context, levels.Dram), CorePort = levels.CorePort, DmaPort = levels.DmaPort };
        })), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith($"the memory hierarchy given to WithHierarchy {message}"));
        Assert.Multiple(() =>
        {
            Wrong((_, _) => null!, "has no FurtherDram: leave it out, or give memories");
            Wrong((_, _) => [null!], "has no FurtherDram: leave it out, or give memories");
            Wrong((_, dram) => [dram], "has one DRAM twice");
            Wrong((_, _) => [new DramMemory(new Simulator(), "far", TransactionPresets.Get("LPDDR4_3200_2x16"))], "has DRAM 'far' of another simulation");
        });
    }

    [Test]
    public void What_it_tells_must_add_up()
    {
        static void Wrong(IEnumerable<ComponentEnergy>? parts, string message) => Assert.That(() => Run(new SocBuilder().WithHierarchy(Probed(_ => parts!))),
            Throws.TypeOf<SimulationException>().With.Message.EqualTo($"MemoryHierarchy.EnergyOfOwnParts gave {message}"));
        Assert.Multiple(() =>
        {
            Wrong(null, "null: give the parts, or none");
            Wrong([default], "a part without a name: set ComponentEnergy.Component");
            Wrong([new("probe", new Energy(-1), default, 0)], "'probe' Dynamic = -1 pJ: must be 0 or more and finite");
            Wrong([new("probe", default, new Energy(double.NaN), 0)], "'probe' Static = NaN pJ: must be 0 or more and finite");
            Wrong([new("probe", default, default, double.PositiveInfinity)], "'probe' AreaSquareMillimetres = Infinity: must be 0 or more and finite");
        });
    }

    private static HierarchyFactory Probed(Func<SimTime, IEnumerable<ComponentEnergy>>? energy) => context =>
    {
        MemoryHierarchy levels = Levels(16, 128)(context);
        return new MemoryHierarchy { Dram = levels.Dram, CorePort = name => new Probe(levels.CorePort(name)), DmaPort = levels.DmaPort, EnergyOfOwnParts = energy };
    };

    /// <summary>A component of one's own between a core and its cache.</summary>
    private sealed class Probe(MemoryPort below) : MemoryPort(below.Simulator, $"probe.{below.Name}")
    {
        public override bool TrySend(MemoryRequest request, IMemoryRequester sender) => below.TrySend(request, sender);
    }
}
