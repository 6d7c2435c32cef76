using Google.Protobuf;
using Smaug.Core;
using Smaug.Core.Formats;
using Smaug.Core.Formats.Protos;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;
using Smaug.Zoo;
using DataLayout = Smaug.Core.Tensors.DataLayout;
using DataType = Smaug.Core.Tensors.DataType;
using Padding = Smaug.Core.Graphs.Padding;

namespace Smaug.Tests.Formats;

/// <summary>Damaged, contradictory and hostile model files: one clear error each, never a crash or a large allocation.</summary>
internal sealed class BadModelFileTests
{
    private static readonly string Text = ModelFile.ToText(ModelZoo.Create("tutorial", Backends.Smv));

    private static string WithError(string found, string replacement)
    {
        Assert.That(Text, Does.Contain(found));
        int at = Text.IndexOf(found, StringComparison.Ordinal);
        return string.Concat(Text.AsSpan(0, at), replacement, Text.AsSpan(at + found.Length));
    }

    [TestCase("op: Convolution3d", "op: Convolution4d", "'op' is one of UnknownOp")]
    [TestCase("op: Convolution3d", "op: 99", "node 'conv' has no known op")]
    [TestCase("dims: 28", "dims: 0", "tensor 'data/input0': shape (1, 0, 28, 1): every dimension must be at least 1")]
    [TestCase("dims: 28", "dims: -4", "every dimension must be at least 1")]
    [TestCase("dims: 28", "dims: 4294967296", "'dims' is an integer from -2^31")]
    [TestCase("dims: 28", "dims: 28 dims: 1 dims: 1 dims: 1 dims: 1 dims: 1", "has 9 dims; 1 to 8 would fit")]
    [TestCase("layout: NHWC", "layout: 3", "unknown layout 3")]
    [TestCase("alignment: 8", "alignment: -8", "alignment -8 must not be negative")]
    [TestCase("data_type: Float16", "data_type: UnknownDataType", "no known data_type")]
    [TestCase("data_format: Uncompressed", "data_format: CSR", "only Uncompressed")]
    [TestCase("name: \"conv\"", "name: \"data\"", "also named 'data'")]
    [TestCase("name: \"conv\"", "name: \"\"", "the node has no name")]
    [TestCase("src_tensors_indices: 0", "", "2 parents but 1 src_tensors_indices")]
    [TestCase("stride: 1", "", "node 'conv' has 1 values of stride")]
    [TestCase("    conv_params {\n      padding: SamePadding\n      stride: 1\n      stride: 1\n    }\n", "", "lacks params { conv_params")]
    [TestCase("mem_policy: AllDma", "", "no known mem_policy")]
    [TestCase("mem_policy: AllDma", "mem_policy: 3", "no known mem_policy")]
    [TestCase("backend: \"SMV\"", "", "has no backend")]
    [TestCase("name: \"tutorial\"", "", "the graph has no name")]
    public void Contradictions_within_a_message_are_format_errors(string found, string replacement, string message)
    {
        InputFormatException error = Assert.Throws<InputFormatException>(() => ModelFile.ReadText(WithError(found, replacement), "net.pbtxt"))!;
        Assert.Multiple(() =>
        {
            Assert.That(error.Message, Does.StartWith("net.pbtxt(").And.Contain(message));
            Assert.That(error.Line, Is.Positive);
        });
    }

    [TestCase("parents: \"data\"", "parents: \"nobody\"", "conv (Convolution3d): input 0 comes from 'nobody', but the graph has no node of that name")]
    [TestCase("src_tensors_indices: 0", "src_tensors_indices: 3", "conv (Convolution3d): input 0 comes from output 3 of data (Data), which has 1 output")]
    [TestCase("src_tensors_indices: 0", "src_tensors_indices: -1", "comes from output -1")]
    [TestCase("  parents: \"data_1\"\n  src_tensors_indices: 0\n", "", "2 input tensors but 1 parents")]
    [TestCase("padding: SamePadding", "padding: UnknownPadding", "padding is Unknown; Same or Valid would fit")]
    [TestCase("stride: 1", "stride: 0", "strides are 0 and 1; both must be at least 1")]
    [TestCase("stride: 2", "stride: -2", "strides are -2 and 2")]
    [TestCase("pool_size: 2", "pool_size: 0", "the window is 0 x 2")]
    [TestCase("pool_size: 2", "pool_size: 29", "max_pool (MaxPooling): input is (1, 28, 28, 32) NHWC, the window is 29 x 2; a window of at most 28 x 28 would fit")]
    [TestCase("padding: SamePadding", "padding: ValidPadding", "conv (Convolution3d): output 0 is (1, 28, 28, 32) NHWC; from its inputs (1, 28, 28, 1) NHWC, (32, 3, 3, 1) NHWC follows (1, 26, 26, 32) NHWC")]
    [TestCase("activation: ReLU", "activation: Softmax", "Softmax cannot be fused")]
    public void Operators_that_do_not_fit_are_model_errors(string found, string replacement, string message)
    {
        string text = WithError(found, replacement);
        ModelException error = Assert.Throws<ModelException>(() => ModelFile.ReadText(text, "net.pbtxt"))!;
        Assert.That(error.Message, Does.StartWith("net.pbtxt: ").And.Contain(message));
    }

