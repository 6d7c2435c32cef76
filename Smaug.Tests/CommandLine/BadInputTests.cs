using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Zoo;

namespace Smaug.Tests.CommandLine;

/// <summary>Bad input on the command line: one line that names place and remedy, exit status 2, nothing half-written.</summary>
internal sealed class BadInputTests
{
    private string _folder = "";

    [OneTimeSetUp]
    public void WriteFiles()
    {
        _folder = Directory.CreateTempSubdirectory("smaug-").FullName;
        Graph tutorial = ModelZoo.Create("tutorial", Backends.Smv);
        ModelFile.Write(tutorial, At("good.pbtxt"), At("good.pb"));
        string text = ModelFile.ToText(tutorial);
        WriteText("truncated.pbtxt", text[..(text.Length / 2)]);
        WriteText("empty.pbtxt", "");
        WriteText("garbled.pbtxt", text.Replace("op: Convolution3d", "op; Convolution3d", StringComparison.Ordinal));
        WriteText("unknown-op.pbtxt", text.Replace("op: Convolution3d", "op: Convolution4d", StringComparison.Ordinal));
        WriteText("zero.pbtxt", text.Replace("dims: 28", "dims: 0", StringComparison.Ordinal));
        WriteText("negative.pbtxt", text.Replace("dims: 28", "dims: -4", StringComparison.Ordinal));
        WriteText("4g.pbtxt", text.Replace("dims: 28", "dims: 4294967296", StringComparison.Ordinal));
        WriteText("mismatch.pbtxt", text.Replace("padding: SamePadding", "padding: ValidPadding", StringComparison.Ordinal));
        WriteText("cycle.pbtxt", ModelFile.ToText(new Graph("g", "Reference", MemoryPolicy.AllDma, [Relu("a", "b"), Relu("b", "a")])));
        WriteText("unknown-property.json", "{ \"x\": 1 }");
        WriteText("truncated.json", "{ \"name\": ");
        WriteText("wrong-type.json", "{ \"name\": [1] }");
        WriteText("array.json", "[]");
        WriteText("empty.json", "");
        var junk = new byte[3000];
        new Random(1).NextBytes(junk);
        File.WriteAllBytes(At("junk.pbtxt"), junk);
        File.WriteAllBytes(At("junk.pb"), junk);
        File.WriteAllBytes(At("empty.pb"), []);
        byte[] parameters = File.ReadAllBytes(At("good.pb"));
        File.WriteAllBytes(At("truncated.pb"), parameters[..(parameters.Length / 2)]);
        ModelFile.Write(ModelZoo.Create("minerva", Backends.Smv), At("other.pbtxt"));
        Directory.CreateDirectory(At("folder.pbtxt"));
        Directory.CreateDirectory(At("folder.json"));
    }

    [OneTimeTearDown]
    public void DeleteFiles() => Directory.Delete(_folder, recursive: true);

    [TestCase("missing.pbtxt", "not found")]
    [TestCase("folder.pbtxt", "not found")]
    [TestCase("empty.pbtxt", "the graph has no name")]
    [TestCase("junk.pbtxt", "junk.pbtxt(1,")]
    [TestCase("good.pb", "good.pb(")]
    [TestCase("truncated.pbtxt", "it was cut off")]
    [TestCase("garbled.pbtxt", "garbled.pbtxt(")]
    [TestCase("unknown-op.pbtxt", "'op' is one of")]
    [TestCase("zero.pbtxt", "every dimension must be at least 1")]
    [TestCase("negative.pbtxt", "every dimension must be at least 1")]
    [TestCase("4g.pbtxt", "'dims' is an integer from -2^31")]
    [TestCase("mismatch.pbtxt", "from its inputs")]
    [TestCase("cycle.pbtxt", "the graph has a cycle: a -> b -> a; operators must not depend on their own outputs")]
    public void Topologies(string file, string message)
    {
        foreach (string command in (string[])["run", "summary", "tile"]) AssertRefused([command, At(file)], file, message);
    }

    [TestCase("missing.pb", "not found")]
    [TestCase("folder.pbtxt", "not found")]
    [TestCase("empty.pb", "holds no parameters; give the file")]
    [TestCase("junk.pb", "not a SMAUG parameter file, or damaged: at byte")]
    [TestCase("good.pbtxt", "not a SMAUG parameter file, or damaged: at byte")]
    [TestCase("truncated.pb", "the file was cut off or garbled")]
    public void Parameters(string file, string message)
    {
        foreach (string command in (string[])["run", "summary", "tile"]) AssertRefused([command, At("good.pbtxt"), At(file)], file, message);
    }

