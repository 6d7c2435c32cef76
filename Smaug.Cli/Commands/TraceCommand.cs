using System.CommandLine;
using System.Globalization;
using Smaug.Accelerators.Smv.Traced;
using Smaug.Accelerators.Tracing;
using Smaug.Core;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug trace</c>: writes the dynamic trace of one SMV kernel.</summary>
internal static class TraceCommand
{
    private const string Kernels = "conv, mm, maxpool, avgpool, bnnhwc, bnnchw, bnfc, eltadd, eltmul, less, lessequal, greater, greaterequal, softmax, " +
        "relu, leakyrelu, elu, selu, tanh, hardtanh, sigmoid";

    public static Command Create()
    {
        var kernel = new Argument<string>("kernel") { Description = $"Kernel: {Kernels}." };
        var shape = new Argument<string[]>("shape")
        {
            Description = "KEY=VALUE pairs. conv: H W C K R S pad stride; mm: M K N; pools: H W C pool stride; batch norm: N H W C; " +
                "softmax: N D; others: elements. act=CODE, level=0..4 and samples=N apply to conv and mm, level and samples to pools and bnnhwc.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var file = new Option<string>("--output", "-o") { Description = "Trace file; gzip when it ends in .gz.", Required = true };
        var command = new Command("trace", "Write the dynamic trace of an SMV kernel in the standard format.") { kernel, shape, file };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            SmvKernelRun run = Run(parsed.GetRequiredValue(kernel), new Shape(parsed.GetValue(shape) ?? []), new KernelTracerOptions { OutputPath = path });
            parsed.InvocationConfiguration.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {run.Trace.NodeCount} nodes"));
            return 0;
        });
        return command;
    }

    private static SmvKernelRun Run(string kernel, Shape s, KernelTracerOptions options)
    {
        SmvKernelRun run = kernel switch
        {
            "conv" => SmvTracedKernels.Convolution(new SmvConvolutionShape
            {
                Rows = s["H"],
                Columns = s["W"],
                Channels = s["C"],
                Kernels = s["K"],
                KernelRows = s["R"],
                KernelColumns = s["S"],
                PadTop = s["pad", 0],
                PadBottom = s["pad", 0],
                PadLeft = s["pad", 0],
                PadRight = s["pad", 0],
                Stride = s["stride", 1],
                Activation = (SmvTracedActivation)s["act", 0],
                SamplingLevel = s["level", 0],
                SamplingIterations = s["samples", 1],
            }, options: options),
            "mm" => SmvTracedKernels.MatrixMultiply(new SmvMatrixMultiplyShape
            {
                Batch = s["M"],
                Activations = s["K"],
                Neurons = s["N"],
                Activation = (SmvTracedActivation)s["act", 0],
                SamplingLevel = s["level", 0],
                SamplingIterations = s["samples", 1],
            }, options: options),
            "maxpool" or "avgpool" => SmvTracedKernels.Pooling(new SmvPoolingShape
            {
                IsAverage = kernel == "avgpool",
                Rows = s["H"],
                Columns = s["W"],
                Channels = s["C"],
                PoolRows = s["pool"],
                PoolColumns = s["pool"],
                Stride = s["stride", s["pool"]],
                SamplingLevel = s["level", 0],
                SamplingIterations = s["samples", 1],
            }, options: options),
            "bnnhwc" or "bnnchw" => SmvTracedKernels.BatchNorm(new SmvBatchNormShape
            {
                Kind = kernel == "bnnhwc" ? SmvBatchNormKind.ConvolutionNhwc : SmvBatchNormKind.ConvolutionNchw,
                Batch = s["N", 1],
                Rows = s["H"],
                Columns = s["W"],
                Channels = s["C"],
                SamplingLevel = s["level", 0],
                SamplingIterations = s["samples", 1],
            }, options: options),
            "bnfc" => SmvTracedKernels.BatchNorm(
                new SmvBatchNormShape { Kind = SmvBatchNormKind.FullyConnected, Batch = s["N", 1], Channels = s["C"] }, options: options),
            "softmax" => SmvTracedKernels.Softmax(s["N", 1], s["D"], options: options),
            "eltadd" => SmvTracedKernels.Elementwise(SmvElementwiseKind.Add, s["elements"], options: options),
            "eltmul" => SmvTracedKernels.Elementwise(SmvElementwiseKind.Multiply, s["elements"], options: options),
            _ when Enum.TryParse(kernel, ignoreCase: true, out SmvElementwiseKind kind) => SmvTracedKernels.Elementwise(kind, s["elements"], options: options),
            _ when Enum.TryParse(kernel, ignoreCase: true, out SmvTracedActivation activation) =>
                SmvTracedKernels.Activation(activation, s["elements"], options: options),
            _ => throw new ConfigurationException($"The kernel '{kernel}' is unknown; known: {Kernels}."),
        };
        return run;
    }

    /// <summary>The shape words of the command line.</summary>
    private sealed class Shape
    {
        private readonly Dictionary<string, int> values = [];

        public Shape(IEnumerable<string> words)
        {
            foreach (string word in words)
            {
                int equal = word.IndexOf('=');
                if (equal < 1 || !int.TryParse(word.AsSpan(equal + 1), CultureInfo.InvariantCulture, out int value) || value < 0)
                    throw new ConfigurationException($"'{word}' is not KEY=VALUE with a whole number.");
                values[word[..equal]] = value;
            }
        }

        public int this[string key] => values.TryGetValue(key, out int value)
            ? value : throw new ConfigurationException($"This kernel needs {key}=VALUE.");

        public int this[string key, int missing] => values.GetValueOrDefault(key, missing);
    }
}
