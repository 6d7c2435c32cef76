using Smaug.Accelerators.Reference;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Values;

/// <summary>What the original reference backend gets wrong or cannot run.</summary>
[TestFixture]
internal sealed class ReferenceBackendTests
{
    [Test]
    public void Same_padding_of_a_kernel_that_is_not_square_pads_rows_for_its_rows()
    {
        // A column of three ones adds each element to its upper and lower neighbours.
        Tensor output = Run(
            OperatorKind.Convolution3d, new ConvolutionParameters(Padding.Same, 1, 1), [1, 1, 3, 2],
            Given([1, 1, 3, 2], 1, 2, 3, 4, 5, 6), Given([1, 1, 3, 1], 1, 1, 1));

        Assert.That(output.ToArray<float>(), Is.EqualTo(new float[] { 4, 6, 9, 12, 8, 10 }));
    }

    [Test]
    public void Depthwise_convolution_multiplies_fractions()
    {
        Tensor output = Run(
            OperatorKind.ConvolutionDepthwise, new ConvolutionParameters(Padding.Valid, 1, 1), [1, 2, 1, 1],
            Given([1, 2, 1, 2], 0.5f, 0.25f, 1, 2), Given([1, 2, 1, 2], 0.5f, 1, 0.25f, 0.5f));

        Assert.That(output.ToArray<float>(), Is.EqualTo(new[] { 0.5f, 1.25f }));
    }

    [Test]
    public void Depthwise_convolution_with_an_even_kernel_stays_inside_the_input()
    {
        Tensor output = Run(
            OperatorKind.ConvolutionDepthwise, new ConvolutionParameters(Padding.Same, 1, 1), [1, 1, 2, 2],
            Given([1, 1, 2, 2], 1, 2, 3, 4), Given([1, 1, 2, 2], 1, 1, 1, 1));

        Assert.That(output.ToArray<float>(), Is.EqualTo(new float[] { 1, 3, 4, 10 }));
    }

    [Test]
    public void Depthwise_convolution_applies_its_fused_activation()
    {
        Tensor output = Run(
            OperatorKind.ConvolutionDepthwise, new ConvolutionParameters(Padding.Valid, 1, 1), [1, 1, 1, 2],
            new Activation(OperatorKind.ReLU), Given([1, 1, 1, 2], -1, 2), Given([1, 1, 1, 1], 1));

        Assert.That(output.ToArray<float>(), Is.EqualTo(new float[] { 0, 2 }));
    }

    [Test]
    public void Maximum_over_a_window_of_one_element_is_that_element()
    {
        Tensor output = Run(OperatorKind.MaxPooling, new PoolParameters(1, 1, 2, 1), [1, 1, 1, 2], Given([1, 1, 2, 2], 1, -2, 3, 4));

        Assert.That(output.ToArray<float>(), Is.EqualTo(new float[] { 1, -2 }));
    }

    [Test]
    public void Values_are_the_same_bits_with_one_thread_and_with_four()
    {
        var random = new Random(5);
        Tensor input = Given([2, 5, 12, 12], [.. Enumerable.Range(0, 1440).Select(_ => random.NextSingle())]);
        Tensor kernels = Given([7, 5, 3, 3], [.. Enumerable.Range(0, 315).Select(_ => random.NextSingle() - 0.5f)]);
        var parameters = new ConvolutionParameters(Padding.Same, 1, 1);
        Node node = Node(OperatorKind.Convolution3d, parameters, null, [2, 7, 12, 12], [input, kernels]);
        Tensor one = new(node.Outputs[0]), four = new(node.Outputs[0]);
        var backend = new ReferenceBackend();
        OperatorPlan plan = backend.Plan(node, new PlanOptions());

        backend.Run(plan, [input, kernels], [one], ComputeOptions.Sequential);
        backend.Run(plan, [input, kernels], [four], new ComputeOptions { Threads = 4 });

        Assert.That(four.ToArray<float>(), Is.EqualTo(one.ToArray<float>()));
    }

    private static Tensor Given(int[] shape, params float[] values) =>
        Tensor.FromValues<float>(new TensorSpec("in", DataType.Float32, new TensorShape(shape, DataLayout.NCHW)), values);

    private static Tensor Run(OperatorKind kind, OperatorParameters parameters, int[] output, params Tensor[] inputs) =>
        Run(kind, parameters, output, null, inputs);

    private static Tensor Run(OperatorKind kind, OperatorParameters parameters, int[] output, Activation? activation, params Tensor[] inputs)
    {
        Node node = Node(kind, parameters, activation, output, inputs);
        var result = new Tensor(node.Outputs[0]);
        var backend = new ReferenceBackend();
        backend.Run(backend.Plan(node, new PlanOptions()), inputs, [result]);
        return result;
    }

    private static Node Node(OperatorKind kind, OperatorParameters parameters, Activation? activation, int[] output, Tensor[] inputs) => new()
    {
        Name = "op",
        Kind = kind,
        Parameters = parameters,
        Activation = activation,
        Parents = [.. inputs.Select(i => new NodeInput(i.Name, 0))],
        Inputs = [.. inputs.Select(i => i.Spec)],
        Outputs = [new TensorSpec("op/output0", DataType.Float32, new TensorShape(output, DataLayout.NCHW))],
    };
}