    [Test]
    public void Parameters_of_another_network() => AssertRefused(["run", At("other.pbtxt"), At("good.pb")], "good.pb", "there are no values for tensor");

    [TestCase("missing.json", "not found")]
    [TestCase("folder.json", "not found")]
    [TestCase("empty.json", "empty.json(1,1)")]
    [TestCase("truncated.json", "truncated.json(1,")]
    [TestCase("unknown-property.json", "no such property; 'smaug soc show tutorial' prints those that it has")]
    [TestCase("wrong-type.json", "wrong-type.json(1,")]
    [TestCase("array.json", "array.json(1,")]
    public void Soc_files(string file, string message)
    {
        string error = AssertRefused(["run", "zoo:tutorial", "--soc", At(file)], file, message);
        Assert.That(error, Does.Not.Contain("Smaug.").And.Not.Contain(".NET").And.Not.Contain("System."));
    }

    [TestCase("zoo:tutorial", "--soc", "nowhere", "no SoC preset 'nowhere': use tutorial")]
    [TestCase("zoo:tutorial", "--backend", "TPU", "backend 'TPU': unknown; use")]
    [TestCase("zoo:nope", "--backend", "SMV", "zoo model 'nope': unknown; use one of tutorial")]
    [TestCase("", "--backend", "SMV", "MODEL '': must be zoo:NAME")]
    [TestCase("zoo:tutorial", "--num-accels", "0", "--num-accels 0: must be 1 to 8")]
    [TestCase("zoo:tutorial", "--num-accels", "9", "--num-accels 9: must be 1 to 8")]
    [TestCase("zoo:tutorial", "--num-accels", "abc", "--num-accels abc: must be a whole number")]
    [TestCase("zoo:tutorial", "--debug-level", "abc", "--debug-level abc: must be a whole number")]
    [TestCase("zoo:tutorial", "--sample-num", "0", "--sample-num 0: must be at least 1")]
    [TestCase("zoo:tutorial", "--sample-level", "x", "must be one of no, low")]
    [TestCase("zoo:tutorial", "--json", "", "--json '': name a file")]
    public void Values_of_options(string model, string option, string value, string message) => AssertRefused(["run", model, option, value], message);

    [TestCase("tile")]
    [TestCase("summary")]
    public void A_mistyped_option_is_not_taken_for_a_parameter_file(string command) => AssertRefused([command, "zoo:tutorial", "--bogus"], "Unrecognized option '--bogus'", $"see 'smaug {command} --help'");

    [TestCase("tile", "--scratchpad", "-5", "ScratchpadBytes = -5: must be 16 to")]
    [TestCase("tile", "--num-accels", "9", "must be 1 to 8")]
    public void Values_of_tiling_options(string command, string option, string value, string message) => AssertRefused([command, "zoo:tutorial", option, value], message);

    [TestCase("run", "--out", "good.pb", "is a file; name a folder")]
    [TestCase("run", "--json", "folder.json", "is a folder; name a file")]
    [TestCase("run", "--json", "good.pb/report.json", "is a file; name a folder")]
    [TestCase("tile", "--json", "folder.json", "is a folder; name a file")]
    public void Places_that_cannot_be_written_are_refused_before_the_run(string command, string option, string path, string message) =>
        AssertRefused([command, "zoo:tutorial", option, At(path)], option, message);

    [Test]
    public void A_report_makes_its_folder()
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", "--json", At("new/folder/report.json"));
        Assert.That((run.ExitCode, File.Exists(At("new/folder/report.json"))), Is.EqualTo((0, true)));
    }

    private static Node Relu(string name, string parent)
    {
        var shape = new TensorShape([1, 8], DataLayout.NC);
        return new Node
        {
            Name = name,
            Kind = OperatorKind.ReLU,
            Parents = [new NodeInput(parent, 0)],
            Inputs = [new TensorSpec($"{parent}/output0", DataType.Float32, shape)],
            Outputs = [new TensorSpec($"{name}/output0", DataType.Float32, shape)],
        };
    }

    private static string AssertRefused(string[] args, params string[] parts)
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run(args);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2), string.Join(' ', args));
            Assert.That(run.Output, Is.Empty, string.Join(' ', args));
            Assert.That(run.Error.TrimEnd('\r', '\n').Split('\n'), Has.Length.EqualTo(1), run.Error);
            foreach (string part in parts) Assert.That(run.Error, Does.StartWith("smaug: ").And.Contain(part));
        });
        return run.Error;
    }

    private string At(string file) => Path.Combine(_folder, file);

    private void WriteText(string file, string text) => File.WriteAllText(At(file), text);
}
