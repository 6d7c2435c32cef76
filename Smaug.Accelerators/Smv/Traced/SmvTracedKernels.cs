using System.Runtime.InteropServices;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Tracing;
using Smaug.Core;
using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Smv.Traced;

/// <summary>What a traced SMV kernel computed, and its trace.</summary>
/// <param name="Trace">The trace, for <see cref="AladdinAccelerator.Create"/>.</param>
/// <param name="Results">The host's result array: half precision; for comparisons one byte per element, as bits.</param>
public sealed record SmvKernelRun(KernelTrace Trace, Half[] Results);

/// <summary>
/// SMAUG's SMV kernels as traced C# kernels: they compute the values the SMV backend computes, bit for bit, and leave a
/// trace that the Aladdin model schedules. Every scratchpad holds 64 KiB; use SMAUG's published accelerator configuration.
/// Host data default to a fixed pattern of 16 values.
/// </summary>
public static class SmvTracedKernels
{
    private const int ScratchpadElements = 16384;

    /// <summary>Convolution.</summary>
    /// <param name="shape">The tile.</param>
    /// <param name="inputs">Inputs in NHWC order, channels padded to 8.</param>
    /// <param name="weights">Weights, kernel by kernel in NHWC order, channels padded to 8.</param>
    /// <param name="options">Tracer options.</param>
    /// <param name="partialSums">What the result scratchpad holds at the start, NHWC with maps padded to 8; default zeros.</param>
    /// <exception cref="SimulationException">The tile does not fit the scratchpads.</exception>
    public static SmvKernelRun Convolution(
        SmvConvolutionShape shape, ReadOnlySpan<Half> inputs = default, ReadOnlySpan<Half> weights = default, KernelTracerOptions? options = null,
        ReadOnlySpan<float> partialSums = default)
    {
        using var tracer = new KernelTracer(options);
        Half[] results = new TracedConvolution(tracer, shape).Run(inputs, weights, partialSums);
        return new SmvKernelRun(tracer.Finish(), results);
    }

    /// <summary>Matrix multiplication with a transposed second operand.</summary>
    /// <param name="shape">The tile.</param>
    /// <param name="a">First operand, row by row, columns padded to 8.</param>
    /// <param name="b">Second operand, neuron by neuron, columns padded to 8.</param>
    /// <param name="options">Tracer options.</param>
    /// <param name="partialSums">What the result scratchpad holds at the start, row by row, columns padded to 8; default zeros.</param>
    /// <exception cref="SimulationException">The tile does not fit the scratchpads.</exception>
    public static SmvKernelRun MatrixMultiply(
        SmvMatrixMultiplyShape shape, ReadOnlySpan<Half> a = default, ReadOnlySpan<Half> b = default, KernelTracerOptions? options = null,
        ReadOnlySpan<float> partialSums = default)
    {
        using var tracer = new KernelTracer(options);
        Half[] results = new TracedMatrixMultiply(tracer, shape).Run(a, b, partialSums);
        return new SmvKernelRun(tracer.Finish(), results);
    }

    /// <summary>Maximum or average pooling.</summary>
    /// <param name="shape">The tile.</param>
    /// <param name="inputs">Inputs in NHWC order, channels padded to 8.</param>
    /// <param name="options">Tracer options.</param>
    /// <exception cref="SimulationException">The tile does not fit the scratchpads.</exception>
    public static SmvKernelRun Pooling(SmvPoolingShape shape, ReadOnlySpan<Half> inputs = default, KernelTracerOptions? options = null)
    {
        using var tracer = new KernelTracer(options);
        Half[] results = new TracedPooling(tracer, shape).Run(inputs);
        return new SmvKernelRun(tracer.Finish(), results);
    }

    /// <summary>Batch normalisation.</summary>
    /// <param name="shape">The tile.</param>
    /// <param name="inputs">Inputs, innermost dimension padded to 8.</param>
    /// <param name="weights">Mean, 1/sqrt(variance), gamma and beta, each padded to 8.</param>
    /// <param name="options">Tracer options.</param>
    /// <exception cref="SimulationException">The tile does not fit the scratchpads.</exception>
    public static SmvKernelRun BatchNorm(
        SmvBatchNormShape shape, ReadOnlySpan<Half> inputs = default, ReadOnlySpan<Half> weights = default, KernelTracerOptions? options = null)
    {
        using var tracer = new KernelTracer(options);
        Half[] results = new TracedBatchNorm(tracer, shape).Run(inputs, weights);
        return new SmvKernelRun(tracer.Finish(), results);
    }

