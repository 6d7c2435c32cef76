using Smaug.Core;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Modeling;

internal sealed class ModelBuilderTests
{
    private static ModelBuilder New(bool reference = false) => new("net", reference ? Backends.Reference : Backends.Smv);

    private static string[] Kinds(Graph graph) => [.. graph.Nodes.Where(n => n.Kind != OperatorKind.Data).Select(n => n.ToString())];

    [Test]
    public void One_raw_tensor_in_two_layers_has_one_Data_node_but_two_Reorders()
    {
        ModelBuilder m = New(reference: true);
        ModelTensor weights = m.Tensor([8, 8], DataLayout.NC);
        m.MatMul(m.MatMul(m.Tensor([1, 8], DataLayout.NC), weights), weights);
        Graph graph = m.Build();
        Assert.Multiple(() =>
        {
            Assert.That(graph.Nodes.Count(n => n.Kind == OperatorKind.Data), Is.EqualTo(2));
            Assert.That(graph.Nodes.Count(n => n.Kind == OperatorKind.Reorder), Is.EqualTo(2));
        });
    }

    [Test]
    public void The_output_of_a_Data_node_is_reordered_once()
    {
        ModelBuilder m = New(reference: true);
        ModelTensor weights = m.Data(m.Tensor([8, 8], DataLayout.NC));
        m.MatMul(m.MatMul(m.Tensor([1, 8], DataLayout.NC), weights), weights);
        Assert.That(m.Build().Nodes.Count(n => n.Kind == OperatorKind.Reorder), Is.EqualTo(1));
    }

    [Test]
    public void A_Reorder_made_in_one_branch_is_not_used_in_the_other()
    {
        ModelBuilder m = New(reference: true);
        ModelTensor x = m.Data(m.Tensor([8, 8], DataLayout.NC));
        ModelTensor row = m.Data(m.Tensor([1, 8], DataLayout.NC));
        ModelTensor predicate = m.Less(m.Tensor([1], DataLayout.N), m.Tensor([1], DataLayout.N));
        m.Cond(predicate, () => [m.MatMul(row, x)], () => [m.MatMul(row, x)]);
        Graph graph = m.Build();
        Assert.Multiple(() =>
        {
            Assert.That(graph.Nodes.Count(n => n.Kind == OperatorKind.Reorder), Is.EqualTo(2));
            Assert.That(graph.Find("reorder")!.Parents[0], Is.EqualTo(new NodeInput("switch_1", 1)).Or.EqualTo(new NodeInput("switch", 1)));
            Assert.That(graph.Find("mat_mul_1")!.Parents[1].Node, Is.EqualTo("reorder_1"));
        });
    }

    [Test]
    public void A_branch_may_return_a_tensor_from_outside()
    {
        ModelBuilder m = New();
        ModelTensor x = m.Data(m.Tensor([1, 8], DataLayout.NC));
        ModelTensor predicate = m.Less(m.Tensor([1], DataLayout.N), m.Tensor([1], DataLayout.N));
        m.Cond(predicate, () => [x], () => [m.ReLU(x)]);
        Graph graph = m.Build();
        Assert.Multiple(() =>
        {
            Assert.That(graph.Find("merge")!.Parents, Is.EqualTo(new[] { new NodeInput("switch", 1), new NodeInput("relu", 0) }));
            Assert.That(graph.Find("relu")!.Parents[0], Is.EqualTo(new NodeInput("switch_1", 0)));
        });
    }

    [Test]
    public void Branches_with_different_numbers_of_results_are_an_error()
    {
        ModelBuilder m = New();
        ModelTensor x = m.Tensor([1], DataLayout.N);
        Assert.That(
            () => m.Cond(m.Less(x, x), () => [m.ReLU(x)], () => []),
            Throws.TypeOf<ModelException>().With.Message.EqualTo("cond: the branch for true gives 1 results, that for false 0; both must be equal"));
    }

    [Test]
    public void A_bias_lies_between_the_layer_and_its_activation()
    {
        Graph graph = Model.Build("net", Backends.Smv, m => m.Input(1, 4, 4, 2).Convolution(3, (3, 3), activation: Activations.ReLU, bias: true).Dense(5, bias: true));
        Assert.That(Kinds(graph), Is.EqualTo(new[]
        {
            "conv (Convolution3d)", "conv:bias:repeat_b (Repeat)", "conv:bias (EltwiseAdd)", "conv:relu (ReLU)",
            "reorder (Reorder)", "mat_mul (InnerProduct)", "mat_mul:bias (EltwiseAdd)",
        }));
    }

