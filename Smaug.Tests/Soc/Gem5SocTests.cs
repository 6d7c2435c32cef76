using Smaug.Accelerators.Systems.Gem5;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>The original's run-script options and accelerators' file on an SoC that runs networks.</summary>
public class Gem5SocTests
{
    private const string Accelerators = """
        [DEFAULT]
        memory_type = spad
        cycle_time = 2
        pipelined_dma = 0
        max_dma_requests = 8
        num_dma_channels = 4
        cacheline_flush_latency = 84
        invalidate_on_dma_store = False
        ignore_cache_flush = 1
        enable_acp = False
        dma_chunk_size = 64
        bench_name = out
        config_file_name = smv.cfg

        [acc0]
        accelerator_id = 3
        trace_file_name = trace0.gz

        [acc1]
        accelerator_id = 4
        trace_file_name = trace1.gz
        """;

    private static SocConfiguration Apply(List<string> notes, params (string Name, string? Value)[] options) => Gem5Soc.Apply(SocPresets.Tutorial with { Memory = SocPresets.Tutorial.Memory with { Fidelity = MemoryFidelity.Transaction } }, options, notes);

    [Test]
    public void Every_option_with_effect_sets_its_property()
    {
        List<string> notes = [];
        SocConfiguration soc = Apply(notes, ("--num-cpus", "4"), ("--cpu-type", "TimingSimpleCPU"), ("--sys-clock", "1.25GHz"), ("--cacheline_size", "64"), ("--l2_size", "1MB"),
            ("--l1d_size", "32kB"), ("--l2_assoc", "8"), ("--l1d_assoc", "4"), ("--num-l2caches", "2"), ("--ruby-clock", "1GHz"), ("--router-latency", "2"), ("--link-latency", "3"), ("--link-width-bits", "64"), ("--mem-type", "DDR4_2400_8x8"), ("--mem-size", "1GB"), ("--mem-ranks", "1"), ("--ruby", null), ("-m", "1"), ("--abs-max-tick", "1"), ("--rel-max-tick", "1"));
        Assert.Multiple(() =>
        {
            Assert.That((soc.Cpu.Cores, soc.Cpu.Model, soc.Cpu.Frequency.Gigahertz), Is.EqualTo((4, CpuModelKind.InOrder, 1.25)));
            Assert.That((soc.Memory.LineBytes, soc.Memory.CacheSize, soc.Memory.Capacity, soc.Memory.Dram, soc.Memory.DramRanks), Is.EqualTo((64, 1.Mebibytes(), 1.Gibibytes(), "DDR4_2400_8x8", 1)));
            Assert.That(soc.Memory.Caches, Is.EqualTo(new CacheConfiguration { L1DataSize = 32.Kibibytes(), L1DataWays = 4, LastLevelWays = 8, LastLevelBanks = 2, Frequency = 1.Gigahertz() }));
            Assert.That(soc.Memory.Coherence, Is.EqualTo(new CoherenceConfiguration { RouterCycles = 2, LinkCycles = 3, LinkBytesPerCycle = 8 }));
            Assert.That(notes, Is.Empty);
            Assert.That(Gem5Option.All.Where(o => o.HasEffect).Select(o => o.Name), Is.SubsetOf(new[]
            {
                "--num-cpus", "-n", "--cpu-type", "--sys-clock", "--cacheline_size", "--l2_size", "--l1d_size", "--l2_assoc", "--l1d_assoc", "--num-l2caches", "--ruby-clock", "--router-latency", "--link-latency", "--link-width-bits", "--mem-type", "--mem-size", "--mem-ranks", "--ruby",
                "-m", "--abs-max-tick", "--rel-max-tick",
            }.Concat(Gem5Option.All.Where(o => o.NeedsClassic).Select(o => o.Name))), "an option with effect that this test does not set");
        });
    }

    [TestCase("DerivO3CPU", CpuModelKind.OutOfOrder, 0)]
    [TestCase("TimingSimpleCPU", CpuModelKind.InOrder, 0)]
    [TestCase("AtomicSimpleCPU", CpuModelKind.Instant, 1)]
    [TestCase("instant", CpuModelKind.Instant, 0)]
    public void Kinds_of_core_go_by_the_names_of_the_original_or_ours(string name, CpuModelKind kind, double cycles)
    {
        CpuConfiguration cpu = Apply([], ("--cpu-type", name)).Cpu;
        Assert.That((cpu.Model, cpu.Instant.CyclesPerInstruction), Is.EqualTo((kind, cycles)));
    }