    /// <summary>An element-wise operation or comparison.</summary>
    /// <param name="kind">The operation.</param>
    /// <param name="elements">Number of elements, a multiple of 8.</param>
    /// <param name="first">First operand.</param>
    /// <param name="second">Second operand.</param>
    /// <param name="options">Tracer options.</param>
    /// <exception cref="SimulationException">The tensors do not fit the scratchpads.</exception>
    public static SmvKernelRun Elementwise(
        SmvElementwiseKind kind, int elements, ReadOnlySpan<Half> first = default, ReadOnlySpan<Half> second = default, KernelTracerOptions? options = null)
    {
        using var t = new KernelTracer(options);
        TracedArray<TracedHalf>[] host =
            [Host(t, "host_inputs0", elements, first, 1), Host(t, "host_inputs1", elements, second, 3), Host(t, "host_results", elements, default, 0)];
        TracedArray<TracedFloat>[] local = [Scratchpad(t, "inputs0"), Scratchpad(t, "inputs1"), Scratchpad(t, "results")];
        TracedInt size = t.IntParameter("inputs_size", elements);
        (string function, string label) = Names(kind);
        using (t.Begin(function))
        {
            switch (kind)
            {
                case SmvElementwiseKind.Add:
                    TracedElementwise.Add(t, local, host, size);
                    break;
                case SmvElementwiseKind.Multiply:
                    TracedElementwise.Multiply(t, local, host, size);
                    break;
                case SmvElementwiseKind.Less:
                    TracedElementwise.Compare(t, local, host, size, label, static (a, b) => TracedVector.Less(a, b));
                    break;
                case SmvElementwiseKind.LessEqual:
                    TracedElementwise.Compare(t, local, host, size, label, static (a, b) => TracedVector.LessOrEqual(a, b));
                    break;
                case SmvElementwiseKind.Greater:
                    TracedElementwise.Compare(t, local, host, size, label, static (a, b) => TracedVector.Less(b, a));
                    break;
                case SmvElementwiseKind.GreaterEqual:
                    TracedElementwise.Compare(t, local, host, size, label, static (a, b) => TracedVector.LessOrEqual(b, a));
                    break;
                default:
                    throw new ConfigurationException($"The element-wise kernel {kind} is unknown.");
            }
        }
        return new SmvKernelRun(t.Finish(), Results(host[2], elements));
    }

    /// <summary>An activation function on its own.</summary>
    /// <param name="activation">The function.</param>
    /// <param name="elements">Number of elements, a multiple of 8.</param>
    /// <param name="inputs">Inputs.</param>
    /// <param name="options">Tracer options.</param>
    /// <param name="parameters">Slope, alpha, lambda and bounds, of the same kind; null = the defaults of the kind.</param>
    /// <exception cref="ConfigurationException">The parameters are those of another function.</exception>
    /// <exception cref="SimulationException">The tensor does not fit the scratchpads.</exception>
    public static SmvKernelRun Activation(
        SmvTracedActivation activation, int elements, ReadOnlySpan<Half> inputs = default, KernelTracerOptions? options = null, Activation? parameters = null)
    {
        using var t = new KernelTracer(options);
        TracedArray<TracedHalf> hostInputs = Host(t, "host_inputs", elements, inputs, 1), hostResults = Host(t, "host_results", elements, default, 0);
        TracedArray<TracedFloat> local = Scratchpad(t, "inputs"), results = Scratchpad(t, "results");
        TracedInt size = t.IntParameter("inputs_size", elements), function = t.IntParameter("function", (int)activation);
        TracedArray<TracedFloat> values = ActivationParameters(t, "params", activation, parameters);
        using (t.Begin("smv_activation_fun_nc_vec_fxp"))
        {
            TracedHostTransfers.Load(t, local, hostInputs, size);
            TracedActivations.Apply(t, local, results, size, activation, function, values);
            TracedHostTransfers.Store(t, results, hostResults, size);
        }
        return new SmvKernelRun(t.Finish(), Results(hostResults, elements));
    }

    /// <summary>Softmax of every row.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns, a multiple of 8.</param>
    /// <param name="inputs">Inputs.</param>
    /// <param name="options">Tracer options.</param>
    /// <exception cref="SimulationException">The tensor does not fit the scratchpads.</exception>
    public static SmvKernelRun Softmax(int rows, int columns, ReadOnlySpan<Half> inputs = default, KernelTracerOptions? options = null)
    {
        using var tracer = new KernelTracer(options);
        Half[] results = TracedSoftmax.Run(tracer, rows, columns, inputs);
        return new SmvKernelRun(tracer.Finish(), results);
    }

    internal static int Padded(int channels) => (channels + 7) & ~7;

    internal static TracedArray<TracedHalf> Host(KernelTracer t, string name, int count, ReadOnlySpan<Half> data, int step)
    {
        // Transfers move whole lines of 32 bytes.
        TracedArray<TracedHalf> array = t.ArrayParameter<TracedHalf>(name, (count + 15) & ~15);
        Span<Half> target = MemoryMarshal.Cast<byte, Half>(array.Raw);
        for (int i = 0; i < count && step > 0; i++) target[i] = data.Length > 0 ? data[i] : Pattern(i, step);
        return array;
    }