    [Test]
    public void A_fused_softmax_becomes_an_operator()
    {
        Graph graph = Model.Build("net", Backends.Smv, m => m.Input(1, 8).Dense(4, Activations.Softmax));
        Assert.That(Kinds(graph), Is.EqualTo(new[] { "mat_mul (InnerProduct)", "mat_mul:softmax (Softmax)" }));
    }

    [Test]
    public void Depthwise_convolution_and_average_pooling_keep_channels([Values] bool reference)
    {
        Graph graph = Model.Build("net", reference ? Backends.Reference : Backends.Smv, m => m.Input(1, 9, 7, 6).DepthwiseConvolution((3, 3), (2, 2), Padding.Same).AveragePool((2, 2)).GlobalAveragePool());
        DataLayout layout = reference ? DataLayout.NCHW : DataLayout.NHWC;
        Assert.Multiple(() =>
        {
            Assert.That(graph.Find("depthwise_conv")!.Outputs[0].Shape, Is.EqualTo(new TensorShape(reference ? [1, 6, 5, 4] : [1, 5, 4, 6], layout)));
            Assert.That(graph.Find("avg_pool")!.Outputs[0].Shape, Is.EqualTo(new TensorShape(reference ? [1, 6, 2, 2] : [1, 2, 2, 6], layout)));
            Assert.That(graph.Nodes[^1].Outputs[0].Shape, Is.EqualTo(new TensorShape(reference ? [1, 6, 1, 1] : [1, 1, 1, 6], layout)));
        });
    }

    [Test]
    public void Lstm_takes_transposed_weights_and_joins_its_outputs()
    {
        ModelBuilder m = New(reference: true);
        var lstm = new Lstm(m.Tensor([3, 16], DataLayout.CN), m.Tensor([4, 16], DataLayout.CN));
        ModelTensor sequence = lstm.Run(m.Tensor([2, 5, 3], DataLayout.NTC)).ToSequence();
        m.Build();
        Assert.That(sequence.Shape, Is.EqualTo(new TensorShape([2, 5, 4], DataLayout.NTC)));
    }

    [Test]
    public void Bidirectional_lstm_joins_its_outputs()
    {
        ModelBuilder m = New();
        (ModelTensor, ModelTensor) Weights() => (m.Tensor([16, 3], DataLayout.NC), m.Tensor([16, 4], DataLayout.NC));
        ModelTensor sequence = new BidirectionalLstm(Weights(), Weights()).Run(m.Tensor([1, 2, 3], DataLayout.NTC)).ToSequence();
        m.Build();
        Assert.That(sequence.Shape, Is.EqualTo(new TensorShape([1, 2, 8], DataLayout.NTC)));
    }

    [Test]
    public void Two_lstm_layers_of_one_name_have_states_of_their_own()
    {
        Graph graph = Model.Build("net", Backends.Smv, m => m.Input(1, 1, 8).Lstm(8).Lstm(8).Last);
        string[] states = [.. graph.Nodes.Where(n => n.Kind == OperatorKind.Data && n.Inputs[0].Name.Contains("/h", StringComparison.Ordinal)).Select(n => n.Inputs[0].Name)];
        Assert.Multiple(() =>
        {
            Assert.That(states, Is.EqualTo(new[] { "lstm:/h", "lstm:/h_1" }));
            Assert.That(graph.Parameters!.Find(new TensorSpec("lstm:/h", DataType.Float16, new TensorShape([1, 8], DataLayout.NC, 8)))!.ToSingles(), Is.All.Zero);
        });
    }

    [Test]
    public void Attention_over_one_batch_item_needs_no_concatenation()
    {
        ModelBuilder m = New();
        var attention = new BahdanauAttention(m.Tensor([1, 4, 8], DataLayout.NTC), m.Tensor([8, 8], DataLayout.NC), m.Tensor([8, 6], DataLayout.NC), m.Tensor([1, 8], DataLayout.NC));
        ModelTensor context = attention.Run(m.Tensor([1, 6], DataLayout.NC));
        m.Build();
        Assert.That(context.Shape, Is.EqualTo(new TensorShape([1, 8], DataLayout.NC)));
    }

    [Test]
    public void The_layout_transforms_of_a_sub_graph_end_with_it()
    {
        ModelBuilder m = New();
        m.SubGraph("part", () => m.LayoutTransforms = false);
        Assert.That(m.LayoutTransforms, Is.True);
    }

    [Test]
    public void Errors_within_a_sub_graph_name_it()
    {
        ModelBuilder m = New();
        Assert.That(
            () => m.SubGraph("encoder", () => m.Flatten(m.Tensor([1, 8], DataLayout.NC))),
            Throws.TypeOf<ModelException>().With.Message.EqualTo("in encoder: flatten (Reorder): input is (1, 8) NC; a 4-D tensor would fit"));
    }