    [Test]
    public void Options_without_effect_say_so_and_why()
    {
        List<string> notes = [];
        Assert.That(Apply(notes, ("--cpu-clock", "2.5GHz"), ("--l2_hit_latency", "20"), ("--ruby", null), ("--caches", null)), Is.EqualTo(Apply([])));
        Assert.That(notes, Has.Count.EqualTo(3));
        Assert.That(notes[0], Is.EqualTo("--cpu-clock has no effect: cores run at --sys-clock, as in the original script; give that, or --soc tutorial-2.5GHz"));
        Assert.That(notes[1], Does.StartWith("--l2_hit_latency has no effect: it belongs to the classic memory system"));
    }

    [Test]
    public void Caches_without_ruby_are_the_classic_memory_system_and_its_options_count()
    {
        List<string> notes = [];
        HostMemoryConfiguration memory = Apply(notes, ("--caches", null), ("--l2cache", null), ("--l1d_hit_latency", "3"), ("--l2_hit_latency", "12"), ("--xbar_width", "32"),
            ("--enable_prefetchers", null), ("--prefetcher-type", "stride"), ("--l1d_size", "32kB"), ("--l2_assoc", "8")).Memory;
        Assert.Multiple(() =>
        {
            Assert.That(memory.Fidelity, Is.EqualTo(MemoryFidelity.Classic));
            Assert.That(memory.Classic, Is.EqualTo(new ClassicMemoryConfiguration { L1DataCycles = 3, L2Cycles = 12, CrossbarBytes = 32, Prefetcher = Smaug.Memory.Caches.PrefetcherKind.Stride }));
            Assert.That((memory.Caches.L1DataSize, memory.Caches.LastLevelWays), Is.EqualTo((32.Kibibytes(), 8)));
            Assert.That(notes, Is.Empty);
            Assert.That(Apply([], ("--enable_prefetchers", null), ("--caches", null)).Memory.Classic,
                Is.EqualTo(new ClassicMemoryConfiguration { HasL2 = false, Prefetcher = Smaug.Memory.Caches.PrefetcherKind.Tagged }));
        });
    }

    [Test]
    public void The_classic_memory_system_says_which_options_it_ignores()
    {
        List<string> notes = [];
        Apply(notes, ("--l2cache", null), ("--l1d_size", "32kB"), ("--num-l2caches", "2"), ("--ruby-clock", "1GHz"), ("--prefetcher-type", "tagged"), ("--mem-channels", "2"));
        Assert.That(notes, Is.EqualTo(new[]
        {
            "--l1d_size has no effect: the classic memory system has no data caches without --caches",
            "--num-l2caches has no effect: the second level of the classic memory system has one bank",
            "--ruby-clock has no effect: the classic memory system runs at --sys-clock",
            "--prefetcher-type has no effect: there are no prefetchers without --enable_prefetchers",
        }));
        Assert.That(() => Apply([], ("--caches", null), ("--enable_prefetchers", null), ("--prefetcher-type", "ghb")), Throws.TypeOf<ConfigurationException>().With.Message.Contains("must be tagged or stride"));
    }

    [Test]
    public void A_memory_system_that_was_asked_for_by_name_stays()
    {
        List<string> notes = [];
        SocConfiguration classic = SocPresets.Tutorial with { Memory = SocPresets.Tutorial.Memory with { Fidelity = MemoryFidelity.Classic } };
        Assert.Multiple(() =>
        {
            Assert.That(Gem5Soc.Apply(SocPresets.Tutorial, [("--caches", null)], notes, MemoryFidelity.Analytical), Is.EqualTo(SocPresets.Tutorial));
            Assert.That(notes, Is.EqualTo(new[] { "--caches has no effect: it belongs to the classic memory system; networks run on the directory memory system (--ruby)" }));
            Assert.That(Gem5Soc.Apply(classic, [("--ruby", null)], notes).Memory.Fidelity, Is.EqualTo(MemoryFidelity.Message));
            Assert.That(Gem5Soc.Apply(classic, [("--ruby", null)], notes, MemoryFidelity.Classic), Is.EqualTo(classic));
            Assert.That(notes, Has.Count.EqualTo(2).And.Some.EqualTo("--ruby has no effect: the classic memory system was chosen"));
        });
    }

