using Smaug.Accelerators.Systems.Gem5;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Integration;

/// <summary>The configuration files and run-script options of the reference's experiments.</summary>
public class Gem5ConfigurationTests
{
    private const string Small = """
        [DEFAULT]
        cycle_time = 1
        memory_type = cache
        pipelined_dma = 1
        folder = traces
        # a comment
        dma_chunk_size = 64

        [acc0]
        accelerator_id = 3
        memory_type = spad ; overrides the default
        bench_name = %(folder)s/out
        trace_file_name = %(folder)s/trace.gz
        config_file_name = smv.cfg
        cache_size = 64kB
        colour = red
        """;

    [Test]
    public void SectionsOverrideDefaultsAndInterpolate()
    {
        Gem5Accelerator a = Gem5Configuration.Parse(Small).Accelerators.Single();
        Assert.Multiple(() =>
        {
            Assert.That(a.Name, Is.EqualTo("acc0"));
            Assert.That(a.Id, Is.EqualTo(3));
            Assert.That(a.UsesCache, Is.False);
            Assert.That(a.TracePath, Is.EqualTo("traces/trace.gz"));
            Assert.That(a.PipelinedDma, Is.True);
            Assert.That(a.CycleTimeNanoseconds, Is.EqualTo(1));
            Assert.That(a.FlushLatency, Is.EqualTo(12.Nanoseconds()));
        });
    }

    [Test]
    public void KeysWithoutEffectAreNotedWithTheirLine()
    {
        IReadOnlyList<string> notes = Gem5Configuration.Parse(Small, "gem5.cfg").Notes;
        Assert.That(notes, Is.EqualTo(new[]
        {
            "gem5.cfg(7): [DEFAULT] dma_chunk_size has no effect: packets are cache lines",
            "gem5.cfg(15): [acc0] cache_size has no effect: memory_type is spad",
            "gem5.cfg(16): [acc0] colour is not known and has no effect",
        }));
    }

    [TestCase("cycle_time = 1", "cycle_time = fast", "(2", "cycle_time = 'fast': must be a whole number, at least 1")]
    [TestCase("memory_type = spad", "memory_type = disk", "(11", "must be spad or cache")]
    [TestCase("pipelined_dma = 1", "pipelined_dma = maybe", "(4", "must be true or false")]
    [TestCase("%(folder)s/out", "%(nowhere)s/out", "(12", "there is no key 'nowhere'")]
    [TestCase("folder = traces", "folder = %(folder)s", "(5", "refer to each other")]
    [TestCase("accelerator_id = 3\n", "", "", "[acc0] has no accelerator_id")]
    [TestCase("[acc0]", "[acc0", "(9", "no closing ']'")]
    public void BadFilesAreReportedWithLine(string found, string replacement, string place, string message)
    {
        string text = Small.Replace("\r", "", StringComparison.Ordinal).Replace(found, replacement, StringComparison.Ordinal);
        Assert.That(() => Gem5Configuration.Parse(text, "gem5.cfg"),
            Throws.TypeOf<InputFormatException>().With.Message.Contains(message).And.Message.Contains(place));
    }

    [Test]
    public void TwoAcceleratorsWithOneIdAreAnError()
    {
        const string Other = "\n[acc1]\naccelerator_id = 3\nbench_name = b\ntrace_file_name = t\nconfig_file_name = c\n";
        Assert.That(() => Gem5Configuration.Parse(Small + Other), Throws.TypeOf<InputFormatException>().With.Message.Contains("different from that of [acc0]"));
    }

    [TestCase(1, 1000)]
    [TestCase(2, 2000)]
    [TestCase(3, 3003)]
    [TestCase(4, 4000)]
    [TestCase(5, 5000)]
    [TestCase(6, 5988)]
    [TestCase(8, 8000)]
    [TestCase(10, 10000)]
    public void ClocksAreRoundedAsInTheReference(int cycleTime, int picoseconds) =>
        Assert.That(new Gem5Accelerator { Name = "a", Id = 1, CycleTimeNanoseconds = cycleTime }.Frequency.PeriodPicoseconds, Is.EqualTo(picoseconds));

