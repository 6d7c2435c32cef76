using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>What a configuration sets and the memory model does not read is told, whether it came from JSON, from C# or from the command line.</summary>
public class UnreadConfigurationTests
{
    private static string[] Notes(string json, Func<SocBuilder, SocBuilder>? change = null)
    {
        var builder = new SocBuilder(SocConfigurationJson.Read(json));
        return [.. (change?.Invoke(builder) ?? builder).Build().Run(ModelZoo.Create("minerva", Backends.Smv)).Report.Notes];
    }

    [TestCase("""{ "memory": { "caches": { "lastLevelBanks": 4 } } }""", "Memory.Caches.LastLevelBanks (--num-l2caches)")]
    [TestCase("""{ "memory": { "caches": { "lastLevelWays": 8 } } }""", "Memory.Caches.LastLevelWays (--l2_assoc)")]
    [TestCase("""{ "memory": { "caches": { "l1DataWays": 4 } } }""", "Memory.Caches.L1DataWays (--l1d_assoc)")]
    [TestCase("""{ "memory": { "caches": { "frequencyHertz": 1e9 } } }""", "Memory.Caches.Frequency (--ruby-clock)")]
    [TestCase("""{ "memory": { "coherence": { "linkCycles": 4 } } }""", "Memory.Coherence (--router-latency, --link-latency, --link-width-bits)")]
    [TestCase("""{ "memory": { "dram": "DDR4_2400_8x8" } }""", "Memory.Dram (--mem-type)")]
    [TestCase("""{ "memory": { "dramRanks": 2 } }""", "Memory.DramRanks (--mem-ranks)")]
    [TestCase("""{ "memory": { "capacityBytes": 1073741824 } }""", "Memory.Capacity (--mem-size)")]
    [TestCase("""{ "accelerators": { "dmaChannels": 4 } }""", "Accelerators.DmaChannels (num_dma_channels)")]
    public void Analytical_model_tells_what_it_does_not_read(string json, string name)
    {
        Assert.That(Notes(json), Is.EqualTo(new[] { $"{name} has no effect on times of the analytical memory model: it counts with --memory transaction" }));
        Assert.That(Notes(json, b => b.WithMemory(MemoryFidelity.Transaction)), Is.Empty);
        Assert.That(Notes(json, b => b.WithMemory(MemoryFidelity.Message)), Is.Empty);
    }

    [Test]
    public void Line_by_line_models_tell_which_times_they_do_not_read([Values(MemoryFidelity.Transaction, MemoryFidelity.Message)] MemoryFidelity fidelity)
    {
        const string Json = """{ "memory": { "dramRoundTripNanoseconds": 60, "portLineTimeNanoseconds": 2 } }""";
        Assert.That(Notes(Json, b => b.WithMemory(fidelity)), Is.EqualTo(new[]
        {
            "Memory.DramRoundTrip, Memory.PortLineTime have no effect on caches that are simulated line by line, whose parts make the times: they count with --memory analytical",
        }));
        Assert.That(Notes(Json), Is.Empty);
    }

    [Test]
    public void Without_messages_no_request_is_tried_again()
    {
        const string Json = """{ "memory": { "coherence": { "recycleCycles": 20 } } }""";
        Assert.That(Notes(Json, b => b.WithMemory(MemoryFidelity.Transaction)), Is.EqualTo(new[] { "Memory.Coherence.RecycleCycles has no effect on caches that are simulated without messages: it counts with --memory message" }));
        Assert.That(Notes(Json, b => b.WithMemory(MemoryFidelity.Message)), Is.Empty);
    }

