using Smaug.Core;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Levels;
using Smaug.Memory.Dram.Standards;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>DRAM at each level of detail behind the caches of an SoC.</summary>
public class DramFidelityTests
{
    private const string Preset = "LPDDR4_3200_8Gb_x16";

    /// <summary>A command-level memory near LPDDR4_3200_2x16.</summary>
    private static SocBuilder Make(MemoryFidelity caches, DramFidelity dram)
    {
        SocBuilder builder = new SocBuilder(SocPresets.Tutorial).WithMemory(caches).WithDram(dram, dram == DramFidelity.Command ? Preset : null);
        return dram != DramFidelity.Command ? builder : builder.Configure(c => c with
        {
            Memory = c.Memory with { Capacity = 1.Gibibytes(), CommandDram = new CommandDramConfiguration { Currents = "LPDDR4_3200_2x16" } },
        });
    }

    [Test]
    public void Levels_of_DRAM_stay_together_behind_the_same_caches([Values(MemoryFidelity.Transaction, MemoryFidelity.Message)] MemoryFidelity caches)
    {
        Graph graph = ModelZoo.Create("tutorial", Backends.Smv);
        double Total(DramFidelity dram) => Make(caches, dram).Build().Run(graph).Report.Time.Total.Microseconds;
        double transaction = Total(DramFidelity.Transaction);
        Assert.Multiple(() =>
        {
            Assert.That(Total(DramFidelity.Analytical), Is.EqualTo(transaction).Within(10).Percent);
            Assert.That(Total(DramFidelity.Command), Is.EqualTo(transaction).Within(10).Percent);
        });
    }

    [Test]
    public void Command_level_behind_reserved_links_is_near_that_behind_messages()
    {
        Graph graph = ModelZoo.Create("minerva", Backends.Smv);
        double Total(MemoryFidelity caches) => Make(caches, DramFidelity.Command).Build().Run(graph).Report.Time.Total.Microseconds;
        Assert.That(Total(MemoryFidelity.Transaction), Is.EqualTo(Total(MemoryFidelity.Message)).Within(1).Percent);
    }

    [Test]
    public void Commands_give_DRAMs_energy_and_the_controllers_figures()
    {
        RunReport report = Make(MemoryFidelity.Transaction, DramFidelity.Command).Build().Run(ModelZoo.Create("tutorial", Backends.Smv), new RunOptions { RecordStatistics = true }).Report;
        ComponentEnergy dram = report.Components.Single(c => c.Component == "DRAM");
        ComponentEnergy coarse = Make(MemoryFidelity.Transaction, DramFidelity.Transaction).Build().Run(ModelZoo.Create("tutorial", Backends.Smv)).Report.Components.Single(c => c.Component == "DRAM");
        double reads = report.Statistics.Sum(i => i.Values.Single(v => v.Name == "system.mem_ctrls.bytesReadDRAM").Value);
        Assert.Multiple(() =>
        {
            Assert.That(dram.Dynamic.Picojoules, Is.EqualTo(coarse.Dynamic.Picojoules).Within(60).Percent);
            Assert.That(dram.Static.Picojoules, Is.GreaterThan(0));
            Assert.That(reads, Is.EqualTo(report.Traffic.MemoryReadBytes).Within(2).Percent);
            Assert.That(report.Notes, Has.None.Contains("DRAM"));
        });
    }

    [Test]
    public void Without_currents_a_note_says_that_DRAMs_energy_is_missing()
    {
        RunReport report = Make(MemoryFidelity.Transaction, DramFidelity.Command).Configure(c => c with { Memory = c.Memory with { CommandDram = new() } })
            .Build().Run(ModelZoo.Create("minerva", Backends.Smv)).Report;
        Assert.That(report.Notes, Has.Some.StartsWith($"DRAM {Preset} has no currents"));
    }

    [Test]
    public void Policies_of_ones_own_schedule_the_commands_of_an_SoC()
    {
        var oldest = new Oldest();
        var memory = new DramConfiguration { Preset = DramPresets.Get(Preset), Scheduler = oldest };
        Smaug.Soc soc = new SocBuilder().WithMemory(MemoryFidelity.Transaction).WithDram(new CommandDram(memory)).Configure(c => c with { Memory = c.Memory with { Capacity = 1.Gibibytes() } }).Build();
        soc.Run(ModelZoo.Create("tutorial", Backends.Smv));
        Assert.That(oldest.Calls, Is.GreaterThan(1000));
    }

    [Test]
    public void Configuration_survives_its_file()
    {
        SocConfiguration soc = Make(MemoryFidelity.Transaction, DramFidelity.Command).Configure(c => c with
        {
            Memory = c.Memory with
            {
                CommandDram = c.Memory.CommandDram with { Rules = DramRules.Ramulator1, Channels = 2, Scheduler = "FCFS", InterleaveBytes = 256, BackendLatency = 5.Nanoseconds() },
                AnalyticalDram = new AnalyticalDramConfiguration { BytesPerNanosecond = 3, ReadLatency = 50.Nanoseconds() },
            },
        }).Build().Configuration;
        Assert.That(SocConfigurationJson.Read(SocConfigurationJson.Write(soc)), Is.EqualTo(soc));
    }

