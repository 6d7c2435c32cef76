using System.Runtime.InteropServices;
using Smaug.Accelerators.Reference;
using Smaug.Accelerators.Smv.Kernels;
using Smaug.Accelerators.Smv.Traced;
using Smaug.Core;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Aladdin;

/// <summary>The traced SMV kernels compute, bit for bit, what the arithmetic units of the SMV backend compute.</summary>
[TestFixture]
internal sealed class TracedKernelValueTests
{
    private static readonly SmvTracedActivation[] Functions =
    [
        SmvTracedActivation.Relu, SmvTracedActivation.LeakyRelu, SmvTracedActivation.Elu, SmvTracedActivation.Selu,
        SmvTracedActivation.Tanh, SmvTracedActivation.HardTanh, SmvTracedActivation.Sigmoid,
    ];

    public static IEnumerable<TestCaseData> Convolutions
    {
        get
        {
            SmvConvolutionShape plain = new() { Rows = 6, Columns = 5, Channels = 16, Kernels = 8, KernelRows = 3, KernelColumns = 3 };
            yield return new TestCaseData(plain).SetArgDisplayNames("plain");
            yield return new TestCaseData(plain with { PadTop = 1, PadBottom = 1, PadLeft = 1, PadRight = 1 }).SetArgDisplayNames("halo on all sides");
            yield return new TestCaseData(plain with { PadTop = 2, PadRight = 1 }).SetArgDisplayNames("halo on two sides");
            yield return new TestCaseData(plain with { Rows = 7, Columns = 7, Stride = 2, PadTop = 1, PadLeft = 1 }).SetArgDisplayNames("stride 2 with halo");
            yield return new TestCaseData(plain with { Channels = 72, Kernels = 12 }).SetArgDisplayNames("three channel blocks, two kernel blocks");
            yield return new TestCaseData(plain with { Channels = 3, Kernels = 5 }).SetArgDisplayNames("padded channels and kernels");
            yield return new TestCaseData(plain with { Accumulate = true, PadTop = 1 }).SetArgDisplayNames("accumulate");
            yield return new TestCaseData(plain with { Accumulate = true, Channels = 72, Kernels = 16, Activation = SmvTracedActivation.Relu }).SetArgDisplayNames("accumulate over blocks, with activation");
            yield return new TestCaseData(plain with { Channels = 40, WeightChannels = 16, InputMapStart = 24 }).SetArgDisplayNames("input map start");
            yield return new TestCaseData(plain with { WeightKernels = 24, KernelStart = 8 }).SetArgDisplayNames("kernel start");
            foreach (SmvTracedActivation function in Functions)
                yield return new TestCaseData(plain with { Activation = function }).SetArgDisplayNames(function.ToString());
            yield return new TestCaseData(plain with
            {
                Activation = SmvTracedActivation.HardTanh,
                ActivationParameters = new Activation(OperatorKind.HardTanh) { Minimum = 0, Maximum = 6 },
            }).SetArgDisplayNames("ReLU6");
        }
    }

    [TestCaseSource(nameof(Convolutions))]
    public void A_convolution_equals_the_multiply_accumulate_array(SmvConvolutionShape shape)
    {
        int channels = Padded(shape.Channels), weightChannels = Padded(shape.WeightChannels), kernels = Padded(shape.Kernels);
        int positions = shape.KernelRows * shape.KernelColumns;
        Half[] inputs = Random(shape.Rows * shape.Columns * channels, 1), weights = Random(shape.WeightKernels * positions * weightChannels, 2);
        // Where sums are accumulated, the scratchpad holds some: not even half-precision numbers.
        float[] partialSums = PartialSums(shape.Accumulate, shape.OutputRows * shape.OutputColumns * kernels);
        Half[] results = SmvTracedKernels.Convolution(shape, inputs, weights, partialSums: partialSums).Results;

        int rowPitch = (shape.Columns + shape.PadLeft + shape.PadRight) * channels;
        var image = new float[(shape.Rows + shape.PadTop + shape.PadBottom) * rowPitch];
        for (int row = 0; row < shape.Rows; row++)
            HalfConversion.ToSingle(inputs.AsSpan(row * shape.Columns * channels, shape.Columns * channels), image.AsSpan((row + shape.PadTop) * rowPitch + shape.PadLeft * channels));
        var pixels = new int[shape.OutputRows * shape.OutputColumns];
        for (int p = 0; p < pixels.Length; p++)
            pixels[p] = p / shape.OutputColumns * shape.Stride * rowPitch + p % shape.OutputColumns * shape.Stride * channels + shape.InputMapStart;
        var window = new MacWindow(shape.KernelRows, shape.KernelColumns, weightChannels, rowPitch, channels);
        float[] expected = [.. partialSums];
        for (int block = 0; block < kernels; block += MacArray.Lanes)
        {
            float[] packed = Pack(weights, shape.KernelStart + block, Math.Min(MacArray.Lanes, shape.Kernels - block), positions * weightChannels);
            MacArray.Accumulate(window, image, packed, pixels, expected.AsSpan(block), kernels);
        }
        AssertEqual(results, Activated(expected, shape.Activation, shape.ActivationParameters), kernels, shape.Kernels);
    }

