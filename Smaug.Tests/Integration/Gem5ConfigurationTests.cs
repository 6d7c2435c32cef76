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
        Gem5Accelerator a = Gem5Configuration.Parse("""
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
            """).Accelerators.Single();
        Assert.That(a.SystolicArray, Is.Not.Null);
        Assert.That((a.SystolicArray!.Rows, a.SystolicArray.Columns, a.SystolicArray.FetchQueueLines), Is.EqualTo((8, 4, 32)));
    }

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
            Assert.That(options.Notes[0], Is.EqualTo("--cpu-clock has no effect: cores run at --sys-clock, as in the original script"));
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
