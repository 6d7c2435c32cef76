using Smaug.Accelerators.Aladdin.Power;
using Smaug.Accelerators.Systems.Power;
using Smaug.Core;
using Smaug.Core.Reporting;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Transaction;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

public class SocEnergyTests
{
    private static RunReport Run(SocBuilder soc, string network = "tutorial") => soc.Build().Run(ModelZoo.Create(network, Backends.Smv)).Report;

    private static ComponentEnergy Part(RunReport report, string component) => report.Components.Single(c => c.Component == component);

    [Test]
    public void Every_component_has_energy_and_the_parts_add_up()
    {
        RunReport report = Run(new SocBuilder());
        Assert.Multiple(() =>
        {
            Assert.That(report.Components.Select(c => c.Component), Is.EqualTo(new[] { "cores", "L1 instruction caches", "L1 data caches", "TLBs", "L2", "interconnect", "DRAM", "accelerators" }));
            Assert.That(report.Components.Select(c => c.Dynamic.Picojoules), Is.All.Positive);
            Assert.That(report.Components.Where(c => c.Component != "interconnect").Select(c => c.Static.Picojoules), Is.All.Positive);
            Assert.That(Part(report, "accelerators").Total.Picojoules, Is.EqualTo(report.AcceleratorEnergy.Picojoules).Within(1e-9).Percent);
            Assert.That(report.TotalEnergy.Picojoules, Is.EqualTo(report.Components.Sum(c => c.Dynamic.Picojoules + c.Static.Picojoules)).Within(1e-9).Percent);
        });
    }

    [Test]
    public void Core_energy_is_instructions_and_leakage()
    {
        RunReport report = Run(new SocBuilder().WithThreads(2));
        var dear = new SocConfiguration();
        RunReport twice = Run(new SocBuilder(dear with { Energy = dear.Energy with { CorePicojoulesPerInstruction = 200, CoreLeakageMilliwatts = 50 } }).WithThreads(2));
        Assert.Multiple(() =>
        {
            Assert.That(Part(report, "cores").Static.Picojoules, Is.EqualTo(3 * Energy.FromPower(25, report.Time.Total).Picojoules).Within(1e-9).Percent, "two workers and the core that waits for them");
            Assert.That(Part(twice, "cores").Dynamic.Picojoules, Is.EqualTo(2 * Part(report, "cores").Dynamic.Picojoules).Within(1e-9).Percent);
            Assert.That(Part(twice, "cores").Static.Picojoules, Is.EqualTo(2 * Part(report, "cores").Static.Picojoules).Within(1e-9).Percent);
        });
    }

    [Test]
    public void Estimated_DRAM_energy_is_near_that_of_the_controller()
    {
        foreach (string network in new[] { "tutorial", "minerva" })
        {
            ComponentEnergy estimated = Part(Run(new SocBuilder(), network), "DRAM");
            ComponentEnergy counted = Part(Run(new SocBuilder().WithMemory(MemoryFidelity.Transaction), network), "DRAM");
            Console.WriteLine($"{network}: dynamic {estimated.Dynamic} / {counted.Dynamic}, standby {estimated.Static} / {counted.Static}");
            Assert.That(estimated.Total.Picojoules, Is.EqualTo(counted.Total.Picojoules).Within(10).Percent);
        }
    }

    [Test]
    public void DRAM_energy_is_that_of_the_command_meter()
    {
        TransactionConfiguration channel = TransactionPresets.Get("LPDDR4_3200_2x16");
        var meter = new TransactionEnergyMeter(channel);
        var controller = new TransactionController(channel, new Silent(), observer: meter);
        var random = new Random(7);
        SimTime end = default;
        for (int i = 0; i < 2000; i++)
        {
            end = i * 100.Nanoseconds();
            long address = (i % 4 == 0 ? random.Next(1 << 20) : i) * (long)channel.BurstBytes;
            Assert.That(controller.TryAccept(end, (ulong)address, channel.BurstBytes, i % 3 == 0, i), Is.True);
        }

        end += 10.Microseconds();
        controller.AdvanceTo(end);
        TransactionStatistics statistics = controller.Statistics;
        var activity = new DramActivity(statistics.Activates, statistics.ReadBursts - statistics.ReadsServedByWriteQueue, statistics.WriteBursts - statistics.MergedWriteBursts, controller.ActiveTime(end));
        ComponentEnergy ours = DramEnergy.Of(channel, 1, activity, end);
        DramEnergyReport theirs = meter.Report(end);
        Assert.Multiple(() =>
        {
            Assert.That(ours.Total.Picojoules, Is.EqualTo(theirs.Total.Picojoules).Within(3).Percent);
            Assert.That(ours.Dynamic.Picojoules, Is.EqualTo((theirs.Activate + theirs.Precharge + theirs.Read + theirs.Write).Picojoules).Within(3).Percent);
        });
    }

    [Test]
    public void DRAM_without_currents_is_left_out_and_the_report_says_so()
    {
        var soc = new SocConfiguration();
        RunReport report = Run(new SocBuilder(soc with { Memory = soc.Memory with { Dram = "HBM_1000_4H_1x128" } }));
        Assert.That(report.Components.Select(c => c.Component), Has.None.EqualTo("DRAM"));
        Assert.That(report.Notes, Has.Some.Contains("HBM_1000_4H_1x128").And.Contains("no currents"));
    }

    [Test]
    public void Larger_caches_leak_and_cost_more()
    {
        CacheCost small = CacheModel.Cache(32 << 10, 32, 2, 8), large = CacheModel.Cache(2 << 20, 32, 16, 32);
        Assert.Multiple(() =>
        {
            Assert.That(large.LeakageMilliwatts, Is.GreaterThan(10 * small.LeakageMilliwatts));
            Assert.That(large.AreaSquareMicrometres, Is.GreaterThan(30 * small.AreaSquareMicrometres));
            Assert.That(large.ReadPicojoules, Is.GreaterThan(small.ReadPicojoules));
            Assert.That(large.AccessNanoseconds, Is.GreaterThan(small.AccessNanoseconds));
            Assert.That(CacheModel.TranslationBuffer(64).ReadPicojoules, Is.InRange(1, 20));
        });
    }

    [Test]
    public void Impossible_memories_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => CacheModel.Cache(1000, 32, 2, 8), Throws.TypeOf<ConfigurationException>().With.Message.Contains("1000 bytes"));
            Assert.That(() => CacheModel.Cache(1024, 32, 0, 8), Throws.TypeOf<ConfigurationException>());
            Assert.That(() => CacheModel.TranslationBuffer(0), Throws.TypeOf<ConfigurationException>());
            Assert.That(() => SramModel.Evaluate(0, 4, 1), Throws.TypeOf<ConfigurationException>());
            Assert.That(() => (new SocConfiguration() with { Energy = new EnergyConfiguration { DramRowHitRate = 1.5 } }).Validate(), Throws.TypeOf<ConfigurationException>().With.Message.Contains("DramRowHitRate"));
        });
    }

    private sealed class Silent : ITransactionListener
    {
        public void OnResponse(in TransactionResponse response)
        {
        }

        public void OnRetry(bool isWrite)
        {
        }
    }
}
