using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core;

namespace Smaug.Tests.Aladdin;

/// <summary><c>smaug trace</c>: the way from a kernel to an estimate, and what is said to words that mean nothing.</summary>
internal sealed class TraceCommandTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("trace").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Trace_and_datapath_give_an_estimate_as_they_are()
    {
        (string trace, string datapath, string name) = (In("mm.trace.gz"), In("smv.cfg"), In("mm"));
        Assert.That(Infrastructure.Cli.Run("trace", "mm", "M=1", "K=64", "N=8", "-o", trace, "--datapath", datapath).ExitCode, Is.Zero);
        Infrastructure.Cli estimate = Infrastructure.Cli.Run("aladdin", name, trace, datapath);
        Assert.That(estimate.ExitCode, Is.Zero, estimate.Error);
        long cycles = AladdinSimulator.Run(trace, SmvDatapath.Published).Sum(r => r.Cycles);
        Assert.That(File.ReadAllText(name + "_summary"), Does.Contain($"Cycle : {cycles} cycles"));
    }

    [TestCase("This kernel has no 'foo'", "mm", "M=1", "K=8", "N=8", "foo=3")]
    [TestCase("This kernel needs N=VALUE", "mm", "M=1", "K=8")]
    [TestCase("act=99 is no activation", "mm", "M=1", "K=8", "N=8", "act=99")]
    [TestCase("'N' is not KEY=VALUE", "mm", "M=1", "K=8", "N")]
    [TestCase("The kernel '3' is unknown", "3", "elements=8")]
    public void Words_that_mean_nothing_are_refused_and_no_file_is_left(string message, params string[] words)
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run(["trace", .. words, "-o", In("t.gz")]);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain(message));
        Assert.That(Directory.GetFiles(_folder), Is.Empty);
    }

    [Test]
    public void A_written_datapath_reads_back_as_it_was()
    {
        DatapathConfiguration written = SmvDatapath.Published with
        {
            CycleTimeNanoseconds = 2.5f,
            ReadyMode = true,
            GlobalPipelining = true,
            Arrays = [.. SmvDatapath.Published.Arrays, DatapathArray.Block("k", 256, 4, 2), new DatapathArray("c", ArrayMemory.Cache, ArrayPartitioning.None, 64, 0, 1), new DatapathArray("p", ArrayMemory.Acp, ArrayPartitioning.None, 0, 0, 1)],
        };
        DatapathConfiguration read = DatapathConfigurationFile.Parse(DatapathConfigurationFile.Format(written));
        Assert.Multiple(() =>
        {
            Assert.That(read.Arrays, Is.EqualTo(written.Arrays));
            Assert.That(read.Unrolling, Is.EquivalentTo(written.Unrolling));
            Assert.That(read.Pipelined, Is.EquivalentTo(written.Pipelined));
            Assert.That((read.CycleTimeNanoseconds, read.ScratchpadPorts, read.ReadyMode, read.GlobalPipelining), Is.EqualTo((2.5f, 1, true, true)));
        });
    }

    [TestCase("a,b", "comma")]
    [TestCase("incomplete", "'complete'")]
    public void A_name_that_the_format_misreads_is_refused(string name, string message) =>
        Assert.That(() => DatapathConfigurationFile.Format(new DatapathConfiguration { Arrays = [DatapathArray.Cyclic(name, 64, 4, 1)] }),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains(message));

    private string In(string name) => Path.Combine(_folder, name);
}