    [Test]
    public void SystolicSectionsAreRead()
    {
        Gem5Configuration file = Gem5Configuration.Parse("""
            [array]
            accelerator_type = systolic_array
            accelerator_id = 4
            pe_array_rows = 8
            pe_array_cols = 4
            data_type = float16
            sram_size = 32768
            line_size = 16
            fetch_queue_capacity = 32
            commit_queue_capacity = 32
            num_spad_banks = 8
            num_spad_ports = 1
            partition_type = cyclic
            """, "gem5.cfg");
        Gem5Accelerator a = file.Accelerators.Single();
        Assert.That(a.SystolicArray, Is.Not.Null);
        Assert.That((a.SystolicArray!.Rows, a.SystolicArray.Columns, a.SystolicArray.FetchQueueLines), Is.EqualTo((8, 4, 32)));
        Assert.That(file.Notes, Is.EqualTo(new[]
        {
            "gem5.cfg(10): [array] commit_queue_capacity has no effect: a full queue is only warned of in the original",
            "gem5.cfg(11): [array] num_spad_banks has no effect: a scratchpad's crossbar passes one request per cycle, so that banks never collide",
            "gem5.cfg(12): [array] num_spad_ports has no effect: a scratchpad's crossbar passes one request per cycle, so that banks never collide",
            "gem5.cfg(13): [array] partition_type has no effect: a scratchpad's crossbar passes one request per cycle, so that banks never collide",
        }));
    }

    // All keys of the reference's accelerator sections; those in the second list do nothing, there as here.
    [TestCase(false, "accelerator_type accelerator_id bench_name trace_file_name config_file_name memory_type cycle_time invalidate_on_dma_store max_dma_requests "
        + "cacheline_flush_latency pipelined_dma ignore_cache_flush num_dma_channels enable_acp acp_cache_size acp_cache_latency acp_cache_mshrs input_dir "
        + "cache_size cache_assoc cache_hit_latency cache_bandwidth tlb_entries tlb_assoc tlb_page_size tlb_hit_latency tlb_miss_latency tlb_max_outstanding_walks "
        + "tlb_bandwidth cacti_cache_config cacti_tlb_config")]
    [TestCase(true, "spad_ports ready_mode record_memory_trace cacheline_invalidate_latency dma_setup_overhead dma_chunk_size dma_multi_channel cache_queue_size "
        + "cache_line_sz is_perfect_tlb load_bandwidth load_queue_size store_bandwidth store_queue_size cacti_lq_config cacti_sq_config use_db experiment_name")]
    public void EveryKeyOfTheReferenceCountsOrIsNoted(bool noted, string keys)
    {
        foreach (string key in keys.Split(' '))
        {
            string text = Small.Replace("memory_type = spad", "memory_type = cache", StringComparison.Ordinal);
            if (!text.Contains($"\n{key} ", StringComparison.Ordinal)) text += $"\n{key} = {(key == "accelerator_type" ? "aladdin" : key.EndsWith("_size", StringComparison.Ordinal) ? "4096" : "1")}";
            IEnumerable<string> notes = Gem5Configuration.Parse(text, "gem5.cfg").Notes.Where(n => n.Contains($"] {key} ", StringComparison.Ordinal));
            Assert.That(notes.Any(n => n.Contains("has no effect: ", StringComparison.Ordinal)), Is.EqualTo(noted), key);
            Assert.That(notes.Any(n => n.Contains("is not known", StringComparison.Ordinal)), Is.False, key);
        }
    }

