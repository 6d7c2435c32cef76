using System.Collections.Immutable;
using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Values;

/// <summary>
/// What the original SMV backend gets wrong or cannot run, computed here for random shapes, tilings and numbers of
/// accelerators, against textbook definitions in double precision.
/// </summary>
[TestFixture]
internal sealed class SmvCorrectionTests
{
    private static readonly int[] ScratchpadSizes = [1024, 2048, 8192, 32768];

    [Test]
    public void Convolution_computes_every_image_and_every_border([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        Padding padding = random.Next(2) == 0 ? Padding.Same : Padding.Valid;
        (int rows, int columns) = (random.Next(1, 4), random.Next(1, 4));
        (int rowStride, int columnStride) = (random.Next(1, 3), random.Next(1, 3));
        int[] x = [random.Next(1, 4), random.Next(4, 14), random.Next(4, 14), random.Next(1, 70)];
        int[] w = [random.Next(1, 40), rows, columns, x[3]];
        int total = padding == Padding.Same ? 1 : 0;
        int[] y = [x[0], (x[1] - rows + total * (rows - 1)) / rowStride + 1, (x[2] - columns + total * (columns - 1)) / columnStride + 1, w[0]];

        AssertEqualsDefinition(
            random, OperatorKind.Convolution3d, new ConvolutionParameters(padding, rowStride, columnStride), y, DataLayout.NHWC, (x, DataLayout.NHWC), (w, DataLayout.NHWC));
    }

    [Test]
    public void Pooling_computes_every_image_and_every_window([Range(1, 30)] int seed)
    {
        var random = new Random(seed);
        (int rows, int columns) = (random.Next(1, 4), random.Next(1, 4));
        (int rowStride, int columnStride) = (random.Next(1, 4), random.Next(1, 4));
        int[] x = [random.Next(1, 4), random.Next(4, 14), random.Next(4, 14), random.Next(1, 70)];
        int[] y = [x[0], (x[1] - rows) / rowStride + 1, (x[2] - columns) / columnStride + 1, x[3]];
        OperatorKind kind = random.Next(2) == 0 ? OperatorKind.MaxPooling : OperatorKind.AveragePooling;

        AssertEqualsDefinition(random, kind, new PoolParameters(rows, columns, rowStride, columnStride), y, DataLayout.NHWC, (x, DataLayout.NHWC));
    }

    [Test]
    public void Inner_product_computes_any_number_of_output_tiles([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        int[] x = [random.Next(1, 20), random.Next(1, 200)], w = [random.Next(1, 200), x[1]];

        AssertEqualsDefinition(random, OperatorKind.InnerProduct, null, [x[0], w[0]], DataLayout.NC, (x, DataLayout.NC), (w, DataLayout.NC));
    }

    [Test]
    public void Batch_norm_behind_an_inner_product_handles_batches_and_remainders([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        int[] x = [random.Next(1, 20), random.Next(1, 300)], p = [1, x[1]];

        AssertEqualsDefinition(
            random, OperatorKind.BatchNorm, null, x, DataLayout.NC, (x, DataLayout.NC), (p, DataLayout.NC), (p, DataLayout.NC), (p, DataLayout.NC), (p, DataLayout.NC));
    }

    [Test]
    public void Batch_norm_behind_a_convolution_handles_batches_and_remainders([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        int[] x = [random.Next(1, 4), random.Next(1, 14), random.Next(1, 14), random.Next(1, 60)], p = [1, x[3]];

        AssertEqualsDefinition(
            random, OperatorKind.BatchNorm, null, x, DataLayout.NHWC, (x, DataLayout.NHWC), (p, DataLayout.NC), (p, DataLayout.NC), (p, DataLayout.NC), (p, DataLayout.NC));
    }

    [Test]
    public void Softmax_handles_rows_that_are_not_whole_vectors([Values(1, 7, 8, 10, 100)] int length, [Values(1, 13)] int batch) =>
        AssertEqualsDefinition(new Random(length), OperatorKind.Softmax, null, [batch, length], DataLayout.NC, ([batch, length], DataLayout.NC));

    [Test]
    public void Padding_of_every_output_stays_zero([Values] bool isFused)
    {
        var backend = new SmvBackend();
        var shape = new TensorShape([2, 11], DataLayout.NC, 8);
        Tensor[] inputs = [Random(new Random(1), "in0", [2, 11], DataLayout.NC), Random(new Random(2), "in1", [11, 11], DataLayout.NC)];
        OperatorKind kind = isFused ? OperatorKind.InnerProduct : OperatorKind.Sigmoid;
        if (!isFused) inputs = inputs[..1];
        Node node = MakeNode(kind, null, inputs, shape) with { Activation = new Activation(OperatorKind.Sigmoid) };
        var output = new Tensor(node.Outputs[0]);
        backend.Run(backend.Plan(node, new PlanOptions()), inputs, [output]);

        Assert.Multiple(() =>
        {
            Assert.That(output.Span<Half>()[11..16].ToArray(), Is.All.EqualTo((Half)0));
            Assert.That(output.ToSingles(), Is.All.GreaterThan(0));
        });
    }

    [Test]
    public void Depthwise_convolution_runs_on_the_host_and_says_so()
    {
        var random = new Random(3);
        Tensor[] inputs = [Random(random, "in0", [2, 9, 9, 5], DataLayout.NHWC), Random(random, "in1", [1, 3, 3, 5], DataLayout.NHWC)];
        var graph = new GraphUnderTest().Data("x", inputs[0]).Data("w", inputs[1]);
        Node node = MakeNode(
            OperatorKind.ConvolutionDepthwise, new ConvolutionParameters(Padding.Valid, 1, 1), inputs, new TensorShape([2, 7, 7, 5], DataLayout.NHWC, 8));
        graph.Add(node with { Parents = [new("x", 0), new("w", 0)] });
        var source = new DictionaryParameterSource([Named(inputs[0], "x/input0"), Named(inputs[1], "w/input0")]);
        ImmutableArray<IBackend> backends = Backends.Create("SMV");
        ExecutionPlan plan = Planner.Plan(graph.Build(), backends);

        FunctionalResult result = new FunctionalExecutor(plan, backends).Run(new FunctionalOptions { Inputs = source });

        Assert.Multiple(() =>
        {
            Assert.That(plan.Operators[^1].Executor, Is.EqualTo(OperatorPlan.HostExecutor));
            Assert.That(plan.Operators[^1].HostBody.Single().Kind, Is.EqualTo(HostTaskKind.Compute));
            Assert.That(result.Output!.ToSingles(), Is.EqualTo(DoubleModel.Compute(node, inputs)).Within(2e-3));
        });
    }

    /// <summary>
    /// Runs an operator with several scratchpad sizes, accelerators and threads: near the definition always, and the same
    /// bits for any number of accelerators and threads.
    /// </summary>
    private static void AssertEqualsDefinition(
        Random random, OperatorKind kind, OperatorParameters? parameters, int[] output, DataLayout layout, params (int[] Shape, DataLayout Layout)[] inputs)
    {
        Tensor[] tensors = [.. inputs.Select((t, i) => Random(random, $"in{i}", t.Shape, t.Layout))];
        Node node = MakeNode(kind, parameters, tensors, new TensorShape(output, layout, 8));
        float[] expected = DoubleModel.Compute(node, tensors);
        foreach (int bytes in ScratchpadSizes)
        {
            var backend = new SmvBackend(new SmvOptions { ScratchpadBytes = bytes });
            if (!backend.Supports(node)) continue;
            byte[]? first = null;
            foreach (int accelerators in (ReadOnlySpan<int>)[1, 3])
            {
                var result = new Tensor(node.Outputs[0]);
                OperatorPlan plan = backend.Plan(node, new PlanOptions { Accelerators = accelerators });
                backend.Run(plan, tensors, [result], new ComputeOptions { Threads = accelerators });
                float[] actual = result.ToSingles();
                for (int i = 0; i < actual.Length; i++)
                {
                    float tolerance = 2e-3f * MathF.Max(1, MathF.Abs(expected[i]));
                    if (!(MathF.Abs(actual[i] - expected[i]) <= tolerance))
                    {
                        Assert.Fail($"{kind} of {string.Join(", ", inputs.Select(t => $"({string.Join(", ", t.Shape)})"))}, {bytes} bytes, {accelerators} accelerators: element {i} is {actual[i]} in place of {expected[i]}");
                    }
                }

                Assert.That(result.Bytes.ToArray(), Is.EqualTo(first ??= result.Bytes.ToArray()), $"{accelerators} accelerators give other bits");
            }
        }
    }

    private static Node MakeNode(OperatorKind kind, OperatorParameters? parameters, Tensor[] inputs, TensorShape output) => new()
    {
        Name = "op",
        Kind = kind,
        Parameters = parameters,
        Parents = [.. inputs.Select(i => new NodeInput(i.Name, 0))],
        Inputs = [.. inputs.Select(i => i.Spec)],
        Outputs = [new TensorSpec("op/output0", DataType.Float16, output)],
    };

    private static Tensor Random(Random random, string name, int[] shape, DataLayout layout)
    {
        var spec = new TensorSpec(name, DataType.Float16, new TensorShape(shape, layout, 8));
        float[] values = new float[spec.Shape.Size];
        foreach (ref float x in values.AsSpan()) x = (random.NextSingle() - 0.5f) * 2;
        return Tensor.FromSingles(spec, values);
    }

    private static Tensor Named(Tensor tensor, string name) => Tensor.FromSingles(tensor.Spec with { Name = name }, tensor.ToSingles());
}