    [Test]
    public void What_a_level_does_not_use_is_told()
    {
        RunReport report = new SocBuilder().WithMemory(MemoryFidelity.Transaction).Configure(c => c with
        {
            Memory = c.Memory with { CommandDram = new CommandDramConfiguration { Channels = 2 }, AnalyticalDram = new AnalyticalDramConfiguration { BytesPerNanosecond = 3 } },
        }).Build().Run(ModelZoo.Create("minerva", Backends.Smv)).Report;
        Assert.That(report.Notes, Has.Some.StartsWith("Memory.CommandDram has no effect").And.Some.StartsWith("Memory.AnalyticalDram has no effect"));
    }

    [TestCase("""{ "dramFidelity": "Command" }""", "Memory.DramFidelity = Command with Memory.Fidelity = Analytical", "--memory transaction")]
    [TestCase("""{ "fidelity": "Transaction", "dramFidelity": "Command" }""", "Memory.Dram = LPDDR4_3200_2x16: a class of the transaction level", "--dram-preset")]
    [TestCase("""{ "fidelity": "Transaction", "dram": "DDR4_2400R_8Gb_x8" }""", "Memory.Dram = DDR4_2400R_8Gb_x8: must be one of", "--dram command")]
    [TestCase("""{ "fidelity": "Message", "dramFidelity": "Command", "dram": "LPDDR4_3200_8Gb_x16" }""", "Memory.Capacity = 4 GiB: LPDDR4_3200_8Gb_x16 with 1 channel(s) and 1 rank(s) holds", "more channels")]
    [TestCase("""{ "fidelity": "Message", "dramFidelity": "Command", "dram": "DDR9" }""", "DRAM preset 'DDR9'", "SPEED_ORGANISATION")]
    [TestCase("""{ "fidelity": "Message", "dramFidelity": "Command", "dram": "DDR4_2400R_8Gb_x8", "commandDram": { "scheduler": "Best" } }""", "Memory.CommandDram: DRAM scheduler 'Best'", "FRFCFS")]
    [TestCase("""{ "fidelity": "Message", "dramFidelity": "Command", "dram": "DDR4_2400R_8Gb_x8", "commandDram": { "currents": "DDR9" } }""", "Memory.CommandDram.Currents = DDR9", "DDR4_2400_8x8")]
    [TestCase("""{ "fidelity": "Message", "dramFidelity": "Command", "dram": "DDR4_2400R_8Gb_x8", "commandDram": { "interleaveBytes": 100 } }""", "Memory.CommandDram: DRAM channels that take turns every 100 bytes", "power of two")]
    [TestCase("""{ "fidelity": "Message", "dramFidelity": "Command", "dram": "DDR4_2400R_8Gb_x8", "commandDram": { "channels": 3 } }""", "DRAM DDR4_2400R_8Gb_x8: Channels = 3", "power of two")]
    [TestCase("""{ "fidelity": "Message", "dramFidelity": "Analytical", "analyticalDram": { "bytesPerNanosecond": 0 } }""", "Memory.AnalyticalDram.BytesPerNanosecond = 0", "at least 0.000001")]
    public void Combinations_that_cannot_be_are_refused_with_a_remedy(string memory, string message, string remedy) =>
        Assert.That(() => SocConfigurationJson.Read($$"""{ "memory": {{memory}} }"""), Throws.InstanceOf<ConfigurationException>().With.Message.StartsWith(message).And.Message.Contains(remedy));

    [Test]
    public void Command_line_chooses_the_level()
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:minerva", "--memory", "transaction", "--dram", "command", "--dram-preset", Preset, "--dram-channels", "2", "--dram-scheduler", "FRFCFS", "--dram-currents", "LPDDR4_3200_2x16", "--mem-size", "2GB");
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((0, run.Output)), run.Error);
        Assert.That(run.Output, Does.Contain("DRAM"));
    }

    [TestCase("--dram-mapping belongs to DRAM that is simulated command by command: give --dram command", "--memory", "transaction", "--dram-mapping", "RoBaRaCoCh")]
    [TestCase("--dram line: must be one of analytical, transaction, command", "--memory", "transaction", "--dram", "line")]
    public void Command_line_refuses_what_cannot_be(string message, params string[] arguments)
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run(["run", "zoo:minerva", .. arguments]);
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((2, run.Error)));
        Assert.That(run.Error, Does.Contain(message));
    }

    private sealed class Oldest : IRequestScheduler
    {
        public string Name => "Oldest";

        public long Calls { get; private set; }

        public int Select(ReadOnlySpan<SchedulerEntry> queue)
        {
            Calls++;
            return 0;
        }
    }
}