    [Test]
    public void Two_tensors_of_one_name_are_an_error()
    {
        ModelBuilder m = New();
        m.Add(m.Tensor([1, 8], DataLayout.NC, "x"), m.Tensor([1, 8], DataLayout.NC, "x"));
        Assert.That(m.Build, Throws.TypeOf<ModelException>().With.Message.Contains("two tensors from outside are named 'x'"));
    }

    [Test]
    public void A_tensor_of_another_model_is_an_error()
    {
        ModelTensor other = new ModelBuilder("other", Backends.Smv).Tensor([1, 8], DataLayout.NC);
        Assert.That(() => New().ReLU(other), Throws.TypeOf<ModelException>().With.Message.Contains("belongs to model 'other'"));
    }

    [Test]
    public void Nothing_is_added_by_a_layer_that_does_not_fit()
    {
        ModelBuilder m = New();
        ModelTensor x = m.Input(1, 8);
        Assert.That(() => m.MatMul(x, m.Tensor([4, 9], DataLayout.NC)), Throws.TypeOf<ModelException>());
        m.MatMul(x, m.Tensor([4, 8], DataLayout.NC));
        Assert.That(m.Build().Nodes.Select(n => n.Name), Is.EqualTo(new[] { "data", "data_1", "mat_mul" }));
    }

    private static IEnumerable<TestCaseData> Misfits()
    {
        static TestCaseData Case(string name, Action<ModelBuilder> build, string message) => new TestCaseData(build, message).SetArgDisplayNames(name);
        yield return Case("convolution channels", m => m.Convolution(m.Tensor([1, 8, 8, 4], DataLayout.NHWC), m.Tensor([16, 3, 3, 8], DataLayout.NHWC), (1, 1), Padding.Same),
            "conv (Convolution3d): input is (1, 8, 8, 4) NHWC, filter is (16, 3, 3, 8) NHWC; a filter (16, 3, 3, 4) NHWC would fit");
        yield return Case("convolution stride", m => m.Input(1, 8, 8, 4).Convolution(8, (3, 3), (0, 1)), "conv (Convolution3d): strides are 0 and 1; both must be at least 1");
        yield return Case("convolution window", m => m.Input(1, 4, 8, 4).Convolution(8, (5, 5)), "the window is 5 x 5; a window of at most 4 x 8 would fit");
        yield return Case("convolution filters", m => m.Input(1, 4, 8, 4).Convolution(0, (3, 3)), "every dimension must be at least 1");
        yield return Case("convolution of a vector", m => m.Input(1, 8).Convolution(8, (3, 3)), "conv: input is (1, 8) NC; a 4-D tensor in NHWC or NCHW would fit");
        yield return Case("inner product", m => m.MatMul(m.Tensor([1, 8], DataLayout.NC), m.Tensor([4, 9], DataLayout.NC)),
            "mat_mul (InnerProduct): input is (1, 8) NC, weights are (4, 9) NC; weights (4, 8) NC would fit");
        yield return Case("batch norm", m => m.BatchNorm(m.Tensor([1, 4, 4, 8], DataLayout.NHWC), m.Tensor([1, 8], DataLayout.NC), m.Tensor([1, 9], DataLayout.NC), m.Tensor([1, 8], DataLayout.NC), m.Tensor([1, 8], DataLayout.NC)),
            "batch_norm (BatchNorm): input is (1, 4, 4, 8) NHWC, variance is (1, 9) NC; (1, 8) NC would fit");
        yield return Case("add", m => m.Add(m.Tensor([2, 8], DataLayout.NC), m.Tensor([3, 8], DataLayout.NC)), "add (EltwiseAdd): its inputs are (2, 8) NC and (3, 8) NC");
        yield return Case("add of types", m => m.Add(m.Tensor([2, 8], DataLayout.NC), m.Tensor([2, 8], DataLayout.NC, type: DataType.Int32)), "its inputs have types Float16, Int32; all must be equal");
        yield return Case("concat", m => m.Concat([m.Tensor([2, 8], DataLayout.NC), m.Tensor([3, 8], DataLayout.NC)], 1), "concat (Concat): its inputs are (2, 8) NC, (3, 8) NC; they must be equal in layout and every dimension but 1");
        yield return Case("concat axis", m => m.Concat([m.Tensor([2, 8], DataLayout.NC)], 2), "concat (Concat): axis 2 of (2, 8) NC; 0 to 1 would fit");
        yield return Case("split pieces", m => m.Split(m.Tensor([2, 8], DataLayout.NC), 3, 1), "split (Split): input is (2, 8) NC, 3 pieces along dimension 1; a divisor of 8 would fit");
        yield return Case("split sizes", m => m.Split(m.Tensor([2, 8], DataLayout.NC), [3, 4], 1), "sizes along dimension 1 are 3, 4; positive sizes that sum to 8 would fit");
        yield return Case("reshape", m => m.Reshape(m.Tensor([2, 8], DataLayout.NC), [3, 5], DataLayout.NC), "reshape (Reshape): input is (2, 8) NC with 16 elements, output is (3, 5) NC with 15");
        yield return Case("reorder", m => m.Reorder(m.Tensor([2, 8], DataLayout.NC), DataLayout.NHWC), "reorder (Reorder): input is (2, 8) NC, wanted is NHWC");
        yield return Case("layout that no reorder reaches", m => m.MatMul(m.Tensor([2, 3, 8], DataLayout.NTC), m.Tensor([4, 8], DataLayout.NC)), "reorder (Reorder): input is (2, 3, 8) NTC, wanted is NC");
        yield return Case("expand_dims", m => m.ExpandDims(m.Tensor([2, 8], DataLayout.NC), 0), "expand_dims (Reshape): input is (2, 8) NC, axis 0; a tensor in NC and axis 1 (to NTC) or 2 (to NCT) would fit");
        yield return Case("squeeze", m => m.Squeeze(m.Tensor([2, 3, 8], DataLayout.NTC), 1), "squeeze (Reshape): input is (2, 3, 8) NTC, axis 1; a tensor in NTC or NCT with size 1 there would fit");
        yield return Case("repeat", m => m.Repeat(m.Tensor([2, 8], DataLayout.NC), [2, 0]), "multiples are 2, 0; 2 positive numbers would fit");
        yield return Case("padding", m => m.Pad(m.Tensor([2, 8], DataLayout.NC), [1, 1]), "2 sizes are given; begin and end of every dimension, 4 in all, would fit");
        yield return Case("switch", m => m.Switch(m.Tensor([2, 8], DataLayout.NC), m.Tensor([2], DataLayout.N, type: DataType.Bool)), "the predicate is (2) N; a tensor of exactly one element would fit");
        yield return Case("softmax of rows and columns", m => m.Input(1, 4, 4, 8).Convolution(8, (1, 1), activation: Activations.Softmax), "conv:softmax (Softmax): input is (1, 4, 4, 8) NHWC");
        yield return Case("lstm weights", m => _ = new Lstm(m.Tensor([16, 3], DataLayout.NC), m.Tensor([16, 5], DataLayout.NC)), "lstm: kernel is (16, 3) NC, recurrent weights are (16, 5) NC");
        yield return Case("input of five dimensions", m => m.Input(1, 2, 3, 4, 5), "data (Data): an input of 5 dimensions");
    }