    public static IEnumerable<TestCaseData> Products
    {
        get
        {
            SmvMatrixMultiplyShape plain = new() { Batch = 3, Activations = 64, Neurons = 16 };
            yield return new TestCaseData(plain).SetArgDisplayNames("plain");
            yield return new TestCaseData(plain with { Activations = 72, Neurons = 11 }).SetArgDisplayNames("partial blocks");
            yield return new TestCaseData(plain with { Accumulate = true }).SetArgDisplayNames("accumulate");
            yield return new TestCaseData(plain with { Accumulate = true, Activations = 72, Neurons = 24, Activation = SmvTracedActivation.Relu }).SetArgDisplayNames("accumulate over blocks, with activation");
            yield return new TestCaseData(plain with { InputWidth = 128, InputStart = 64 }).SetArgDisplayNames("input start");
            foreach (SmvTracedActivation function in Functions)
                yield return new TestCaseData(plain with { Activation = function }).SetArgDisplayNames(function.ToString());
        }
    }

    [TestCaseSource(nameof(Products))]
    public void A_matrix_multiplication_equals_the_multiply_accumulate_array(SmvMatrixMultiplyShape shape)
    {
        int inputWidth = Padded(shape.InputWidth), width = Padded(shape.Activations), resultWidth = Padded(shape.ResultWidth);
        Half[] a = Random(shape.Batch * inputWidth, 3), b = Random(shape.Neurons * width, 4);
        float[] partialSums = PartialSums(shape.Accumulate, shape.Batch * resultWidth);
        Half[] results = SmvTracedKernels.MatrixMultiply(shape, a, b, partialSums: partialSums).Results;

        var inputs = new float[a.Length];
        HalfConversion.ToSingle(a, inputs);
        int[] rows = [.. Enumerable.Range(0, shape.Batch).Select(r => r * inputWidth + shape.InputStart)];
        float[] expected = [.. partialSums];
        for (int block = 0; block < resultWidth; block += MacArray.Lanes)
        {
            float[] packed = Pack(b, block, Math.Min(MacArray.Lanes, shape.Neurons - block), width);
            MacArray.Accumulate(new MacWindow(1, 1, width, 0, 0), inputs, packed, rows, expected.AsSpan(block), resultWidth);
        }
        AssertEqual(results, Activated(expected, shape.Activation, null), resultWidth, shape.Neurons);
    }

    [Test]
    public void Pooling_equals_the_pooling_unit([Values] bool average, [Values(8, 24)] int channels, [Values(2, 3)] int window)
    {
        var shape = new SmvPoolingShape { IsAverage = average, Rows = 7, Columns = 7, Channels = channels, PoolRows = window, PoolColumns = window, Stride = 2 };
        Half[] inputs = Random(7 * 7 * channels, 5);
        Half[] results = SmvTracedKernels.Pooling(shape, inputs).Results;

        var values = new float[inputs.Length];
        HalfConversion.ToSingle(inputs, values);
        int columns = (7 - window) / 2 + 1;
        var expected = new float[columns * columns * channels];
        for (int p = 0; p < columns * columns; p++)
        {
            Span<float> pixel = expected.AsSpan(p * channels, channels);
            pixel.Fill(average ? 0 : PoolingUnit.LeastValue);
            for (int k = 0; k < window * window; k++)
            {
                int row = p / columns * 2 + k / window, column = p % columns * 2 + k % window;
                Span<float> value = values.AsSpan((row * 7 + column) * channels, channels);
                if (average) PoolingUnit.Add(pixel, value);
                else PoolingUnit.TakeMaximum(pixel, value);
            }
            if (average) PoolingUnit.Divide(pixel, window * window);
        }
        AssertEqual(results, expected, channels, channels);
    }

