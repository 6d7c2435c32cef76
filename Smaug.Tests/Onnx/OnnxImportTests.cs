using System.Collections.Immutable;
using Google.Protobuf;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Formats.Onnx;
using Smaug.Core.Formats.Onnx.Protos;
using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Onnx;

/// <summary>ONNX models that become networks of Smaug's operators.</summary>
internal sealed class OnnxImportTests
{
    private static IEnumerable<BackendTraits> AllBackends => Backends.All;

    private static float[] Ramp(int count) => [.. Enumerable.Range(0, count).Select(i => (i * 7 % 11 - 5) / 8f)];

    private static float[] Run(OnnxTestModel model, BackendTraits backend, float[] input)
    {
        OnnxImport import = model.Read().Import(backend);
        Graph graph = import.Graph.WithValues(Tensor.FromSingles(import.Graph.Find("x")!.Inputs[0], input));
        return OnnxCase.Compute(import, graph)[0].ToSingles();
    }

    private static OnnxTestModel Network() => new OnnxTestModel()
        .Input("x", 1, 4, 9, 7)
        .Floats("w0", [6, 4, 3, 3], Ramp(216)).Floats("b0", [6], Ramp(6))
        .Floats("w1", [6, 1, 3, 3], Ramp(54)).Floats("w2", [4, 3, 2, 2], Ramp(48))
        .Floats("scale", [4], 1, 2, 3, 4).Floats("shift", [4], 0, 1, 0, 1).Floats("mean", [4], 0.5f, 0, 1, 0).Floats("variance", [4], 1, 4, 1, 2)
        .Floats("w3", [4, 5], Ramp(20)).Floats("b3", [5], Ramp(5))
        .Node("Conv", "x w0 b0", "c0", ("pads", new long[] { 1, 0, 2, 1 }), ("strides", new long[] { 2, 1 }))
        .Node("Relu", "c0", "r0")
        .Node("Conv", "r0 w1", "c1", ("pads", new long[] { 1, 1, 1, 1 }), ("group", 6))
        .Node("Tanh", "c1", "t1")
        .Node("Conv", "t1 w2", "c2", ("group", 2))
        .Node("BatchNormalization", "c2 scale shift mean variance", "n")
        .Node("Relu", "n", "r")
        .Node("MaxPool", "c2", "m", ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 1, 1, 1, 1 }))
        .Node("Add", "r m", "sum")
        .Node("GlobalAveragePool", "sum", "g")
        .Node("Flatten", "g", "f")
        .Node("Gemm", "f w3 b3", "logits")
        .Node("Softmax", "logits", "y")
        .Output("y");

    [TestCaseSource(nameof(AllBackends))]
    public void Every_backend_computes_the_same(BackendTraits backend)
    {
        float[] expected = Run(Network(), Backends.Reference, Ramp(252));
        float[] found = Run(Network(), backend, Ramp(252));
        Assert.That(expected.Sum(), Is.EqualTo(1).Within(1e-3));
        Assert.That(found, Is.EqualTo(expected).Within(backend.DataType == DataType.Float16 ? 0.01 : 1e-5));
    }

    [Test]
    public void A_convolution_with_asymmetric_pads_has_the_values_of_the_definition()
    {
        OnnxTestModel model = new OnnxTestModel().Input("x", 1, 1, 2, 3).Floats("w", [1, 1, 2, 2], 1, 10, 100, 1000)
            .Node("Conv", "x w", "y", ("pads", new long[] { 1, 0, 0, 1 })).Output("y");
        foreach (BackendTraits backend in new[] { Backends.Reference, Backends.Systolic })
        {
            // Rows: 0 0 0 | 1 2 3 | 4 5 6, each with a zero behind.
            Assert.That(Run(model, backend, [1, 2, 3, 4, 5, 6]), Is.EqualTo((float[])[2100, 3200, 300, 5421, 6532, 603]));
        }
    }

    [Test]
    public void A_border_of_a_maximum_is_lower_than_any_element()
    {
        OnnxTestModel model = new OnnxTestModel().Input("x", 1, 1, 1, 3).Node("MaxPool", "x", "y", ("kernel_shape", new long[] { 1, 3 }), ("pads", new long[] { 0, 1, 0, 1 })).Output("y");
        Assert.That(Run(model, Backends.Reference, [-3, -1, -2]), Is.EqualTo((float[])[-1, -1, -1]));
    }

    [Test]
    public void A_border_behind_a_relu_is_padding()
    {
        OnnxTestModel model = new OnnxTestModel().Input("x", 1, 1, 4, 4).Node("Relu", "x", "r")
            .Node("MaxPool", "r", "y", ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 })).Output("y");
        Graph graph = model.Read().Import(Backends.Reference).Graph;
        Assert.That(graph.Nodes.Select(n => n.Kind), Does.Contain(OperatorKind.Padding).And.Not.Contain(OperatorKind.Concat));
    }

    [Test]
    public void Activations_are_fused_where_nothing_lies_between()
    {
        Graph graph = Network().Read().Import(Backends.Smv).Graph;
        Assert.Multiple(() =>
        {
            Assert.That(graph.Find("batchnormalization5")!.Activation!.Kind, Is.EqualTo(OperatorKind.ReLU));
            Assert.That(graph.Find("conv2")!.Activation!.Kind, Is.EqualTo(OperatorKind.Tanh));
            Assert.That(graph.Find("conv0")!.Activation, Is.Null, "its bias lies between");
        });
    }

    [Test]
    public void Shapes_that_the_model_computes_are_constants()
    {
        // What exporters write for x.view(x.size(0), -1).
        OnnxTestModel model = new OnnxTestModel().Input("x", 2, 3, 4).Integers("zero", 0).Integers("rest", -1).Integers("axis", 0)
            .Node("Shape", "x", "shape").Node("Gather", "shape zero", "n1").Node("Squeeze", "n1 axis", "n").Node("Unsqueeze", "n axis", "n2")
            .Node("Concat", "n2 rest", "target", ("axis", 0)).Node("Reshape", "x target", "y").Output("y");
        OnnxModel read = model.Read();
        Assert.That(read.Outputs[0].Dimensions, Is.EqualTo((int[])[2, 12]));
        Assert.That(read.Import(Backends.Reference).Graph.Nodes.Select(n => n.Kind), Is.EqualTo((OperatorKind[])[OperatorKind.Data, OperatorKind.Reshape]));
    }

    [Test]
    public void Every_operator_that_cannot_be_represented_is_named_at_once()
    {
        OnnxTestModel model = new OnnxTestModel().Input("x", 1, 3, 8, 8).Input("z", 1, 3, 8, 8)
            .Node("Erf", "x", "a").Node("Relu", "a", "b").Node("Div", "b z", "c").Node("Einsum", "c", "d", ("equation", "abcd->a")).Node("Relu", "d", "e").Output("e").Output("c");
        ModelException error = Assert.Throws<ModelException>(() => model.Read().Import(Backends.Reference))!;
        Assert.That(error.Message, Is.EqualTo(
            "net.onnx: 3 of 5 nodes cannot be represented by Smaug's operators (shapes alone, for a topology, can still be used): "
            + "erf0 (Erf): Smaug has no such operator; "
            + "div2 (Div): its divisor 'z' is computed while the model runs; Smaug multiplies by the reciprocal of a constant; "
            + "einsum3 (Einsum): Smaug has no such operator"));
    }

    [Test]
    public void A_dilated_convolution_is_widened_and_noted()
    {
        OnnxTestModel model = new OnnxTestModel().Input("x", 1, 1, 1, 5).Floats("w", [1, 1, 1, 2], 1, 10).Node("Conv", "x w", "y", ("dilations", new long[] { 1, 3 })).Output("y");
        Assert.That(Run(model, Backends.Reference, [1, 2, 3, 4, 5]), Is.EqualTo((float[])[41, 52]));
        Assert.That(model.Read().Import(Backends.Reference).Notes, Has.One.Contains("dilated windows of 1 x 2 became windows of 1 x 4"));
    }

    [Test]
    public void A_fixed_input_is_a_constant()
    {
        OnnxTestModel model = new OnnxTestModel().Input("x", 2, 6).Input("shape", ElementType.Int64, 3).Node("Reshape", "x shape", "y").Output("y");
        Assert.That(() => model.Read().Import(Backends.Reference), Throws.TypeOf<ModelException>().With.Message.Contains("depends on values that are computed while the model runs"));
        Tensor shape = Tensor.FromValues<long>(new TensorSpec("shape", DataType.Int64, new TensorShape([3], DataLayout.N)), [3, 2, 2]);
        OnnxModel read = model.Read(new OnnxImportOptions { Constants = ImmutableDictionary<string, Tensor>.Empty.Add("shape", shape) });
        Assert.That(read.Inputs.Select(i => i.Name), Is.EqualTo((string[])["x"]));
        Assert.That(read.Outputs[0].Dimensions, Is.EqualTo((int[])[3, 2, 2]));
    }

    [TestCase(1, "0000803F000000C0")]
    [TestCase(10, "003C00C0")]
    [TestCase(11, "000000000000F03F00000000000000C0")]
    [TestCase(16, "803F00C0")]
    [TestCase(3, "01FE")]
    [TestCase(5, "0100FEFF")]
    [TestCase(6, "01000000FEFFFFFF")]
    [TestCase(7, "0100000000000000FEFFFFFFFFFFFFFF")]
    public void Raw_data_of_every_type_are_read(int type, string bytes)
    {
        var proto = new TensorProto { Name = "t", Dims = { 2 }, DataType = type, RawData = ByteString.CopyFrom(Convert.FromHexString(bytes)) };
        Assert.That(new TensorReader("t", null).Read(proto).Singles(), Is.EqualTo((float[])[1, -2]));
    }

    [TestCase(2, "01FE", 254f)]
    [TestCase(4, "0100FEFF", 65534f)]
    [TestCase(9, "0001", 1f)]
    public void Raw_data_of_unsigned_types_are_read(int type, string bytes, float last)
    {
        var proto = new TensorProto { Name = "t", Dims = { 2 }, DataType = type, RawData = ByteString.CopyFrom(Convert.FromHexString(bytes)) };
        Assert.That(new TensorReader("t", null).Read(proto).Singles()[1], Is.EqualTo(last));
    }

    [Test]
    public void Typed_data_are_read()
    {
        static float[] Read(TensorProto proto) => new TensorReader("t", null).Read(proto).Singles();
        Assert.Multiple(() =>
        {
            Assert.That(Read(new TensorProto { Dims = { 2 }, DataType = 1, FloatData = { 1, -2 } }), Is.EqualTo((float[])[1, -2]));
            Assert.That(Read(new TensorProto { Dims = { 2 }, DataType = 11, DoubleData = { 1, -2 } }), Is.EqualTo((float[])[1, -2]));
            Assert.That(Read(new TensorProto { Dims = { 2 }, DataType = 10, Int32Data = { 0x3C00, 0xC000 } }), Is.EqualTo((float[])[1, -2]));
            Assert.That(Read(new TensorProto { Dims = { 2 }, DataType = 3, Int32Data = { 1, -2 } }), Is.EqualTo((float[])[1, -2]));
            Assert.That(Read(new TensorProto { Dims = { 2 }, DataType = 7, Int64Data = { 1, -2 } }), Is.EqualTo((float[])[1, -2]));
            Assert.That(Read(new TensorProto { Dims = { 1 }, DataType = 12, Uint64Data = { 3 } }), Is.EqualTo((float[])[3]));
        });
    }
}