    [Test]
    public void EveryOptionOfTheRunScriptIsKnown()
    {
        const string Options = "--num-cpus -n --cpu-type --cpu-clock --sys-clock --ruby-clock --mem-type --mem-channels --mem-ranks --mem-size --enable-dram-powerdown --caches --l2cache "
            + "--l1i_size --l1d_size --l2_size --l3_size --l1i_assoc --l1d_assoc --l2_assoc --l1i_hit_latency --l1d_hit_latency --l2_hit_latency --cacheline_size --xbar_width "
            + "--enable_prefetchers --prefetcher-type --record-dram-traffic --ruby --access-backing-store --ports --num-dirs --num-l2caches --topology --network --link-latency "
            + "--router-latency --link-width-bits --vcs-per-vnet --recycle-latency --aladdin-debugger --enable-stats-dump-and-resume --fast-forward -c -o -e -i --output "
            + "--errout -m --abs-max-tick --rel-max-tick --maxtime -I --maxinsts --outdir --stats-db-file --debug-flags --sys-voltage";
        // The accelerators' file has an option of its own in 'smaug run', --gem5-config.
        Assert.That(Options.Split(' ').Except(Gem5Option.All.Select(o => o.Name)), Is.Empty);
    }

    [Test]
    public void AScratchpadBeyondTheAddressesOfTheArrayIsReportedWithLine() =>
        Assert.That(() => Gem5Configuration.Parse("""
            [array]
            accelerator_type = systolic_array
            accelerator_id = 4
            pe_array_rows = 8
            pe_array_cols = 4
            data_type = float16
            sram_size = 8GB
            line_size = 16
            fetch_queue_capacity = 32
            commit_queue_capacity = 32
            num_spad_banks = 8
            num_spad_ports = 1
            partition_type = cyclic
            """, "gem5.cfg"), Throws.TypeOf<InputFormatException>().With.Message.Contains("gem5.cfg(7").And.Message.Contains("sram_size = '8GB': must be at most 1 GB"));

    private static IEnumerable<TestCaseData> IntegrationFiles() => GoldenData.Cases("gem5aladdin/integration", folder =>
        Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Select(d => new TestCaseData(Path.Combine(d, "gem5.cfg")).SetArgDisplayNames(Path.GetFileName(d))));

    [TestCaseSource(nameof(IntegrationFiles))]
    [Category("Golden")]
    [Category("Golden.Soc")]
    public void FilesOfTheReferenceHaveNoUnknownKey(string path)
    {
        Gem5Configuration configuration = Gem5Configuration.Read(path);
        Assert.That(configuration.Accelerators, Is.Not.Empty);
        Assert.That(configuration.Accelerators.Select(a => File.Exists(a.TracePath)), Has.All.True);
        Assert.That(configuration.Notes.Where(n => n.Contains("not known", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void TheTutorialsCommandLineIsRead()
    {
        Gem5RunOptions options = Gem5CommandLine.Parse(
        [
            "--num-cpus=1", "--mem-size=4GB", "--mem-type=LPDDR4_3200_2x16", "--cpu-clock=2.5GHz", "--cpu-type=DerivO3CPU", "--ruby",
            "--access-backing-store", "--l2_size=2097152", "--l2_assoc=16", "--cacheline_size", "32", "--fast-forward=10000000000",
            "--accel_cfg_file=gem5.cfg",
        ]);
        Assert.Multiple(() =>
        {
            Assert.That((options.Ruby, options.LineBytes, options.L2Ways, options.AcceleratorFile), Is.EqualTo((true, 32, 16, "gem5.cfg")));
            Assert.That(options.L2Size, Is.EqualTo(2.Mebibytes()));
            Assert.That(options.MemorySize, Is.EqualTo(4.Gibibytes()));
            Assert.That(options.Notes, Has.Count.EqualTo(3));
            Assert.That(options.Notes[0], Is.EqualTo("--cpu-clock has no effect: cores run at --sys-clock, as in the original script; give that"));
        });
    }

    [TestCase("--mem-type=SDRAM", "must be one of")]
    [TestCase("--cacheline_size=big", "must be a whole number")]
    [TestCase("--colour=red", "is not one of the run script's")]
    [TestCase("--l2_size", "has no value")]
    [TestCase("--sys-clock=fast", "must be a frequency")]
    public void BadOptionsAreReported(string argument, string message) =>
        Assert.That(() => Gem5CommandLine.Parse([argument]), Throws.TypeOf<ConfigurationException>().With.Message.Contains(message));
}