    [Test]
    public void Batch_normalisation_equals_the_normalisation_unit(
        [Values] SmvBatchNormKind kind, [Values(SmvTracedActivation.None, SmvTracedActivation.LeakyRelu, SmvTracedActivation.Selu)] SmvTracedActivation activation)
    {
        const int Channels = 16, Batch = 2;
        bool flat = kind == SmvBatchNormKind.FullyConnected, planes = kind == SmvBatchNormKind.ConvolutionNchw;
        int rows = flat ? 1 : 3, columns = flat ? 1 : 8, pixels = rows * columns;
        Half[] inputs = Random(Batch * pixels * Channels, 6), weights = Random(4 * Channels, 7);
        Half[] results = SmvTracedKernels.BatchNorm(
            new SmvBatchNormShape { Kind = kind, Batch = Batch, Rows = rows, Columns = columns, Channels = Channels, Activation = activation }, inputs, weights).Results;

        float[] x = new float[inputs.Length], w = new float[weights.Length], mean = new float[x.Length], scale = new float[x.Length], beta = new float[x.Length];
        HalfConversion.ToSingle(inputs, x);
        HalfConversion.ToSingle(weights, w);
        for (int i = 0; i < x.Length; i++)
        {
            int channel = planes ? i / pixels % Channels : i % Channels;
            (mean[i], scale[i], beta[i]) = (w[channel], w[Channels + channel] * w[2 * Channels + channel], w[3 * Channels + channel]);
        }
        var expected = new float[x.Length];
        NormalizationUnit.Normalize(x, mean, scale, beta, expected);
        AssertEqual(results, Activated(expected, activation, null), 1, 1);
    }

    [Test]
    public void An_element_wise_operation_equals_the_backend([Values(SmvElementwiseKind.Add, SmvElementwiseKind.Multiply)] SmvElementwiseKind kind)
    {
        Half[] a = Random(4096, 8), b = Random(4096, 9);
        float[] x = new float[4096], y = new float[4096];
        HalfConversion.ToSingle(a, x);
        HalfConversion.ToSingle(b, y);
        ElementwiseKernels.Combine(kind == SmvElementwiseKind.Add ? OperatorKind.EltwiseAdd : OperatorKind.EltwiseMul, x, y, x);
        AssertEqual(SmvTracedKernels.Elementwise(kind, 4096, a, b).Results, x, 1, 1);
    }

    [TestCase(SmvElementwiseKind.Less, OperatorKind.Less)]
    [TestCase(SmvElementwiseKind.LessEqual, OperatorKind.LessEqual)]
    [TestCase(SmvElementwiseKind.Greater, OperatorKind.Greater)]
    [TestCase(SmvElementwiseKind.GreaterEqual, OperatorKind.GreaterEqual)]
    public void A_comparison_equals_the_backend(SmvElementwiseKind kind, OperatorKind operation)
    {
        Half[] a = Random(256, 10), b = Random(256, 11);
        for (int i = 0; i < 256; i += 5) b[i] = a[i];
        (a[3], a[6], b[9]) = (Half.NaN, Half.PositiveInfinity, Half.NegativeInfinity);
        float[] x = new float[256], y = new float[256];
        HalfConversion.ToSingle(a, x);
        HalfConversion.ToSingle(b, y);
        var expected = new bool[256];
        ElementwiseKernels.CompareRow(operation, x, y, expected);
        byte[] results = MemoryMarshal.AsBytes<Half>(SmvTracedKernels.Elementwise(kind, 256, a, b).Results)[..256].ToArray();
        Assert.That(results, Is.EqualTo(MemoryMarshal.Cast<bool, byte>(expected).ToArray()));
    }

    public static IEnumerable<TestCaseData> ActivationCases
    {
        get
        {
            foreach (SmvTracedActivation function in Functions) yield return new TestCaseData(function, null).SetArgDisplayNames(function + ", defaults");
            yield return Case(SmvTracedActivation.LeakyRelu, new Activation(OperatorKind.LReLU) { Slope = 0.37f });
            yield return Case(SmvTracedActivation.Elu, new Activation(OperatorKind.ELU) { Alpha = 0.9f });
            yield return Case(SmvTracedActivation.Selu, new Activation(OperatorKind.SELU) { Alpha = 1.1f, Lambda = 1.3f });
            yield return Case(SmvTracedActivation.HardTanh, new Activation(OperatorKind.HardTanh) { Minimum = -0.25f, Maximum = 0.75f });
            static TestCaseData Case(SmvTracedActivation function, Activation parameters) =>
                new TestCaseData(function, parameters).SetArgDisplayNames(function + ", parameters");
        }
    }

