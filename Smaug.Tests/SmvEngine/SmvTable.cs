using System.Globalization;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Tests.Soc;

namespace Smaug.Tests.SmvEngine;

/// <summary>A row of the table of simulated SMV kernels: what was run, and what the simulator said.</summary>
/// <param name="Kernel">Short name of the kernel.</param>
/// <param name="Configuration">File name of the configuration.</param>
/// <param name="Parameters">The parameters as they stand in the table.</param>
/// <param name="Values">The same by name.</param>
/// <param name="Cycles">Cycles, or null where the reference stopped with an error.</param>
/// <param name="Milliwatts">Average power, mW.</param>
internal sealed record SmvTableRow(string Kernel, string Configuration, string Parameters, Dictionary<string, int> Values, long? Cycles, double Milliwatts)
{
    /// <summary>The launch that the engine model gets.</summary>
    public SmvKernel Arguments => SmvTable.Kernel(Kernel, Values);

    public Sampling Sampling => new((SamplingLevel)Values.GetValueOrDefault("sampling_level"), Values.GetValueOrDefault("sampling_num", 1));

    public override string ToString() => $"{Kernel} {Parameters}";
}

/// <summary>The table of simulated SMV kernels.</summary>
internal static class SmvTable
{
    public const string File = "aladdin/smv_table.csv";

    /// <summary>Rows of the published configuration (with and without the register array that activations need).</summary>
    public static List<SmvTableRow> Published(string kernel) =>
        [.. Read().Where(r => r.Kernel == kernel && r.Cycles is not null && r.Configuration is ("smv-accel.cfg" or "smv-accel-params.cfg"))];

    public static IEnumerable<SmvTableRow> Read()
    {
        foreach (GoldenCsv row in GoldenCsv.Read(File))
        {
            bool runs = row["cycles"].Length > 0;
            yield return new SmvTableRow(row["kernel"], row["config"], row["params"], Parse(row["params"]),
                runs ? (long)row.Number("cycles") : null, runs ? row.Number("avg_power_mw") : 0);
        }
    }

    private static Dictionary<string, int> Parse(string text) =>
        text.Split(';').Select(p => p.Split('=')).ToDictionary(p => p[0], p => int.Parse(p[1], CultureInfo.InvariantCulture));

    public static SmvKernel Kernel(string kernel, Dictionary<string, int> p) => kernel switch
    {
        "conv" => Convolution(p),
        "mm" => new SmvMatrixMultiplyKernel
        {
            Rows = p["M"],
            Depth = p["K"],
            Columns = p["N"],
            InputWidth = p["a_width"],
            OutputWidth = p["results_width"],
            ReadInputs = p["read_inputs"] == 1,
            SendResults = p["send_results"] == 1,
            Activation = Function(p["act"]),
        },
        "maxpool" or "avgpool" => Pooling(p, kernel == "avgpool"),
        "eltadd" => new SmvElementwiseKernel(SmvElementwise.Add, p["elems"]),
        "eltmul" => new SmvElementwiseKernel(SmvElementwise.Multiply, p["elems"]),
        "less" or "greater" => new SmvElementwiseKernel(SmvElementwise.Compare, p["elems"]),
        "bnnhwc" => new SmvBatchNormKernel { Batch = p["N"], Rows = p["H"], Columns = p["W"], Channels = p["C"], WeightChannels = p["C"], Activation = Function(p["act"]) },
        "bnnchw" => new SmvBatchNormKernel { IsChannelFirst = true, Batch = p["N"], Rows = p["H"], Columns = p["W"], Channels = p["C"], WeightChannels = p["C"], Activation = Function(p["act"]) },
        "bnfc" => new SmvBatchNormKernel { IsMatrix = true, Batch = p["N"], Channels = p["acts"], WeightChannels = p["acts"], Activation = Function(p["act"]) },
        "act" => new SmvActivationKernel(Function(p["act"]), p["elems"]),
        "softmax" => new SmvSoftmaxKernel(p["N"], p["D"]),
        _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, "unknown kernel"),
    };

    private static SmvConvolutionKernel Convolution(Dictionary<string, int> p) => new()
    {
        InputRows = p["H"],
        InputColumns = p["W"],
        InputChannels = p["C"],
        TopHalo = p["pad_top"],
        LeftHalo = p["pad_left"],
        RowStride = p["stride"],
        WeightKernels = p["weights_K"],
        WeightChannels = p["weights_C"],
        KernelRows = p["R"],
        KernelColumns = p["S"],
        Kernels = Math.Min(p["weights_K"] - p["kern_start"], p["K"]),
        OutputRows = (p["H"] + p["pad_top"] + p["pad_bottom"] - p["R"]) / p["stride"] + 1,
        OutputColumns = (p["W"] + p["pad_left"] + p["pad_right"] - p["S"]) / p["stride"] + 1,
        OutputChannels = p["K"],
        ReadInputs = p["read_inputs"] == 1,
        ReadWeights = p["read_weights"] == 1,
        SendResults = p["send_results"] == 1,
        Activation = Function(p["act"]),
    };

    private static SmvPoolingKernel Pooling(Dictionary<string, int> p, bool average) => new()
    {
        Average = average,
        InputRows = p["H"],
        InputColumns = p["W"],
        Channels = p["C"],
        PoolRows = p["pool_rows"],
        PoolColumns = p["pool_cols"],
        OutputRows = (p["H"] - p["pool_rows"]) / p["stride"] + 1,
        OutputColumns = (p["W"] - p["pool_cols"]) / p["stride"] + 1,
        OutputChannels = p["results_C"],
        SendResults = p["ofmap_start"] + p["C"] == p["results_C"],
    };

    private static OperatorKind? Function(int code) => code switch
    {
        0 => null,
        1 => OperatorKind.ReLU,
        3 => OperatorKind.LReLU,
        4 => OperatorKind.ELU,
        5 => OperatorKind.SELU,
        6 => OperatorKind.Tanh,
        7 => OperatorKind.HardTanh,
        8 => OperatorKind.Sigmoid,
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "unknown activation"),
    };
}
