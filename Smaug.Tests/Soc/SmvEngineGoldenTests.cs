using System.Globalization;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Soc;

/// <summary>The closed forms against cycle-accurate simulations of the same kernels, within the error that is stated for them.</summary>
[Category("Golden")]
[Category("Golden.Soc")]
public class SmvEngineGoldenTests
{
    private const string Table = "aladdin/smv_table.csv";

    [TestCase("conv", 0.9, 5.6)]
    [TestCase("mm", 1.0, 3.4)]
    [TestCase("maxpool", 0.5, 1.5)]
    [TestCase("avgpool", 0.6, 2.0)]
    [TestCase("eltadd", 0.01, 0.01)]
    [TestCase("eltmul", 0.01, 0.01)]
    [TestCase("less", 0.01, 0.01)]
    [TestCase("greater", 0.01, 0.01)]
    [TestCase("bnnhwc", 1.0, 3.0)]
    [TestCase("bnfc", 0.5, 1.0)]
    [TestCase("act", 2.0, 19.0)]
    [TestCase("softmax", 4.0, 15.0)]
    public void Closed_forms_are_as_near_to_the_simulated_kernels_as_they_claim(string kernel, double meanPercent, double maximumPercent)
    {
        GoldenData.Require(Table);
        var model = new SmvEngineModel();
        var errors = new List<double>();
        var listing = new List<string>();
        foreach (GoldenCsv row in GoldenCsv.Read(Table))
        {
            if (row["kernel"] != kernel || row["config"] is not ("smv-accel.cfg" or "smv-accel-params.cfg") || row["cycles"].Length == 0) continue;
            Dictionary<string, int> p = Parameters(row["params"]);
            if (p.GetValueOrDefault("sampling_level") != 0 || (kernel == "conv" && p["act"] != 0)) continue;
            double cycles = model.Time(Kernel(kernel, p), Sampling.Off).TotalCycles;
            double error = 100 * (cycles / row.Number("cycles") - 1);
            errors.Add(Math.Abs(error));
            if (Math.Abs(error) > maximumPercent) listing.Add(string.Create(CultureInfo.InvariantCulture, $"{row["params"]}: {row["cycles"]} simulated, {cycles:0.0} here ({error:+0.0;-0.0} %)"));
        }

        Assert.That(errors, Is.Not.Empty);
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kernel}: {errors.Count} shapes, mean error {errors.Average():0.00} %, largest {errors.Max():0.00} %"));
        Assert.Multiple(() =>
        {
            Assert.That(listing, Is.Empty, string.Join("\n", listing.Take(20)));
            Assert.That(errors.Average(), Is.LessThanOrEqualTo(meanPercent));
        });
    }

    [Test]
    public void Activations_fused_into_a_convolution_cost_what_the_simulation_says()
    {
        GoldenData.Require(Table);
        var model = new SmvEngineModel();
        int compared = 0;
        foreach (GoldenCsv row in GoldenCsv.Read(Table))
        {
            if (row["kernel"] != "conv" || row["config"] != "smv-accel.cfg" || row["cycles"].Length == 0) continue;
            Dictionary<string, int> p = Parameters(row["params"]);
            if (p["act"] == 0 || p["sampling_level"] != 0) continue;
            double cycles = model.Time(Kernel("conv", p), Sampling.Off).TotalCycles;
            Assert.That(cycles, Is.EqualTo(row.Number("cycles")).Within(15).Percent, row["params"]);
            compared++;
        }

        Assert.That(compared, Is.GreaterThan(0));
    }

    private static Dictionary<string, int> Parameters(string text) =>
        text.Split(';').Select(p => p.Split('=')).ToDictionary(p => p[0], p => int.Parse(p[1], CultureInfo.InvariantCulture));

    private static SmvKernel Kernel(string kernel, Dictionary<string, int> p) => kernel switch
    {
        "conv" => Convolution(p),
        "mm" => new SmvMatrixMultiplyKernel
        {
            Rows = p["M"],
            Depth = p["K"],
            Columns = p["N"],
            InputWidth = p["K"],
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
        "bnfc" => new SmvBatchNormKernel { IsMatrix = true, Batch = p["N"], Channels = p["acts"], WeightChannels = p["acts"], Activation = Function(p["act"]) },
        "act" => new SmvActivationKernel(Function(p["act"]), p["elems"]),
        _ => new SmvSoftmaxKernel(p["N"], p["D"]),
    };

    private static SmvConvolutionKernel Convolution(Dictionary<string, int> p) => new()
    {
        InputRows = p["H"],
        InputColumns = p["W"],
        InputChannels = p["C"],
        WeightKernels = p["weights_K"],
        WeightChannels = p["weights_C"],
        KernelRows = p["R"],
        KernelColumns = p["S"],
        Kernels = p["K"],
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