    [TestCaseSource(nameof(ActivationCases))]
    public void An_activation_equals_the_backend(SmvTracedActivation function, Activation? parameters)
    {
        // Every 13th half-precision number: zeros, subnormals, infinities and NaN among them.
        Half[] inputs = [.. Enumerable.Range(0, 5040).Select(i => BitConverter.UInt16BitsToHalf((ushort)(i * 13)))];
        (inputs[1], inputs[2], inputs[3], inputs[4]) = (Half.NegativeZero, Half.NaN, Half.PositiveInfinity, Half.NegativeInfinity);
        var values = new float[inputs.Length];
        HalfConversion.ToSingle(inputs, values);
        AssertEqual(SmvTracedKernels.Activation(function, inputs.Length, inputs, parameters: parameters).Results, Activated(values, function, parameters), 1, 1);
    }

    [Test]
    public void Parameters_of_another_activation_are_refused() =>
        Assert.That(() => SmvTracedKernels.Activation(SmvTracedActivation.Elu, 8, parameters: new Activation(OperatorKind.HardTanh)),
            Throws.InstanceOf<ConfigurationException>().With.Message.Contains("HardTanh").And.Message.Contains("Elu"));

    [Test]
    public void Softmax_equals_the_backend([Values(1, 3)] int rows, [Values(8, 40)] int columns)
    {
        Half[] inputs = Random(rows * columns, 12);
        var expected = new float[inputs.Length];
        HalfConversion.ToSingle(inputs, expected);
        for (int row = 0; row < rows; row++) NormalizationUnit.Softmax(expected.AsSpan(row * columns, columns));
        AssertEqual(SmvTracedKernels.Softmax(rows, columns, inputs).Results, expected, 1, 1);
    }

    private static int Padded(int channels) => (channels + 7) & ~7;

    private static Half[] Random(int count, int seed)
    {
        var random = new Random(seed);
        var values = new Half[count];
        for (int i = 0; i < count; i++) values[i] = (Half)((random.NextSingle() - 0.5f) * 4);
        return values;
    }

    /// <summary>Random sums when they are used, zeros when the kernel begins afresh.</summary>
    private static float[] PartialSums(bool used, int count)
    {
        var random = new Random(99);
        var sums = new float[count];
        for (int i = 0; used && i < count; i++) sums[i] = (random.NextSingle() - 0.5f) * 8;
        return sums;
    }

    /// <summary>Eight kernels, element by element side by side, as the multiply-accumulate array reads them.</summary>
    private static float[] Pack(Half[] weights, int first, int count, int elements)
    {
        var packed = new float[elements * MacArray.Lanes];
        for (int kernel = 0; kernel < count; kernel++)
        {
            for (int i = 0; i < elements; i++) packed[i * MacArray.Lanes + kernel] = (float)weights[(first + kernel) * elements + i];
        }
        return packed;
    }

    private static float[] Activated(float[] values, SmvTracedActivation function, Activation? parameters)
    {
        OperatorKind? kind = function switch
        {
            SmvTracedActivation.Relu => OperatorKind.ReLU,
            SmvTracedActivation.LeakyRelu => OperatorKind.LReLU,
            SmvTracedActivation.Elu => OperatorKind.ELU,
            SmvTracedActivation.Selu => OperatorKind.SELU,
            SmvTracedActivation.Tanh => OperatorKind.Tanh,
            SmvTracedActivation.HardTanh => OperatorKind.HardTanh,
            SmvTracedActivation.Sigmoid => OperatorKind.Sigmoid,
            _ => null,
        };
        SmvActivation.Apply(kind is { } k ? parameters ?? new Activation(k) : null, values);
        return values;
    }

    /// <summary>Compares bits of the lanes that are in use.</summary>
    private static void AssertEqual(Half[] results, float[] expected, int pitch, int used)
    {
        var halves = new Half[expected.Length];
        HalfConversion.ToHalf(expected, halves);
        List<string> differences = [];
        for (int i = 0; i < halves.Length; i++)
        {
            if (i % pitch < used && BitConverter.HalfToUInt16Bits(results[i]) != BitConverter.HalfToUInt16Bits(halves[i])) differences.Add($"[{i}] {results[i]} for {halves[i]}");
        }
        Assert.That(results, Has.Length.EqualTo(halves.Length));
        Assert.That(differences, Is.Empty);
    }
}