    [TestCaseSource(nameof(Misfits))]
    public void A_layer_that_does_not_fit_says_what_would(Action<ModelBuilder> build, string message) =>
        Assert.That(() => build(New()), Throws.TypeOf<ModelException>().With.Message.Contains(message));

    [Test]
    public void The_model_of_the_readme()
    {
        Graph graph = Model.Build("tutorial", Backends.Smv, m => m
            .Input(1, 28, 28, 1)
            .Convolution(32, kernel: (3, 3), padding: Padding.Same)
            .MaxPool((2, 2), stride: (2, 2))
            .Flatten()
            .Dense(10));
        Assert.Multiple(() =>
        {
            Assert.That(Kinds(graph), Is.EqualTo(new[] { "conv (Convolution3d)", "max_pool (MaxPooling)", "flatten (Reorder)", "mat_mul (InnerProduct)" }));
            Assert.That(graph.Nodes[^1].Outputs[0].Shape, Is.EqualTo(new TensorShape([1, 10], DataLayout.NC)));
        });
    }

    [Test]
    public void A_residual_block_adds_its_input()
    {
        Graph graph = Model.Build("net", Backends.Smv, m => m
            .Input(1, 8, 8, 4)
            .Residual(x => x.Convolution(4, (3, 3), padding: Padding.Same), activation: Activations.ReLU));
        Assert.Multiple(() =>
        {
            Assert.That(graph.Find("add")!.Parents, Is.EqualTo(new[] { new NodeInput("conv", 0), new NodeInput("data", 0) }));
            Assert.That(graph.Nodes[^1].Kind, Is.EqualTo(OperatorKind.ReLU));
        });
    }
}