    [Test]
    public void Every_truncation_of_a_topology_is_one_clear_error()
    {
        int clear = 0;
        int complete = 0;
        for (int length = 0; length < Text.Length; length += 7)
        {
            try
            {
                ModelFile.ReadText(Text[..length], "net.pbtxt");
                complete++;
            }
            catch (SmaugException exception)
            {
                Assert.That(exception.Message, Does.StartWith("net.pbtxt").And.Not.Contain("\n"));
                clear++;
            }
        }

        Assert.That((clear, complete), Is.EqualTo(((Text.Length + 6) / 7, 0)));
    }

    [Test]
    public void Garbled_topologies_never_crash_the_reader()
    {
        var random = new Random(1);
        int rejected = 0;
        for (int i = 0; i < 400; i++)
        {
            char[] garbled = Text.ToCharArray();
            for (int k = 0; k < 5; k++) garbled[random.Next(garbled.Length)] = (char)random.Next(1, 128);
            try
            {
                ModelFile.ReadText(new string(garbled), "net.pbtxt");
            }
            catch (SmaugException)
            {
                rejected++;
            }
        }

        Assert.That(rejected, Is.GreaterThan(300));
    }

    [Test]
    public void Cycles_are_reported_with_their_operators()
    {
        var shape = new TensorShape([1, 8], DataLayout.NC);
        var graph = new Graph("g", "Reference", MemoryPolicy.AllDma, [Data(shape), Relu("a", "b"), Relu("b", "a")]);
        Assert.That(
            () => ModelFile.ReadText(ModelFile.ToText(graph), "net.pbtxt"),
            Throws.TypeOf<ModelException>().With.Message.EqualTo("net.pbtxt: a (ReLU): the graph has a cycle: a -> b -> a; operators must not depend on their own outputs"));

        Node Relu(string name, string parent) => new()
        {
            Name = name,
            Kind = OperatorKind.ReLU,
            Parents = [new NodeInput(parent, 0)],
            Inputs = [new TensorSpec($"{parent}/output0", DataType.Float32, shape)],
            Outputs = [new TensorSpec($"{name}/output0", DataType.Float32, shape)],
        };
    }

    private static Node Data(TensorShape shape) => new()
    {
        Name = "data",
        Kind = OperatorKind.Data,
        Inputs = [new TensorSpec("data/input0", DataType.Float32, shape)],
        Outputs = [new TensorSpec("data/output0", DataType.Float32, shape)],
    };

    [Test]
    public void Declared_sizes_of_gigabytes_cost_nothing_until_values_are_asked_for()
    {
        var shape = new TensorShape([1, 65536, 65536, 8], DataLayout.NHWC, 8);
        string text = ModelFile.ToText(new Graph("huge", "SMV", MemoryPolicy.AllDma, [Data(shape)]));
        long before = GC.GetTotalAllocatedBytes();
        Graph graph = ModelFile.ReadText(text, "huge.pbtxt");
        long allocated = GC.GetTotalAllocatedBytes() - before;
        Assert.Multiple(() =>
        {
            Assert.That(allocated, Is.LessThan(10_000_000));
            Assert.That(() => new Tensor(graph.Nodes[0].Inputs[0]), Throws.TypeOf<ModelException>().With.Message.Contains("run it without values"));
        });
    }

    [Test]
    public void A_shape_beyond_every_memory_is_a_format_error()
    {
        string dims = string.Concat(Enumerable.Repeat("dims: 2147483647 ", 4));
        Assert.That(
            () => ModelFile.ReadText(WithError("dims: 28", dims), "net.pbtxt"),
            Throws.TypeOf<InputFormatException>().With.Message.Contains("more than 2^62 elements"));
    }

