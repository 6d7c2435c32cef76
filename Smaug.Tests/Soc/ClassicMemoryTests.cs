using Smaug.Core;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>
/// Networks on the original's classic memory system. No measured runs of it exist, as the original's networks ran on the directory system: tests
/// compare it with that one and with itself.
/// </summary>
public class ClassicMemoryTests
{
    private static RunReport Run(string network, SocBuilder soc, MemoryPolicy policy = MemoryPolicy.AllDma, bool records = false) =>
        soc.Build().Run(ModelZoo.Create(network, Backends.Smv), new RunOptions { MemoryPolicy = policy, RecordStatistics = records }).Report;

    private static SocBuilder Classic(ClassicMemoryConfiguration? classic = null) => new SocBuilder(SocPresets.Tutorial).WithClassicMemory(classic);

    [TestCase("tutorial", MemoryPolicy.AllDma)]
    [TestCase("tutorial", MemoryPolicy.AllAcp)]
    [TestCase("lenet5", MemoryPolicy.AllDma)]
    [TestCase("lenet5", MemoryPolicy.AllAcp)]
    public void Networks_do_the_same_on_it_as_on_the_directory_system_in_a_similar_time(string network, MemoryPolicy policy)
    {
        RunReport classic = Run(network, Classic(), policy), directory = Run(network, new SocBuilder(SocPresets.Tutorial).WithMemory(MemoryFidelity.Message), policy);
        (long, long, long, long, long) Done(RunReport r) =>
            (r.Invocations.Sum(i => i.MultiplyAccumulates), r.Traffic.TransferInBytes, r.Traffic.TransferOutBytes, r.Traffic.CpuReadBytes, r.Traffic.CpuWriteBytes);
        Assert.Multiple(() =>
        {
            Assert.That(Done(classic), Is.EqualTo(Done(directory)));
            Assert.That(Done(classic).Item1, Is.GreaterThan(0));
            Assert.That(classic.Time.Total.Nanoseconds / directory.Time.Total.Nanoseconds, Is.InRange(1.0, 1.3), "the L2 answers after 20 cycles, where that of the directory system has no latency of its own");
            Assert.That(classic.Traffic.MemoryReadBytes, Is.EqualTo(directory.Traffic.MemoryReadBytes).Within(20).Percent);
            Assert.That(classic.Notes, Is.Empty);
        });
    }

    [TestCase("tutorial", 1, 1)]
    [TestCase("lenet5", 4, 3)]
    public void Repetitions_are_equal(string network, int accelerators, int threads)
    {
        byte[] Once()
        {
            SocBuilder soc = Classic(new() { Prefetcher = PrefetcherKind.Tagged }).WithAccelerators(accelerators).WithThreads(threads);
            using var report = new MemoryStream();
            RunReportJson.Write(Run(network, soc, MemoryPolicy.AllAcpWithDmaForWeights, records: true), report);
            return report.ToArray();
        }

        byte[] first = Once();
        Assert.That(Once(), Is.EqualTo(first));
    }

    [Test]
    public void Levels_latencies_and_prefetchers_count()
    {
        SimTime Total(ClassicMemoryConfiguration classic) => Run("tutorial", Classic(classic)).Time.Total;
        SimTime both = Total(new());
        Assert.Multiple(() =>
        {
            Assert.That(Total(new() { Prefetcher = PrefetcherKind.Tagged }), Is.LessThan(both));
            Assert.That(Total(new() { L2Cycles = 5 }), Is.LessThan(both));
            Assert.That(Total(new() { L1DataCycles = 6 }), Is.GreaterThan(both));
            Assert.That(Total(new() { CrossbarBytes = 4 }), Is.GreaterThan(both));
            Assert.That(Total(new() { HasL1 = false, HasL2 = false }), Is.Not.EqualTo(both));
        });
    }

    [Test]
    public void Figures_have_the_names_of_the_parts()
    {
        RunReport report = Run("tutorial", Classic(), MemoryPolicy.AllAcp, records: true);
        double Sum(string name) => report.Statistics.Sum(i => i.Values.Single(v => v.Name == name).Value);
        double lines = (report.Traffic.TransferInBytes + report.Traffic.TransferOutBytes) / 32.0;
        Assert.Multiple(() =>
        {
            Assert.That(Sum("system.acp0.hits") + Sum("system.acp0.misses"), Is.EqualTo(lines).Within(1).Percent);
            Assert.That(Sum("system.cpu0.dcache.misses"), Is.GreaterThan(1000));
            Assert.That(Sum("system.l2.hits"), Is.GreaterThan(1000));
            Assert.That(Sum("system.mem_ctrls.bytesReadDRAM"), Is.EqualTo(report.Traffic.MemoryReadBytes).Within(2).Percent);
        });
    }

