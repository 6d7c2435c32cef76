using Smaug.Accelerators.Systolic;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Formats.Onnx;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;
using Smaug.Zoo;

namespace Smaug.Tests.Onnx;

/// <summary>Networks written as ONNX models compute the same when they are read back.</summary>
internal sealed class OnnxExportTests
{
    private string _path = "";

    [SetUp]
    public void CreateFolder() => _path = Path.Combine(Directory.CreateTempSubdirectory("onnx").FullName, "net.onnx");

    [TearDown]
    public void DeleteFolder() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    private static readonly string[] s_backends = ["Reference", "SMV", "Systolic"];

    [Test]
    public void A_zoo_network_keeps_its_values([Values("minerva", "lenet5", "lstm")] string network, [ValueSource(nameof(s_backends))] string backend) =>
        KeepsItsValues(ModelZoo.Create(network, Backends.Get(backend)));

    [TestCaseSource(nameof(s_backends))]
    public void Every_kind_of_operator_keeps_its_values(string backend) => KeepsItsValues(Model.Build("net", Backends.Get(backend), m =>
    {
        ModelTensor x = m.Input(2, 9, 8, 4);
        ModelTensor a = x.Convolution(8, (3, 3), (2, 2), Padding.Same, Activations.SELU()).BatchNorm(Activations.HardTanh(-0.5f, 0.75f));
        ModelTensor b = x.DepthwiseConvolution((2, 4), (1, 2), Padding.Same, Activations.LReLU()).AveragePool((2, 1), (2, 1));
        bool last = m.Backend.ActivationLayout == DataLayout.NHWC;
        ModelTensor padded = last ? x.Pad([0, 0, 1, 2, 0, 1, 0, 0]) : m.Reorder(x, DataLayout.NCHW).Pad([0, 0, 0, 0, 1, 2, 0, 1]);
        ModelTensor c = padded.MaxPool((3, 3), (2, 2)).ELU(0.5f);
        ModelTensor rows = m.Concat([m.Flatten(a), m.Flatten(b), m.Flatten(c)], 1);
        IReadOnlyList<ModelTensor> halves = m.Split(rows, [10, rows.Shape[1] - 10], 1);
        ModelTensor sum = halves[1].Dense(12, Activations.Tanh, bias: true).Multiply(halves[0].Dense(12, Activations.Sigmoid));
        return sum.Dense(5).Softmax();
    }));

    [Test]
    public void A_topology_survives_the_way_over_a_network_and_a_file()
    {
        var topology = new SystolicTopology("net",
        [
            new SystolicLayer { Name = "a", IfmapHeight = 9, IfmapWidth = 11, FilterHeight = 3, FilterWidth = 3, Channels = 4, Filters = 5, RowStride = 2, ColumnStride = 2 },
            SystolicLayer.MatrixProduct("b", 7, 8, 9),
            new SystolicLayer { Name = "c", IfmapHeight = 5, IfmapWidth = 6, FilterHeight = 1, FilterWidth = 2, Channels = 1, Filters = 3 },
        ]);
        foreach (BackendTraits traits in Backends.All)
        {
            OnnxFile.Write(TopologyConversion.ToGraph(topology, traits), _path);
            Assert.That(TopologyConversion.FromOnnx(OnnxFile.Read(_path)).Layers, Is.EqualTo(topology.Layers), traits.Name);
        }
    }

    [Test]
    public void Operators_without_a_form_are_named()
    {
        var m = new ModelBuilder("net", Backends.Reference);
        ModelTensor x = m.Tensor([1, 4], DataLayout.NC, "x");
        ModelTensor choice = m.Tensor([1], DataLayout.N, "choice", DataType.Bool);
        (ModelTensor no, ModelTensor yes) = m.Switch(x, choice);
        m.Merge([no, yes]);
        Assert.That(() => OnnxFile.Write(m.Build(), _path), Throws.TypeOf<ModelException>().With.Message.EqualTo(
            "graph 'net': 2 operators have no form in ONNX: switch (Switch): ONNX has no dead tensors; merge (Merge): ONNX has no dead tensors"));
        Assert.That(File.Exists(_path), Is.False);
    }

    [Test]
    public void An_unknown_input_is_named() => Assert.That(
        () => OnnxFile.Write(ModelZoo.Create("minerva", Backends.Reference), _path, "pixels"),
        Throws.TypeOf<ModelException>().With.Message.Contains("no Data node is named 'pixels'; it has data"));

    private void KeepsItsValues(Graph graph)
    {
        OnnxFile.Write(graph, _path);
        OnnxModel model = OnnxFile.Read(_path);
        OnnxImport import = model.Import(Backends.Reference);
        Node input = graph.Nodes.First(n => n.Kind == OperatorKind.Data);
        Tensor values = graph.Parameters!.Find(input.Inputs[0])!;
        Tensor given = Tensor.FromSingles(import.Graph.Find(model.Inputs.Single().Name)!.Inputs[0], values.ToSingles());

        // The operator that runs last gives the network's result; others without readers are outputs of the model too.
        var backends = Backends.Create(graph.Backend);
        FunctionalResult expected = new FunctionalExecutor(Planner.Plan(graph, backends), backends).Run();
        int output = model.Outputs.ToList().FindIndex(o => o.Name == expected.Operator.Outputs[0].Name);
        float[] found = OnnxCase.Compute(import, import.Graph.WithValues(given))[output].ToSingles();
        Assert.That(found, Is.EqualTo(expected.Output!.ToSingles()).Within(expected.Output.Type == DataType.Float16 ? 0.01 : 1e-5));
    }
}