    [Test]
    public void Topology_and_parameter_files_that_are_not_there()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => ModelFile.Read("none.pbtxt"), Throws.TypeOf<InputFormatException>().With.Message.EqualTo("none.pbtxt: network topology file not found"));
            Assert.That(() => new ParameterFile("none.pb"), Throws.TypeOf<InputFormatException>().With.Message.EqualTo("none.pb: network parameters file not found"));
        });
    }

    private static byte[] Parameters()
    {
        using var stream = new MemoryStream();
        ParameterFile.Write(ModelZoo.Create("tutorial", Backends.Smv), stream);
        return stream.ToArray();
    }

    [Test]
    public void Every_truncation_of_a_parameter_file_is_one_clear_error()
    {
        byte[] bytes = Parameters();
        TensorSpec last = ModelZoo.Create("tutorial", Backends.Smv).Find("data_2")!.Inputs[0];
        for (int length = 1; length < bytes.Length; length += bytes.Length / 97)
        {
            Tensor? found = null;
            try
            {
                found = new ParameterFile(bytes[..length], "p.pb").Find(last);
            }
            catch (InputFormatException exception)
            {
                Assert.That(exception.Message, Does.StartWith("p.pb: ").And.Not.Contain("\n"));
            }

            Assert.That(found, Is.Null);
        }
    }

    [Test]
    public void A_length_of_four_gigabytes_is_refused_without_allocating_it()
    {
        byte[] bytes = [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 2, 3];
        Assert.That(
            () => new ParameterFile(bytes, "p.pb"),
            Throws.TypeOf<InputFormatException>().With.Message.EqualTo("p.pb: not a SMAUG parameter file, or damaged: at byte 1 4294967295 bytes are announced, 3 follow; the file was cut off or garbled"));
    }

    [Test]
    public void A_text_file_is_no_parameter_file() =>
        Assert.That(() => new ParameterFile("name: \"net\"\n"u8.ToArray(), "p.pb"), Throws.TypeOf<InputFormatException>().With.Message.Contains("no protobuf field begins here"));

    [Test]
    public void A_missing_parameter_names_tensor_and_operator()
    {
        string folder = Directory.CreateTempSubdirectory("smaug-").FullName;
        try
        {
            string topology = Path.Combine(folder, "t.pbtxt");
            string parameters = Path.Combine(folder, "p.pb");
            ModelFile.Write(ModelZoo.Create("minerva", Backends.Smv), topology);
            ModelFile.Write(ModelZoo.Create("tutorial", Backends.Smv), Path.Combine(folder, "o.pbtxt"), parameters);
            Assert.That(
                () => ModelFile.Read(topology, parameters),
                Throws.TypeOf<ModelException>().With.Message.Contains("no values for tensor 'data_3/input0' (256, 256) of data_3 (Data); the file has 3 tensors"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Values_of_another_size_or_type_say_what_would_fit()
    {
        var array = new TensorDataArray { DataArray = { new TensorData { Name = "w", FloatData = { 1, 2, 3 } } } };
        var file = new ParameterFile(array.ToByteArray(), "p.pb");
        Assert.Multiple(() =>
        {
            Assert.That(
                () => file.Find(new TensorSpec("w", DataType.Float32, new TensorShape([2, 2], DataLayout.NC))),
                Throws.TypeOf<ModelException>().With.Message.EqualTo("p.pb: tensor 'w' has 3 values of float_data; (2, 2) Float32 with alignment 0 needs 4 of float_data (padding included)"));
            Assert.That(
                () => file.Find(new TensorSpec("w", DataType.Float16, new TensorShape([1, 3], DataLayout.NC, 8))),
                Throws.TypeOf<ModelException>().With.Message.Contains("needs 4 of half_data"));
        });
    }

    [Test]
    public void Values_within_the_topology_are_parameters()
    {
        string text = ModelFile.ToText(new Graph("g", "Reference", MemoryPolicy.AllDma, [Data(new TensorShape([1, 2], DataLayout.NC))]));
        int end = text.IndexOf("Uncompressed\n", StringComparison.Ordinal) + "Uncompressed\n".Length;
        Graph graph = ModelFile.ReadText(text.Insert(end, "data { float_data: [3, 4] }\n"));
        Assert.That(graph.Parameters!.Find(graph.Nodes[0].Inputs[0])!.ToSingles(), Is.EqualTo(new float[] { 3, 4 }));
    }
}