    [TestCase(2)]
    [TestCase(8)]
    public void Channels_share_the_traffic(int channels)
    {
        RunReport one = Run("tutorial", Classic(), records: true), several = Run("tutorial", Classic(new() { MemoryChannels = channels }), records: true);
        double Sum(RunReport report, string name) => report.Statistics.Sum(i => i.Values.Single(v => v.Name == name).Value);
        double[] bursts = [.. Enumerable.Range(0, channels).Select(i => Sum(several, $"system.mem_ctrls{i}.readBursts"))];
        ComponentEnergy Dram(RunReport report) => report.Components.Single(c => c.Component == "DRAM");
        double Standing(RunReport report) => Dram(report).Static.Picojoules / report.Time.Total.Nanoseconds;
        Assert.Multiple(() =>
        {
            Assert.That(several.Time.Total, Is.LessThan(one.Time.Total));
            Assert.That(bursts.Sum(), Is.EqualTo(Sum(one, "system.mem_ctrls.readBursts")).Within(2).Percent);
            Assert.That(bursts, Has.All.GreaterThan(0.5 * bursts.Sum() / channels), "blocks lie in one after the other");
            Assert.That(several.Traffic.MemoryReadBytes, Is.EqualTo(one.Traffic.MemoryReadBytes).Within(2).Percent);
            Assert.That(Standing(several), Is.EqualTo(channels * Standing(one)).Within(25).Percent, "the devices of each channel stand by; they are active for less of the time");
            Assert.That(Dram(several).Dynamic.Picojoules, Is.GreaterThan(0.8 * Dram(one).Dynamic.Picojoules));
            Assert.That(several.Notes, Is.Empty);
        });
    }

    [Test]
    public void Levels_that_are_not_there_have_no_energy()
    {
        IEnumerable<string> Components(ClassicMemoryConfiguration classic) => Run("tutorial", Classic(classic)).Components.Select(c => c.Component);
        Assert.Multiple(() =>
        {
            Assert.That(Components(new()), Has.Member("system.l2").And.Member("L1 data caches").And.Member("DRAM"));
            Assert.That(Components(new() { HasL1 = false, HasL2 = false }), Has.No.Member("system.l2").And.No.Member("L1 data caches").And.Member("DRAM"));
        });
    }

    [Test]
    public void Settings_without_effect_are_noted()
    {
        var classic = new ClassicMemoryConfiguration { Prefetcher = PrefetcherKind.Stride };
        SocBuilder soc = Classic(classic).Configure(c => c with { Memory = c.Memory with { Caches = c.Memory.Caches with { LastLevelBanks = 2, Frequency = 1.Gigahertz() } } });
        string[] starts = ["Memory.Caches.LastLevelBanks has no effect", "Memory.Caches.Frequency has no effect", "Memory.Classic.Prefetcher = Stride has no effect"];
        Assert.Multiple(() =>
        {
            foreach (string start in starts) Assert.That(Run("tutorial", soc).Notes, Has.Some.StartsWith(start));
            Assert.That(Run("tutorial", soc.WithMemory(MemoryFidelity.Analytical)).Notes, Has.Some.StartsWith("Memory.Classic.Prefetcher (--enable_prefetchers) has no effect"));
        });
    }

    [Test]
    public void Its_configuration_is_read_as_it_was_written()
    {
        SocConfiguration soc = Classic(new() { HasL2 = false, L1DataCycles = 3, CrossbarBytes = 8, Prefetcher = PrefetcherKind.Tagged }).Build().Configuration;
        Assert.That(SocConfigurationJson.Read(SocConfigurationJson.Write(soc)), Is.EqualTo(soc));
        SocConfiguration read = SocConfigurationJson.Read("""{ "memory": { "fidelity": "Classic", "classic": { "l2Cycles": 12, "prefetcher": "Tagged" } } }""");
        Assert.That(read.Memory.Classic, Is.EqualTo(new ClassicMemoryConfiguration { L2Cycles = 12, Prefetcher = PrefetcherKind.Tagged }));
    }

    [TestCase("l1DataCycles", "-1", "Memory.Classic.L1DataCycles = -1")]
    [TestCase("l2Cycles", "1000001", "Memory.Classic.L2Cycles = ")]
    [TestCase("memoryChannels", "3", "Memory.Classic.MemoryChannels = 3")]
    [TestCase("memoryChannels", "128", "Memory.Classic.MemoryChannels = 128")]
    [TestCase("crossbarBytes", "0", "Memory.Classic.CrossbarBytes = 0")]
    public void Values_out_of_range_are_one_error(string property, string value, string message) =>
        Assert.That(() => SocConfigurationJson.Read($$"""{ "memory": { "classic": { "{{property}}": {{value}} } } }"""), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith(message));

    [Test]
    public void A_prefetcher_that_is_none_is_refused() =>
        Assert.That(() => Classic(new() { Prefetcher = (PrefetcherKind)7 }).Build(), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("Memory.Classic.Prefetcher = 7: must be one of None, Tagged, Stride"));

    [Test]
    public void Command_line_of_the_original_chooses_it()
    {
        Infrastructure.Cli Command(params string[] options) => Infrastructure.Cli.Run(["run", "zoo:tutorial", "--no-values", .. options]);
        Infrastructure.Cli channels = Command("--caches", "--l2cache", "--mem-channels", "4");
        Infrastructure.Cli given = Command("--caches", "--l2cache"), named = Command("--memory", "classic"), directory = Command("--caches", "--l2cache", "--ruby"), small = Command("--caches");
        Assert.Multiple(() =>
        {
            Assert.That(given.ExitCode, Is.Zero, given.Error);
            Assert.That(given.Output, Is.EqualTo(named.Output));
            Assert.That(given.Output, Does.Not.Contain("no effect"));
            Assert.That(channels.Output, Is.Not.EqualTo(given.Output).And.Not.Contain("no effect"));
            Assert.That(small.Output, Is.Not.EqualTo(given.Output));
            Assert.That(directory.Output, Does.Contain("--caches has no effect: it belongs to the classic memory system"));
        });
    }
}
