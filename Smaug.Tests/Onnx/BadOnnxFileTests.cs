using System.Collections.Immutable;
using Google.Protobuf;
using Smaug.Core;
using Smaug.Core.Formats.Onnx;
using Smaug.Core.Formats.Onnx.Protos;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Onnx;

/// <summary>Damaged and hostile ONNX files: one clear error each, and nothing is allocated on their word.</summary>
internal sealed class BadOnnxFileTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("onnx").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    private static OnnxTestModel Valid() => new OnnxTestModel().Input("x", 1, 3, 8, 8).Floats("w", [2, 3, 1, 1], 1, 2, 3, 4, 5, 6).Node("Conv", "x w", "y").Output("y");

    private static void Refused(OnnxTestModel model, string message) =>
        Assert.That(() => model.Read(), Throws.TypeOf<InputFormatException>().With.Message.Contains(message).And.Message.StartsWith("net.onnx: "));

    [Test]
    public void A_missing_file_is_named() => Assert.That(() => OnnxFile.Read("nowhere.onnx"), Throws.TypeOf<InputFormatException>().With.Message.EqualTo("nowhere.onnx: ONNX model not found"));

    [Test]
    public void Every_truncation_is_refused_or_still_a_model()
    {
        byte[] content = Valid().Proto.ToByteArray();
        for (int length = 0; length < content.Length; length++)
        {
            try
            {
                OnnxFile.Read(new MemoryStream(content, 0, length), "cut.onnx");
            }
            catch (InputFormatException exception)
            {
                Assert.That(exception.Message, Does.StartWith("cut.onnx: "));
            }
        }
    }

    [Test]
    public void Bytes_that_are_no_model_are_refused()
    {
        var random = new Random(1);
        byte[] content = new byte[300];
        for (int i = 0; i < 500; i++)
        {
            random.NextBytes(content);
            Assert.That(() => OnnxFile.Read(new MemoryStream(content), "noise.onnx"), Throws.InstanceOf<SmaugException>());
        }
    }

    [Test]
    public void Changed_bytes_of_a_model_never_escape_the_error_types()
    {
        var random = new Random(2);
        byte[] content = Valid().Proto.ToByteArray();
        for (int i = 0; i < 2000; i++)
        {
            byte[] changed = [.. content];
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                OnnxModel model = OnnxFile.Read(new MemoryStream(changed), "changed.onnx");
                model.FindLayers();
                model.Import(Backends.Systolic);
            }
            catch (SmaugException)
            {
            }
        }
    }

    [Test]
    public void A_file_without_graph_is_no_model() => Assert.That(() => OnnxFile.Read(new MemoryStream(), "empty.onnx"), Throws.TypeOf<InputFormatException>().With.Message.Contains("it holds no graph"));

    [Test]
    public void A_cycle_names_a_node_of_it() =>
        Refused(new OnnxTestModel().Input("x", 1).Node("Add", "x b", "a").Node("Relu", "a", "b").Output("b"), "node 'add0' (Add): the graph has a cycle");

    [Test]
    public void A_tensor_from_nowhere_is_named() => Refused(new OnnxTestModel().Input("x", 1).Node("Add", "x ghost", "y").Output("y"), "node 'add0' (Add): input 1 'ghost' is made by no node");

    [Test]
    public void A_tensor_made_twice_is_named() => Refused(new OnnxTestModel().Input("x", 1).Node("Relu", "x", "y").Node("Tanh", "x", "y").Output("y"), "node 'tanh1' (Tanh): its output 'y' has the name of another tensor");

    [Test]
    public void An_output_from_nowhere_is_named() => Refused(Valid().Output("z"), "output 'z' of graph 'net' is made by no node");

    [TestCase(0)]
    [TestCase(99)]
    public void An_unknown_operator_set_is_named(long version) => Refused(Valid().Opset(version), $"version {version} of ONNX's operator set; 1 to 25 are known");

    [Test]
    public void Sizes_that_overflow_are_refused() =>
        Refused(new OnnxTestModel().Floats("w", [int.MaxValue, int.MaxValue, int.MaxValue]).Node("Relu", "w", "y").Output("y"), "tensor 'w': (2147483647, 2147483647, 2147483647) has more elements");

    [Test]
    public void A_negative_size_is_refused() => Refused(new OnnxTestModel().Floats("w", [-2]).Node("Relu", "w", "y").Output("y"), "tensor 'w': dimension 0 is -2");

    [Test]
    public void Announced_elements_must_be_there() =>
        Refused(new OnnxTestModel().Floats("w", [1 << 30], 1, 2).Node("Relu", "w", "y").Output("y"), "tensor 'w': (1073741824) of type Float has 1073741824 elements, 2 values are there");

    [Test]
    public void Raw_data_must_be_complete()
    {
        OnnxTestModel model = new OnnxTestModel().Floats("w", [4]).Node("Relu", "w", "y").Output("y");
        model.Proto.Graph.Initializer[0].RawData = ByteString.CopyFrom(new byte[15]);
        Refused(model, "tensor 'w': (4) of type Float takes 16 bytes, 15 are there");
    }

    [Test]
    public void A_shape_of_astronomic_size_is_refused_when_inferred() =>
        Refused(new OnnxTestModel().Input("x", 1).Integers("shape", int.MaxValue, int.MaxValue, int.MaxValue).Node("Expand", "x shape", "y").Output("y"), "node 'expand0' (Expand): its output would be");

    [Test]
    public void A_constant_too_large_for_memory_is_not_made()
    {
        OnnxTestModel model = new OnnxTestModel().Input("x", 1, 1 << 20).Integers("shape", 1 << 20, 1 << 20).Node("ConstantOfShape", "shape", "w").Node("MatMul", "x w", "y").Output("y");
        OnnxModel read = model.Read();
        Assert.That(read.FindLayers()[0].MultiplyAccumulates, Is.EqualTo(1L << 40));
        OnnxImport import = read.Import(Backends.Reference);
        Assert.That(() => import.Graph.Parameters!.Find(import.Graph.Find("w")!.Inputs[0]), Throws.InstanceOf<ModelException>());
    }

    [TestCase("../secret.bin")]
    [TestCase("a/../../secret.bin")]
    [TestCase("..\\secret.bin")]
    [TestCase("/etc/passwd")]
    [TestCase("C:\\secret.bin")]
    [TestCase("")]
    public void External_values_are_read_below_the_models_folder_only(string location)
    {
        string path = WriteWithExternal(location, bytes: 24);
        Assert.That(() => OnnxFile.Read(path), Throws.TypeOf<InputFormatException>().With.Message.Contains("only a path below the model's own folder"));
    }

    [Test]
    public void A_missing_file_of_values_is_named()
    {
        string path = WriteWithExternal("weights.bin", bytes: 24);
        Assert.That(() => OnnxFile.Read(path), Throws.TypeOf<InputFormatException>().With.Message.Contains("tensor 'w': its values stand in 'weights.bin', which is not beside the model"));
    }

    [Test]
    public void A_file_of_values_that_is_too_short_is_named()
    {
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), new byte[30]);
        string path = WriteWithExternal("weights.bin", bytes: 24, offset: 8);
        Assert.That(() => OnnxFile.Read(path), Throws.TypeOf<InputFormatException>().With.Message.Contains("its values take bytes 8 to 32 of 'weights.bin', which has 30"));
    }

    [Test]
    public void External_values_are_read_when_they_are_asked_for()
    {
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), [.. new byte[8], .. Enumerable.Range(1, 6).SelectMany(i => BitConverter.GetBytes((float)i))]);
        Core.Graphs.Graph graph = OnnxFile.Read(WriteWithExternal("weights.bin", bytes: 24, offset: 8)).Import(Backends.Reference).Graph;
        Assert.That(graph.Parameters!.Find(graph.Find("w")!.Inputs[0])!.ToSingles(), Is.EqualTo((float[])[1, 2, 3, 4, 5, 6]));
    }

    [Test]
    public void An_open_size_names_the_remedy()
    {
        OnnxTestModel model = new OnnxTestModel().Input("x", "batch", 4).Node("Relu", "x", "y").Output("y");
        Refused(model, "its inputs have dimensions without a size: 'batch'; fix them with OnnxImportOptions.Dimensions, on the command line with --define batch=1");
        var options = new OnnxImportOptions { Dimensions = ImmutableDictionary<string, int>.Empty.Add("batch", 3) };
        Assert.That(model.Read(options).Outputs[0].Dimensions, Is.EqualTo((int[])[3, 4]));
    }

    [TestCase("batsch", 1, "dimension 'batsch': net.onnx has no symbolic dimension of that name; it has batch")]
    [TestCase("batch", 0, "Dimensions[\"batch\"] = 0: must be at least 1")]
    public void Sizes_that_do_not_fit_are_refused(string name, int size, string message)
    {
        OnnxTestModel model = new OnnxTestModel().Input("x", "batch", 4).Node("Relu", "x", "y").Output("y");
        var options = new OnnxImportOptions { Dimensions = ImmutableDictionary<string, int>.Empty.Add("batch", 1).SetItem(name, size) };
        Assert.That(() => model.Read(options), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(message));
    }

    [Test]
    public void A_constant_for_no_input_is_refused()
    {
        var options = new OnnxImportOptions { Constants = ImmutableDictionary<string, Tensor>.Empty.Add("z", new Tensor(new TensorSpec("z", DataType.Float32, new TensorShape([1], DataLayout.N)))) };
        Assert.That(() => Valid().Read(options), Throws.TypeOf<ConfigurationException>().With.Message.Contains("has no input of that name; it has x"));
    }

    [TestCase("Conv", "x w", "input is (1, 3, 8, 8), weights are (2, 4, 1, 1), groups 1")]
    [TestCase("Concat", "x w", "its inputs are 'x' (1, 3, 8, 8), 'w' (2, 4, 1, 1); they must be equal but for axis 1")]
    [TestCase("Add", "x w", "they cannot be broadcast to each other")]
    [TestCase("Reshape", "x s", "its input is (1, 3, 8, 8) with 192 elements, shape is (5, 5)")]
    [TestCase("DepthToSpace", "x", "its input is (1, 3, 8, 8), blocksize 0; blocks that divide the channels would fit")]
    [TestCase("Gemm", "x w", "two matrices would fit")]
    public void Inputs_that_do_not_fit_name_node_and_shapes(string operation, string inputs, string message)
    {
        OnnxTestModel model = new OnnxTestModel().Input("x", 1, 3, 8, 8).Floats("w", [2, 4, 1, 1], 1, 2, 3, 4, 5, 6, 7, 8).Integers("s", 5, 5);
        Refused(model.Node(operation, inputs, "y").Output("y"), message);
    }

    private string WriteWithExternal(string location, int bytes, int offset = 0)
    {
        OnnxTestModel model = Valid();
        TensorProto weights = model.Proto.Graph.Initializer[0];
        weights.FloatData.Clear();
        weights.DataLocation = 1;
        weights.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        weights.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        weights.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = bytes.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        string path = Path.Combine(_folder, "net.onnx");
        model.Save(path);
        return path;
    }
}