    [Test]
    public void The_analytical_model_says_which_options_it_ignores()
    {
        List<string> notes = [];
        SocConfiguration soc = Gem5Soc.Apply(SocPresets.Tutorial, [("--mem-type", "DDR4_2400_8x8"), ("--l2_size", "1MB")], notes);
        Assert.That(notes, Is.Empty);
        Assert.That(new SocBuilder(soc).Build().Run(ModelZoo.Create("minerva", Backends.Smv)).Report.Notes,
            Is.EqualTo(new[] { "Memory.Dram (--mem-type) has no effect on times of the analytical memory model: it counts with --memory transaction" }));
    }

    [Test]
    public void Recordings_that_are_not_made_are_told_with_what_there_is()
    {
        List<string> notes = [];
        Apply(notes, ("--record-dram-traffic", null));
        Assert.That(notes, Is.EqualTo(new[] { "--record-dram-traffic has no effect: no file of DRAM's traffic is written; statistics (--stats) count it, and 'smaug dram TRACE --requests FILE' writes that of a DRAM trace" }));
        string file = Accelerators.Replace("dma_chunk_size = 64", "record_memory_trace = 1", StringComparison.Ordinal);
        Assert.That(Gem5Configuration.Parse(file, "gem5.cfg").Notes, Has.Some.EqualTo("gem5.cfg(11): [DEFAULT] record_memory_trace has no effect: no trace of accesses is written; statistics (--stats) count them"));
    }

    [Test]
    public void What_the_note_on_the_cores_clock_names_sets_it() =>
        Assert.That((Apply([], ("--sys-clock", "2.5GHz")).Cpu, SocPresets.TutorialNominal.Cpu.Frequency), Is.EqualTo((SocPresets.TutorialNominal.Cpu, 2.5.Gigahertz())));

    [Test]
    public void Names_of_options_are_distinct() => Assert.That(Gem5Option.All.Select(o => o.Name), Is.Unique);

    [TestCase("--cpu-type", "Pentium", "must be one of DerivO3CPU, TimingSimpleCPU, AtomicSimpleCPU, out-of-order, in-order, instant")]
    [TestCase("--mem-type", "SDR", "must be one of DDR3_1600_8x8")]
    [TestCase("--l2_size", "big", "must be a size above 0 such as 2MB")]
    [TestCase("--sys-clock", "fast", "must be a frequency")]
    [TestCase("--num-cpus", "0", "must be a whole number, at least 1")]
    [TestCase("--abs-max-tick", "-1", "must be a whole number of ticks of 1 ps, at least 1")]
    [TestCase("--link-width-bits", "100", "must be whole bytes: a multiple of 8")]
    [TestCase("--link-latency", "0", "must be a whole number, at least 1")]
    [TestCase("--colour", "red", "is not one of the run script's; those with effect are --num-cpus")]
    public void Wrong_values_are_one_error_that_lists_what_there_is(string name, string value, string message) =>
        Assert.That(() => (Apply([], (name, value)), Gem5Soc.MaximumTime([(name, value)])), Throws.TypeOf<ConfigurationException>().With.Message.Contains(message));

