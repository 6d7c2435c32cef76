using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Modeling;

/// <summary>The examples of <c>docs/models.md</c>.</summary>
internal sealed class ModelsPageTests
{
    [Test]
    public void Residual_block_in_fluent_style()
    {
        Graph residual = Model.Build("residual", Backends.Smv, m =>
        {
            ModelTensor x = m.Input(1, 32, 32, 16);
            ModelTensor block = x
                .Convolution(16, (3, 3), padding: Padding.Same)
                .BatchNorm(Activations.ReLU)
                .Convolution(16, (3, 3), padding: Padding.Same)
                .BatchNorm();
            return x.Add(block).ReLU();
        });
        Assert.That(residual.Find("add")!.Parents, Is.EqualTo(new[] { new NodeInput("data", 0), new NodeInput("batch_norm_1", 0) }));
    }

    [Test]
    public void Functional_style_files_and_values()
    {
        var m = new ModelBuilder("net", Backends.Smv, new ModelOptions { MemoryPolicy = MemoryPolicy.AllAcp, Seed = 7 });
        ModelTensor x = m.Tensor([1, 10, 10, 3], DataLayout.NHWC, "input");
        ModelTensor kernels = m.Tensor([8, 3, 3, 3], DataLayout.NHWC, "conv0/kernels");
        ModelTensor y = m.Convolution(x, kernels, stride: (1, 1), Padding.Same, Activations.ReLU, name: "conv0");
        ModelTensor weights = m.Tensor([10, 200], DataLayout.NC, "fc/weights");
        m.MatMul(m.Flatten(m.MaxPool(y, (2, 2), (2, 2))), weights, name: "fc");
        Graph net = m.Build();

        string folder = Directory.CreateTempSubdirectory("smaug-").FullName;
        try
        {
            string topology = Path.Combine(folder, "net_topo.pbtxt");
            string parameters = Path.Combine(folder, "net_params.pb");
            ModelFile.Write(net, topology, parameters);
            Graph read = ModelFile.Read(topology, parameters);
            TensorSpec input = read.Find("data")!.Inputs[0];
            Graph withInput = read.WithValues(Tensor.FromSingles(input, new float[300]));
            Assert.Multiple(() =>
            {
                Assert.That(ModelFile.ToText(read), Is.EqualTo(ModelFile.ToText(net)));
                Assert.That(read.Parameters!.Find(input)!.ToSingles(), Is.EqualTo(net.Parameters!.Find(input)!.ToSingles()));
                Assert.That(withInput.Parameters!.Find(input)!.ToSingles(), Is.All.Zero);
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
