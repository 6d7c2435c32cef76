using Smaug.Core.Formats;
using Smaug.Tests.Infrastructure;
using Smaug.Zoo;

namespace Smaug.Tests.Zoo;

/// <summary>The commands <c>smaug zoo</c> and <c>smaug summary</c>, and how models are named on the command line.</summary>
internal sealed class ModelCommandTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("smaug-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Zoo_lists_every_network_with_its_size()
    {
        Infrastructure.Cli result = Infrastructure.Cli.Run("zoo");
        Assert.That(result.ExitCode, Is.Zero);
        Snapshot.Matches(result.Output);
    }

    [Test]
    public void Summary_prints_operators_and_totals()
    {
        Infrastructure.Cli result = Infrastructure.Cli.Run("summary", "zoo:tutorial");
        Assert.That(result.ExitCode, Is.Zero);
        Snapshot.Matches(result.Output);
    }

    [Test]
    public void Summary_reads_a_topology_file()
    {
        string path = Path.Combine(_folder, "net_topo.pbtxt");
        ModelFile.Write(ModelZoo.Create("minerva", Backends.Reference), path);
        Infrastructure.Cli result = Infrastructure.Cli.Run("summary", path);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Output, Does.Contain("mat_mul_3 (InnerProduct)").And.Contain("minerva for Reference"));
        });
    }

    [TestCase("zoo:nothing", "zoo model 'nothing': unknown; use one of tutorial")]
    [TestCase("lenet5", "network topology file not found; the zoo's network is called zoo:lenet5")]
    [TestCase("nowhere.pbtxt", "nowhere.pbtxt: network topology file not found")]
    public void A_model_that_is_not_there_is_bad_input(string model, string message)
    {
        Infrastructure.Cli result = Infrastructure.Cli.Run("summary", model);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error, Does.Contain(message));
            Assert.That(result.Error.Trim(), Does.Not.Contain("\n"));
        });
    }

    [Test]
    public void A_garbled_topology_is_bad_input_with_its_place()
    {
        string path = Path.Combine(_folder, "net_topo.pbtxt");
        File.WriteAllText(path, "name: \"net\"\nnodes {\n  op: Convolution5d\n}\n");
        Infrastructure.Cli result = Infrastructure.Cli.Run("summary", path);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error, Does.StartWith($"smaug: {path}(3,7): 'op' is one of UnknownOp, Convolution3d"));
            Assert.That(result.Error.Trim(), Does.Not.Contain("\n"));
        });
    }

    [Test]
    public void A_graph_is_dumped_on_request()
    {
        string before = Environment.CurrentDirectory;
        string path = "";
        try
        {
            Infrastructure.Cli result = Infrastructure.Cli.Run("summary", "zoo:tutorial", "--dump-graph");
            path = Path.Combine(before, "tutorial_dataflow_graph.dot");
            Assert.Multiple(() =>
            {
                Assert.That(result.Output, Does.Contain("Graph written to tutorial_dataflow_graph.dot"));
                Assert.That(File.ReadAllText(path), Does.StartWith("digraph G {"));
            });
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void An_unknown_backend_is_bad_input()
    {
        Infrastructure.Cli result = Infrastructure.Cli.Run("summary", "zoo:lenet5", "--backend", "TPU");
        Assert.That((result.ExitCode, result.Error.Trim()), Is.EqualTo((2, "smaug: backend 'TPU': unknown; use Reference, SMV, Systolic")));
    }

    [Test]
    public void A_parameter_file_that_is_not_there_is_bad_input()
    {
        Infrastructure.Cli result = Infrastructure.Cli.Run("summary", "zoo:lenet5", Path.Combine(_folder, "none.pb"));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error, Does.Contain("none.pb: network parameters file not found"));
        });
    }

    [Test]
    public void A_backend_that_contradicts_the_file_is_bad_input()
    {
        string path = Path.Combine(_folder, "net_topo.pbtxt");
        ModelFile.Write(ModelZoo.Create("minerva", Backends.Reference), path);
        Infrastructure.Cli result = Infrastructure.Cli.Run("summary", path, "--backend", "SMV");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error, Does.Contain("was built for Reference"));
        });
    }
}