    [Test]
    public void Accelerators_come_from_their_file()
    {
        List<string> notes = [];
        AcceleratorConfiguration pool = Gem5Soc.Apply(SocPresets.Tutorial, Gem5Configuration.Parse(Accelerators, "gem5.cfg"), notes).Accelerators;
        Assert.That(pool, Is.EqualTo(SocPresets.Tutorial.Accelerators with
        {
            Count = 2,
            Frequency = 500.Megahertz(),
            FlushPerLine = 84.Nanoseconds(),
            IgnoreCacheFlush = true,
            PipelinedDma = false,
            InvalidateOnStore = false,
            MaxDmaRequests = 8,
            DmaChannels = 4,
            HasCoherencyPort = false,
        }));
        Assert.That(notes, Has.Some.EqualTo("gem5.cfg(11): [DEFAULT] dma_chunk_size has no effect: packets are cache lines"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Systolic_array_of_the_file_runs_convolutions_on_request_only(bool useSystolicArray)
    {
        const string array = """

            [array]
            accelerator_type = systolic_array
            accelerator_id = 5
            pe_array_rows = 8
            pe_array_cols = 4
            data_type = float16
            sram_size = 32768
            line_size = 16
            fetch_queue_capacity = 16
            commit_queue_capacity = 32
            num_spad_banks = 8
            num_spad_ports = 1
            partition_type = cyclic

            """;
        List<string> notes = [];
        AcceleratorConfiguration pool = Gem5Soc.Apply(SocPresets.Tutorial, Gem5Configuration.Parse(Accelerators + array, "gem5.cfg"), notes, useSystolicArray).Accelerators;
        Assert.That(pool.Count, Is.EqualTo(2));
        Assert.That((pool.ConvolutionArray?.Columns, pool.ConvolutionArray?.FetchQueueLines), Is.EqualTo(useSystolicArray ? ((int?)4, (int?)16) : (null, null)));
        Assert.That(notes.Count(n => n.StartsWith("[array] has no effect", StringComparison.Ordinal)), Is.EqualTo(useSystolicArray ? 0 : 1));
    }

    [Test]
    public void Accelerators_that_differ_are_an_error() =>
        Assert.That(() => Gem5Soc.Apply(SocPresets.Tutorial, Gem5Configuration.Parse(Accelerators + "\nmax_dma_requests = 64\n"), []),
            Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("max_dma_requests is 8 in [acc0] and 64 in [acc1]: the accelerators of a pool must be equal"));

    [Test]
    public void Accelerators_without_a_coherency_port_cannot_use_it()
    {
        Smaug.Soc soc = new SocBuilder().Configure(c => c with { Accelerators = c.Accelerators with { HasCoherencyPort = false } }).Build();
        Assert.That(() => soc.Run(ModelZoo.Create("tutorial", Backends.Smv), new RunOptions { MemoryPolicy = Core.Graphs.MemoryPolicy.AllAcp }),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("no coherency port (enable_acp)"));
    }

    [Test]
    public void The_tutorials_command_line_runs_and_tells_what_had_no_effect()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Accelerators);
            Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", "--memory-policy=dma", "--num-cpus=1", "--mem-size=4GB", "--mem-type=LPDDR4_3200_2x16", "--cpu-clock=2.5GHz",
                "--cpu-type=DerivO3CPU", "--ruby", "--access-backing-store", "--l2_size=2097152", "--l2_assoc=16", "--cacheline_size=32", "--fast-forward=10000000000", $"--accel_cfg_file={file}");
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(run.Output, Does.Contain("2 accelerator(s) at 500").And.Contain("note: --cpu-clock has no effect").And.Contain("note: --fast-forward has no effect").And.Contain("dma_chunk_size has no effect"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void The_datapath_of_the_file_is_that_of_the_simulated_engine()
    {
        string folder = Directory.CreateTempSubdirectory("smaug-gem5-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "gem5.cfg"), Accelerators);
            string[] command = ["run", "zoo:tutorial", "--no-values", "--memory-policy=dma", "--engine-model=aladdin", "--sample-level=very_high", "--gem5-config", Path.Combine(folder, "gem5.cfg")];
            Assert.That(Infrastructure.Cli.Run(command).Error, Does.Contain("the datapath of [acc0] (config_file_name) not found"));
            File.WriteAllText(Path.Combine(folder, "smv.cfg"), "cycle_time,1\n");
            Assert.That(Infrastructure.Cli.Run(command).Error, Does.Contain("cycle_time is 2 in [acc0] and 1 in"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestCase("--mem-type=SDR", "option --mem-type = 'SDR': must be one of")]
    [TestCase("--gem5-config=nowhere.cfg", "nowhere.cfg: cannot read the accelerators' configuration")]
    public void Bad_options_end_with_one_line(string option, string message)
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", option);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error.TrimEnd(), Does.Contain(message).And.Not.Contain("\n"));
    }
}
