using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Formats;
using Smaug.Core;
using Smaug.Core.Formats.Onnx;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Onnx;

/// <summary>Whole networks of ONNX's conformance data: their topologies, and their values where all operators can be represented.</summary>
[Category("Golden")]
[Category("Golden.Onnx")]
internal sealed class GoldenOnnxNetworkTests
{
    private static OnnxModel Read(string network) => OnnxFile.Read(GoldenData.Require("onnx", "light", $"light_{network}.onnx"));

    /// <summary>
    /// Layers (each of AlexNet's three grouped convolutions is two), and multiply-accumulates: AlexNet's with its 224 x 224 input without
    /// padding, ResNet-50's with the stride in the 3 x 3 windows; the others are within the digits that are published.
    /// </summary>
    [TestCase("bvlc_alexnet", 2 + 3 * 2 + 3, 595_938_432 + 58_621_952)]
    [TestCase("inception_v1", 57 + 1, 1_431_556_352)]
    [TestCase("resnet50", 53 + 1, 4_089_184_256)]
    [TestCase("squeezenet", 26, 349_151_936)]
    [TestCase("vgg19", 16 + 3, 19_632_062_464)]
    public void A_network_becomes_a_topology(string network, int layers, long multiplyAccumulates)
    {
        List<string> notes = [];
        SystolicTopology topology = TopologyConversion.FromOnnx(Read(network), notes);
        topology.Validate();
        Assert.That(topology.Layers, Has.Length.EqualTo(layers));
        Assert.That(topology.MultiplyAccumulates, Is.EqualTo(multiplyAccumulates));
        Assert.That(notes, Is.Empty);
        Snapshot.Matches(TopologyFile.Format(topology), $"{nameof(GoldenOnnxNetworkTests)}.{network}");
    }

    [Test]
    public void Layers_of_vgg19_are_those_of_the_paper()
    {
        (int Size, int Channels, int Filters)[] convolutions =
        [
            (224, 3, 64), (224, 64, 64), (112, 64, 128), (112, 128, 128), (56, 128, 256), (56, 256, 256), (56, 256, 256), (56, 256, 256),
            (28, 256, 512), (28, 512, 512), (28, 512, 512), (28, 512, 512), (14, 512, 512), (14, 512, 512), (14, 512, 512), (14, 512, 512),
        ];
        (int Depth, int Neurons)[] products = [(25088, 4096), (4096, 4096), (4096, 1000)];
        SystolicTopology topology = TopologyConversion.FromOnnx(Read("vgg19"));
        var expected = convolutions.Select(c => (c.Size + 2, c.Size + 2, 3, 3, c.Channels, c.Filters))
            .Concat(products.Select(p => (1, p.Depth, 1, p.Depth, 1, p.Neurons)));
        Assert.That(topology.Layers.Select(l => (l.IfmapHeight, l.IfmapWidth, l.FilterHeight, l.FilterWidth, l.Channels, l.Filters)), Is.EqualTo(expected));
    }

    [Test]
    public void Layers_of_resnet50_are_those_of_the_paper()
    {
        // As products: how wide the input is padded differs between tables of the network.
        static (long, long, long) Product(SystolicLayer layer) => (layer.OutputPixels, layer.Filters, layer.WindowSize);
        (long, long, long)[] found = [.. TopologyConversion.FromOnnx(Read("resnet50")).Layers.Select(Product)];
        (int Filters, int Size, int Blocks)[] stages = [(64, 56, 3), (128, 28, 4), (256, 14, 6), (512, 7, 3)];
        List<(long, long, long)> expected = [(112 * 112, 64, 147), (1, 1000, 2048)];
        int channels = 64;
        foreach ((int filters, int size, int blocks) in stages)
        {
            long pixels = size * size;
            for (int block = 0; block < blocks; block++)
            {
                expected.Add((channels == 4 * filters || channels == 64 ? pixels : 4 * pixels, filters, channels));
                expected.Add((pixels, filters, 9 * filters));
                expected.Add((pixels, 4 * filters, filters));
                if (block == 0) expected.Add((pixels, 4 * filters, channels));
                channels = 4 * filters;
            }
        }

        Assert.That(found, Is.EquivalentTo(expected));
    }

    [TestCase("squeezenet")]
    [TestCase("resnet50")]
    [TestCase("vgg19")]
    public void The_imported_network_has_the_same_topology(string network)
    {
        OnnxModel model = Read(network);
        Graph graph = model.Import(Backends.Systolic).Graph;
        SystolicLayer Unnamed(SystolicLayer layer) => layer with { Name = "" };
        Assert.That(TopologyConversion.FromGraph(graph).Layers.Select(Unnamed), Is.EqualTo(TopologyConversion.FromOnnx(model).Layers.Select(Unnamed)));
    }

    [TestCase("squeezenet")]
    [TestCase("resnet50")]
    [TestCase("vgg19")]
    public void The_imported_network_gives_the_expected_values(string network)
    {
        OnnxModel model = Read(network);
        OnnxImport import = model.Import(Backends.Reference);
        TensorSpec input = import.Graph.Find(model.Inputs[0].Name)!.Inputs[0];
        int count = (int)input.Shape.Size;
        float[] pixels = [.. Enumerable.Range(0, count).Select(i => (float)i / count)];
        Tensor output = OnnxCase.Compute(import, import.Graph.WithValues(Tensor.FromSingles(input, pixels)))[0];
        OnnxCase.Compare(model.Outputs[0], output, OnnxCase.ReadTensor(GoldenData.Require("onnx", "light", $"light_{network}_output_0.pb")));
    }

    [TestCase("bvlc_alexnet")]
    [TestCase("inception_v1")]
    public void A_network_with_local_response_normalisation_is_refused_by_naming_it(string network)
    {
        ModelException error = Assert.Throws<ModelException>(() => Read(network).Import(Backends.Reference))!;
        Assert.That(error.Message, Does.Contain(": 2 of ").And.Contain("(LRN): Smaug has no such operator"));
    }
}