    internal static TracedArray<TracedFloat> Scratchpad(KernelTracer t, string name, ReadOnlySpan<float> contents = default)
    {
        TracedArray<TracedFloat> array = t.ArrayParameter<TracedFloat>(name, ScratchpadElements);
        CheckFits(contents.Length);
        contents.CopyTo(MemoryMarshal.Cast<byte, float>(array.Raw));
        return array;
    }

    internal static void Fill(TracedArray<TracedFloat> scratchpad, int count, ReadOnlySpan<Half> data, int step)
    {
        CheckFits(count);
        Span<float> target = MemoryMarshal.Cast<byte, float>(scratchpad.Raw);
        for (int i = 0; i < count; i++) target[i] = (float)(data.Length > 0 ? data[i] : Pattern(i, step));
    }

    private static void CheckFits(int count)
    {
        if (count > ScratchpadElements) throw new SimulationException($"A tile of {count} elements does not fit a scratchpad of {ScratchpadElements}; use a smaller tile.");
    }

    internal static TracedArray<TracedInt> Integers(KernelTracer t, string name, params ReadOnlySpan<int> values)
    {
        TracedArray<TracedInt> array = t.ArrayParameter<TracedInt>(name, values.Length);
        values.CopyTo(MemoryMarshal.Cast<byte, int>(array.Raw));
        return array;
    }

    internal static TracedArray<TracedInt> Sampling(KernelTracer t, int level, int iterations)
    {
        if (level is < 0 or > 4) throw new ConfigurationException($"The SamplingLevel is {level}; allowed: 0 to 4.");
        if (iterations < 1) throw new ConfigurationException($"The SamplingIterations is {iterations}; allowed: 1 or more.");
        return Integers(t, "sampling", level, iterations);
    }

    internal static TracedArray<TracedFloat> ActivationParameters(KernelTracer t, string name, SmvTracedActivation function, Activation? parameters)
    {
        OperatorKind kind = Kind(function);
        parameters ??= new Activation(kind);
        if (function != SmvTracedActivation.None && parameters.Kind != kind)
            throw new ConfigurationException($"The ActivationParameters are those of {parameters.Kind}, the activation is {function}; give parameters of the kind {kind}.");
        TracedArray<TracedFloat> array = t.ArrayParameter<TracedFloat>(name, 5);
        ReadOnlySpan<float> values = [parameters.Slope, parameters.Alpha, parameters.Lambda, parameters.Minimum, parameters.Maximum];
        values.CopyTo(MemoryMarshal.Cast<byte, float>(array.Raw));
        return array;
    }

    /// <summary>Announces how many iterations each one that is run stands for.</summary>
    internal static void Announce(KernelTracer t, string label, TracedInt all, TracedInt run) =>
        t.SetSamplingFactor(label, TracedFloat.FromInt(all) / TracedFloat.FromInt(run));

    internal static Half[] Results(TracedArray<TracedHalf> host, int count) => MemoryMarshal.Cast<byte, Half>(host.Raw)[..count].ToArray();

    private static Half Pattern(int index, int step) => (Half)(((((index * step) + (index / 16)) % 16) - 8) / 16f);

    private static OperatorKind Kind(SmvTracedActivation function) => function switch
    {
        SmvTracedActivation.LeakyRelu => OperatorKind.LReLU,
        SmvTracedActivation.Elu => OperatorKind.ELU,
        SmvTracedActivation.Selu => OperatorKind.SELU,
        SmvTracedActivation.Tanh => OperatorKind.Tanh,
        SmvTracedActivation.HardTanh => OperatorKind.HardTanh,
        SmvTracedActivation.Sigmoid => OperatorKind.Sigmoid,
        _ => OperatorKind.ReLU,
    };

    private static (string Function, string Label) Names(SmvElementwiseKind kind) => kind switch
    {
        SmvElementwiseKind.Add => ("smv_eltwise_add_nc_vec_fxp", "eltwise_add_loop"),
        SmvElementwiseKind.Multiply => ("smv_eltwise_mul_nc_vec_fxp", "eltwise_mul_loop"),
        SmvElementwiseKind.Less => ("smv_less_nc_vec_fxp", "less_loop"),
        SmvElementwiseKind.LessEqual => ("smv_less_equal_nc_vec_fxp", "less_equal_loop"),
        SmvElementwiseKind.Greater => ("smv_greater_nc_vec_fxp", "greater_loop"),
        _ => ("smv_greater_equal_nc_vec_fxp", "greater_equal_loop"),
    };
}
