using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Formats;
using Smaug.Core;
using Smaug.Core.Formats;
using Smaug.Core.Formats.Onnx;
using Smaug.Tests.Infrastructure;
using Smaug.Zoo;

namespace Smaug.Tests.Onnx;

/// <summary>Topologies of ONNX models, and models in the place of topology files on the command line.</summary>
internal sealed class OnnxTopologyTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("onnx").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    private static OnnxTestModel Convolution(long[] weights, int images = 1, int group = 1) =>
        new OnnxTestModel().Input("x", images, 4, 10, 12).Input("w", [.. weights.Cast<object>()])
            .Node("Conv", "x w", "y", ("group", group), ("strides", new long[] { 2, 1 }), ("pads", new long[] { 1, 1, 1, 1 })).Output("y");

    [Test]
    public void Padding_becomes_part_of_the_ifmap()
    {
        SystolicLayer layer = TopologyConversion.FromOnnx(Convolution([8, 4, 3, 3]).Read()).Layers.Single();
        Assert.That(layer, Is.EqualTo(new SystolicLayer
        {
            Name = "conv0",
            IfmapHeight = 11,
            IfmapWidth = 14,
            FilterHeight = 3,
            FilterWidth = 3,
            Channels = 4,
            Filters = 8,
            RowStride = 2,
            ColumnStride = 1,
        }).Using<SystolicLayer>((a, b) => a with { IfmapHeight = 0 } == b with { IfmapHeight = 0 } && a.OutputHeight == b.OutputHeight));
        Assert.That((layer.OutputHeight, layer.OutputWidth), Is.EqualTo((5, 12)));
    }

    [TestCase(1, 4, 4, 1, "conv0Channel_3")]
    [TestCase(1, 2, 2, 2, "conv0Group_1")]
    [TestCase(3, 1, 3, 4, "conv0Group_2")]
    public void Groups_and_images_are_layers(int images, int group, int layers, int channels, string last)
    {
        SystolicTopology topology = TopologyConversion.FromOnnx(Convolution([4, 4 / group, 3, 3], images, group).Read());
        Assert.That(topology.Layers, Has.Length.EqualTo(layers));
        Assert.That(topology.Layers[^1].Name, Is.EqualTo(last));
        Assert.That((topology.Layers[0].Channels, topology.Layers[0].Filters), Is.EqualTo((channels, 4 / group)));
    }

    [Test]
    public void Matrix_products_are_rows_columns_and_depth()
    {
        OnnxTestModel model = new OnnxTestModel().Input("x", 2, 5, 6).Input("w", 6, 7).Input("k", 2, 7, 3)
            .Node("MatMul", "x w", "a").Node("MatMul", "a k", "y").Output("y");
        SystolicTopology topology = TopologyConversion.FromOnnx(model.Read());
        Assert.That(topology.Layers, Is.EqualTo((SystolicLayer[])
        [
            SystolicLayer.MatrixProduct("matmul0", 10, 7, 6), SystolicLayer.MatrixProduct("matmul1Product_0", 5, 3, 7), SystolicLayer.MatrixProduct("matmul1Product_1", 5, 3, 7),
        ]));
    }

    [Test]
    public void Operators_that_smaug_cannot_run_do_not_matter()
    {
        OnnxTestModel model = new OnnxTestModel().Input("x", 1, 4, 10, 12).Input("w", 8, 4, 3, 3).Input("t", 8, 2, 3, 3)
            .Node("LRN", "x", "a", ("size", 5)).Node("Erf", "a", "b").Node("Conv", "b w", "c").Node("ConvTranspose", "c t", "y").Output("y");
        List<string> notes = [];
        Assert.That(TopologyConversion.FromOnnx(model.Read(), notes).Layers, Has.Length.EqualTo(1));
        Assert.That(notes, Is.EqualTo((string[])["convtranspose3 (ConvTranspose): it multiplies, but has no layer in the topology"]));
    }

    [Test]
    public void An_unknown_shape_names_node_and_remedy()
    {
        OnnxTestModel model = new OnnxTestModel().Input("x", 1, 4, 10, 12).Input("w", 8, 4, 3, 3).Node("Mystery", "x", "a").Node("Conv", "a w", "y").Output("y");
        Assert.That(
            () => TopologyConversion.FromOnnx(model.Read()),
            Throws.TypeOf<InputFormatException>().With.Message.EqualTo("net.onnx: node 'conv1' (Conv): the shape of its input cannot be known: 'a' of unknown shape; run shape inference on the model before, so that its value_info holds the shapes"));
    }

    [Test]
    public void A_model_without_matrix_work_has_no_topology() => Assert.That(
        () => TopologyConversion.FromOnnx(new OnnxTestModel().Input("x", 1).Node("Relu", "x", "y").Output("y").Read()),
        Throws.TypeOf<ModelException>().With.Message.Contains("no convolution or matrix product"));

    [Test]
    public void A_written_topology_reads_back_whatever_its_names()
    {
        OnnxTestModel model = Convolution([8, 4, 3, 3]);
        model.Proto.Graph.Node[0].Name = "/DP/conv,1";
        SystolicTopology topology = TopologyConversion.FromOnnx(model.Read());
        SystolicTopology read = TopologyFile.Parse(TopologyFile.Format(topology), "net.csv").Topology;
        Assert.That(read.Layers.Single(), Is.EqualTo(topology.Layers[0] with { Name = "/D_P/conv_1" }));
    }

    [Test]
    public void Scalesim_takes_a_model_in_place_of_a_topology()
    {
        string model = SaveNetwork();
        string csv = Path.Combine(_folder, "net.csv");
        string configuration = Path.Combine(_folder, "run.cfg");
        File.WriteAllText(configuration, "[general]\nrun_name = r\n[architecture_presets]\nArrayHeight: 8\nArrayWidth: 8\nIfmapSramSzkB: 8\nFilterSramSzkB: 8\nOfmapSramSzkB: 8\nIfmapOffset: 0\nFilterOffset: 10000000\nOfmapOffset: 20000000\nDataflow: ws\nBandwidth: 10\n[run_presets]\nInterfaceBandwidth: CALC\n");
        Infrastructure.Cli written = Infrastructure.Cli.Run("topology", model, "--define", "batch=1", "--out", csv);
        Assert.That(written.Output, Does.StartWith("2 layers with "), written.Error);
        string[] reports = [.. ((string[])[model, csv]).Select((topology, i) =>
        {
            string folder = Path.Combine(_folder, $"out{i}");
            string[] define = i == 0 ? ["--define", "batch=1"] : [];
            Infrastructure.Cli run = Infrastructure.Cli.Run(["scalesim", "-c", configuration, "-t", topology, "-p", folder, "-q", .. define]);
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            return File.ReadAllText(Path.Combine(folder, "r", "COMPUTE_REPORT.csv"));
        })];
        Assert.That(reports[0], Is.EqualTo(reports[1]));
    }

    [Test]
    public void A_zoo_network_and_its_file_have_one_topology()
    {
        string path = Path.Combine(_folder, "lenet5_topo.pbtxt");
        ModelFile.Write(ModelZoo.Create("lenet5", Backends.Smv), path);
        Infrastructure.Cli zoo = Infrastructure.Cli.Run("topology", "zoo:lenet5");
        Infrastructure.Cli file = Infrastructure.Cli.Run("topology", path);
        Assert.That(zoo.Output.Split('\n'), Has.Length.EqualTo(1 + 4 + 1), zoo.Error);
        Assert.That(file.Output, Is.EqualTo(zoo.Output), file.Error);
    }

    [TestCase("Reference")]
    [TestCase("SMV")]
    [TestCase("Systolic")]
    public void Run_simulates_an_imported_model(string backend)
    {
        Infrastructure.Cli result = Infrastructure.Cli.Run("run", SaveNetwork(), "--define", "batch=1", "--backend", backend);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("conv0"));
    }

    [Test]
    public void Run_names_what_is_missing()
    {
        Infrastructure.Cli open = Infrastructure.Cli.Run("run", SaveNetwork());
        Infrastructure.Cli parameters = Infrastructure.Cli.Run("run", SaveNetwork(), "params.pb", "--define", "batch=1");
        Infrastructure.Cli zoo = Infrastructure.Cli.Run("run", "zoo:minerva", "--define", "batch=1");
        Assert.Multiple(() =>
        {
            Assert.That(open.Error, Does.Contain("--define batch=1"));
            Assert.That(parameters.Error, Does.Contain("an ONNX model holds its parameters"));
            Assert.That(zoo.Error, Does.Contain("zoo:minerva has no symbolic dimensions"));
            Assert.That((open.ExitCode, parameters.ExitCode, zoo.ExitCode), Is.EqualTo((2, 2, 2)));
        });
    }

    private string SaveNetwork()
    {
        string path = Path.Combine(_folder, "net.onnx");
        new OnnxTestModel().Input("x", "batch", 3, 8, 8)
            .Floats("w", [4, 3, 3, 3], [.. Enumerable.Range(0, 108).Select(i => i % 5 - 2f)]).Floats("b", [4], 1, 2, 3, 4).Floats("v", [10, 144], [.. Enumerable.Range(0, 1440).Select(i => i % 7 / 100f)])
            .Node("Conv", "x w b", "c").Node("Relu", "c", "r").Node("Flatten", "r", "f").Node("Gemm", "f v", "y", ("transB", 1)).Output("y").Save(path);
        return path;
    }
}