    [TestCase("{ \"coherence\": { \"linkCycles\": 4 } }", "Memory.Coherence (--router-latency, --link-latency, --link-width-bits) has no effect on the classic memory system, which has crossbars: it counts with --memory transaction")]
    [TestCase("{ \"classic\": { \"prefetcher\": \"Tagged\", \"hasL1\": false } }", "Memory.Classic.Prefetcher (--enable_prefetchers) has no effect on cores without data caches: it counts with Memory.Classic.HasL1 (--caches)")]
    [TestCase("{ \"caches\": { \"l1DataSizeBytes\": 32768, \"l1DataWays\": 4 }, \"classic\": { \"l1DataCycles\": 4, \"hasL1\": false } }",
        "Memory.Caches.L1DataSize (--l1d_size), Memory.Caches.L1DataWays (--l1d_assoc), Memory.Classic.L1DataCycles (--l1d_hit_latency) have no effect on cores without data caches: they count with Memory.Classic.HasL1 (--caches)")]
    [TestCase("{ \"cacheSizeBytes\": 1048576, \"caches\": { \"lastLevelWays\": 8 }, \"classic\": { \"l2Cycles\": 4, \"hasL2\": false } }",
        "Memory.CacheSize (--l2_size), Memory.Caches.LastLevelWays (--l2_assoc), Memory.Classic.L2Cycles (--l2_hit_latency) have no effect on a memory system without a second level: they count with Memory.Classic.HasL2 (--l2cache)")]
    public void Classic_memory_system_tells_what_it_does_not_read(string memory, string note) =>
        Assert.That(Notes($"{{ \"memory\": {memory} }}", b => b.WithMemory(MemoryFidelity.Classic)), Is.EqualTo(new[] { note }));

    [Test]
    public void Latencies_of_the_classic_memory_system_have_no_effect_on_another([Values(MemoryFidelity.Analytical, MemoryFidelity.Transaction, MemoryFidelity.Message)] MemoryFidelity fidelity) =>
        Assert.That(Notes("{ \"memory\": { \"classic\": { \"l1DataCycles\": 4, \"l2Cycles\": 12 } } }", b => b.WithMemory(fidelity)), Is.EqualTo(new[]
        {
            "Memory.Classic.L1DataCycles (--l1d_hit_latency), Memory.Classic.L2Cycles (--l2_hit_latency) have no effect on the memory system in use: they count with --memory classic",
        }));

    [Test]
    public void DRAM_as_bandwidth_and_latency_has_no_ranks()
    {
        const string Json = "{ \"memory\": { \"dramRanks\": 4 } }", Note = "Memory.DramRanks (--mem-ranks) has no effect on times of DRAM as bandwidth and latency: it counts with --dram transaction";
        Assert.That(Notes(Json, b => b.WithMemory(MemoryFidelity.Transaction).WithDram(DramFidelity.Analytical)), Is.EqualTo(new[] { Note }));
        Assert.That(Notes(Json, b => b.WithMemory(MemoryFidelity.Transaction).WithDram(DramFidelity.Transaction)), Is.Empty);
    }

    [TestCase("Memory.Coherence (--router-latency, --link-latency, --link-width-bits) has no effect on the classic", "--memory=classic", "--link-latency=4")]
    [TestCase("--enable_prefetchers has no effect: the classic memory system has no data caches without --caches", "--l2cache", "--enable_prefetchers")]
    [TestCase("Memory.DramRanks (--mem-ranks) has no effect on times of DRAM as bandwidth", "--memory=transaction", "--dram=analytical", "--mem-ranks=4")]
    [TestCase("--mem-type has no effect: --dram-preset names the devices", "--memory=transaction", "--dram=command", "--dram-preset=DDR4_2400R_8Gb_x8", "--mem-type=DDR3_1600_8x8")]
    public void Command_tells_it_once(string note, params string[] options)
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run(["run", "zoo:minerva", "--no-values", .. options]);
        string[] notes = [.. run.Output.Split('\n').Where(l => l.StartsWith("note: ", StringComparison.Ordinal) && l.Contains("no effect", StringComparison.Ordinal))];
        Assert.That(notes, Has.Length.EqualTo(1), run.Output + run.Error);
        Assert.That(notes[0], Does.StartWith("note: " + note));
    }

    [Test]
    public void Defaults_have_no_notes([Values] MemoryFidelity fidelity) => Assert.That(Notes("{}", b => b.WithMemory(fidelity)), Is.Empty);

    [Test]
    public void Options_of_the_command_line_are_told_once()
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:minerva", "--no-values", "--l2_assoc=8", "--num-l2caches=4");
        Assert.That(run.Output.Split('\n').Count(l => l.Contains("--l2_assoc", StringComparison.Ordinal)), Is.EqualTo(1), run.Output);
        Assert.That(run.Output, Does.Contain("Memory.Caches.LastLevelWays (--l2_assoc), Memory.Caches.LastLevelBanks (--num-l2caches) have no effect on times of the analytical memory model: they count with --memory transaction"));
    }
}
