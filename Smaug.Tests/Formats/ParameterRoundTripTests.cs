using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Formats;

internal sealed class ParameterRoundTripTests
{
    [TestCase(DataType.Float16)]
    [TestCase(DataType.Float32)]
    [TestCase(DataType.Float64)]
    [TestCase(DataType.Int32)]
    [TestCase(DataType.Int64)]
    [TestCase(DataType.Bool)]
    public void Every_element_type_is_written_and_read_back(DataType type)
    {
        var m = new ModelBuilder("net", Backends.Smv);
        m.Data(m.Tensor([3, 5], DataLayout.NC, "x", type));
        Graph graph = m.Build();
        using var stream = new MemoryStream();
        ParameterFile.Write(graph, stream);
        TensorSpec spec = graph.Nodes[0].Inputs[0];
        Tensor? read = new ParameterFile(stream.ToArray(), "p.pb").Find(spec);
        Assert.That(read!.Bytes.ToArray(), Is.EqualTo(graph.Parameters!.Find(spec)!.Bytes.ToArray()));
    }

    [Test]
    public void An_output_file_is_written_and_read_back()
    {
        string folder = Directory.CreateTempSubdirectory("smaug-").FullName;
        try
        {
            string path = Path.Combine(folder, "output.pb");
            Tensor tensor = Tensor.FromSingles(new TensorSpec("fc/output0", DataType.Float16, new TensorShape([1, 3], DataLayout.NC, 8)), [1, -2, 0.5f]);
            TensorFile.Write(tensor, path);
            Tensor read = TensorFile.Read(path);
            Assert.Multiple(() =>
            {
                Assert.That(read.Spec, Is.EqualTo(tensor.Spec));
                Assert.That(read.Shape.Alignment, Is.EqualTo(8));
                Assert.That(read.Bytes.ToArray(), Is.EqualTo(tensor.Bytes.ToArray()));
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
