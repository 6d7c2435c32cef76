using Smaug.Core;
using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;
using Smaug.Tests.Formats;
using Smaug.Tests.Infrastructure;
using Smaug.Zoo;

namespace Smaug.Tests.Zoo;

internal sealed class ModelZooTests
{
    private static IEnumerable<TestCaseData> GoldenModels()
    {
        (string Zoo, string File)[] models =
        [
            ("tutorial", "gem5aladdin/smaug/models/my_model_topo.pbtxt"),
            .. new[] { ("minerva", "minerva"), ("lenet5", "lenet5"), ("cnn", "cnn"), ("vgg16-cifar", "vgg"), ("elu", "elu"), ("elu-large", "large_elu"), ("resnet50", "resnet"), ("lstm", "lstm") }
                .SelectMany(m => new[] { "ref", "smv" }.Select(b => (m.Item1, $"smaug/models/{m.Item2}_{b}_topo.pbtxt"))),
        ];
        return models.Select(m => new TestCaseData(m.Zoo, m.File).SetArgDisplayNames(m.Zoo, m.File));
    }

    [Category("Golden")]
    [Category("Golden.SmaugGraphs")]
    [TestCaseSource(nameof(GoldenModels))]
    public void Zoo_network_is_the_golden_topology_but_for_its_name(string name, string file)
    {
        string text = File.ReadAllText(GoldenData.Require(file));
        string golden = $"name: \"{name}\"" + text[text.IndexOf('\n', StringComparison.Ordinal)..];
        Graph graph = ModelZoo.Create(name, Backends.Get(file.Contains("_ref_", StringComparison.Ordinal) ? "Reference" : "SMV"));
        string written = ModelFile.ToText(graph);
        Assert.That(written == golden, Is.True, () => GoldenModelFileTests.FirstDifference(golden, written));
    }

    [Test]
    public void Every_network_builds_for_every_backend(
        [ValueSource(nameof(Names))] string name, [Values("Reference", "SMV")] string backend)
    {
        Graph graph = ModelZoo.Create(name, Backends.Get(backend));
        Assert.That(() => GraphValidator.Validate(ModelFile.ReadText(ModelFile.ToText(graph))), Throws.Nothing);
    }

    // Published sizes: VGG-16 138.3 M parameters with biases (13,416 of them) and 15.5 G multiply-accumulates; MobileNet v1
    // 4.25 M with 1,000 biases, and 569 M.
    [TestCase("vgg16-imagenet", 138_344_128, 15_470_264_320)]
    [TestCase("mobilenet-v1", 4_253_864 - 1_000, 568_740_352)]
    [TestCase("tutorial", 288 + 62_720, 225_792 + 62_720)]
    public void Sizes_are_the_published_ones(string name, long parameters, long multiplyAccumulates)
    {
        Graph graph = ModelZoo.Create(name, Backends.Smv);
        Assert.Multiple(() =>
        {
            Assert.That(NodeMetrics.Parameters(graph), Is.EqualTo(parameters));
            Assert.That(NodeMetrics.MultiplyAccumulates(graph), Is.EqualTo(multiplyAccumulates));
        });
    }

    [Test]
    public void The_seed_decides_the_parameters()
    {
        static byte[] Weights(ulong seed)
        {
            Graph graph = ModelZoo.Create("lenet5", Backends.Smv, new ModelOptions { Seed = seed });
            TensorSpec weights = graph.Find("data_1")!.Inputs[0];
            return graph.Parameters!.Find(weights)!.Bytes.ToArray();
        }

        byte[] first = Weights(7);
        byte[] again = Weights(7);
        Assert.Multiple(() =>
        {
            Assert.That(again, Is.EqualTo(first));
            Assert.That(Weights(8), Is.Not.EqualTo(first));
        });
    }

    [Test]
    public void An_unknown_network_names_those_there_are() =>
        Assert.That(() => ModelZoo.Create("alexnet", Backends.Smv), Throws.TypeOf<ConfigurationException>().With.Message.Contains("resnet50"));

    private static IEnumerable<string> Names() => ModelZoo.Models.Select(m => m.Name);
}
