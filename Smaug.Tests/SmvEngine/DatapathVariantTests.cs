using System.Globalization;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.LoopNests;
using Smaug.Accelerators.Smv.LoopNests.Scheduled;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.SmvEngine;

/// <summary>The closed forms on datapaths other than the published one, whose regions come from small schedules.</summary>
[TestFixture]
[Category("SmvEngine")]
internal sealed class DatapathVariantTests
{
    private const double MeanPercent = 0.8, MaximumPercent = 5, LargeTileMaximumPercent = 2.5, PowerPercent = 5;

    /// <summary>At slow clocks, where leakage is most of the power, the units of the small kernels are fewer than those of large ones.</summary>
    private const double RandomPowerPercent = 7;

    private const int ScratchpadElements = 16384;

    private static readonly SmvConvolutionKernel s_convolution = new()
    {
        InputRows = 3,
        InputColumns = 4,
        InputChannels = 8,
        WeightKernels = 8,
        WeightChannels = 8,
        KernelRows = 1,
        KernelColumns = 1,
        Kernels = 8,
        OutputRows = 3,
        OutputColumns = 4,
        OutputChannels = 8,
    };

    [Test]
    [Category("Golden")]
    [Category("Golden.SmvEngine")]
    public void Variants_of_the_configuration_take_the_cycles_and_power_of_the_simulated_kernels()
    {
        GoldenData.Require(SmvTable.File);
        var errors = new Errors();
        var models = new Dictionary<string, SmvLoopNestModel>();
        foreach (SmvTableRow row in SmvTable.Read().Where(r => r.Cycles is not null && r.Configuration is not ("smv-accel.cfg" or "smv-accel-params.cfg")))
        {
            if (!models.TryGetValue(row.Configuration, out SmvLoopNestModel? model))
                models.Add(row.Configuration, model = new SmvLoopNestModel(DatapathConfigurationFile.Read(GoldenData.Require("aladdin", "configs", row.Configuration))));
            errors.Add(row.Kernel, $"{row.Configuration} {row}", model.Time(row.Arguments, row.Sampling), row.Cycles!.Value, row.Milliwatts, row.Configuration);
        }

        errors.Check();
    }

    /// <summary>No constant of the regions is fitted, so the published rows are a test of them too.</summary>
    [Test]
    [Category("Golden")]
    [Category("Golden.SmvEngine")]
    public void Regions_from_schedules_agree_with_the_published_rows([Values("conv", "mm", "maxpool", "avgpool", "bnnhwc", "bnfc", "eltadd", "eltmul", "less", "act", "softmax")] string kernel)
    {
        GoldenData.Require(SmvTable.File);
        var model = new ScheduledEngine(SmvDatapath.Published);
        var errors = new Errors();
        // The exponential of ELU and SELU runs for negative values only, and values are not those of the row.
        foreach (SmvTableRow row in SmvTable.Published(kernel).Where(r => r.Sampling.Level == SamplingLevel.None && r.Arguments.Activation is not (OperatorKind.ELU or OperatorKind.SELU)))
            errors.Add(row.Kernel, row.ToString(), model.Time(row.Arguments, row.Sampling), row.Cycles!.Value, row.Milliwatts, "");
        errors.Check();
    }

    [Test]
    public void Random_datapaths_take_the_cycles_and_power_of_their_schedules() => Compare(datapaths: 3, shapes: 10, seed: 11, MaximumPercent, LargeTileMaximumPercent);

    /// <summary>The figures of <c>docs/validation.md</c>.</summary>
    [Test]
    [Explicit("takes minutes; its output is the table of docs/validation.md")]
    public void Five_hundred_launches_on_random_datapaths_take_the_cycles_and_power_of_their_schedules() => Compare(datapaths: 25, shapes: 20, seed: 77, maximumPercent: 10, largeTilePercent: 4);

    [Test]
    public void A_pipelined_loop_around_loops_is_refused_for_its_kernel_only()
    {
        var model = new SmvLoopNestModel(SmvDatapath.Published.WithPipelining("smv_conv3d_nhwc_vec_fxp", "conv3d_row"));
        Assert.Multiple(() =>
        {
            Assert.That(() => model.Time(s_convolution, Sampling.Off), Throws.InstanceOf<ConfigurationException>().With.Message.EqualTo(
                "the closed forms of the SMV engine do not cover loop smv_conv3d_nhwc_vec_fxp/conv3d_row pipelined around other loops: the aladdin model takes it (SmvAladdinModel, --engine-model aladdin)"));
            Assert.That(model.Time(new SmvElementwiseKernel(SmvElementwise.Add, 64), Sampling.Off).TotalCycles, Is.GreaterThan(0));
        });
    }

    [Test]
    public void Unrolling_a_loop_that_holds_loops_is_refused() =>
        Assert.That(() => new SmvLoopNestModel(SmvDatapath.Published.WithUnrolling("smv_conv3d_nhwc_vec_fxp", "k_row", 3)).Time(s_convolution, Sampling.Off),
            Throws.InstanceOf<ConfigurationException>().With.Message.Contains("k_row unrolled by 3 (allowed: 1)"));

    [Test]
    public void Sampling_on_another_datapath_is_refused() =>
        Assert.That(() => new SmvLoopNestModel(SmvDatapath.Published with { ScratchpadPorts = 2 }).Time(s_convolution, new Sampling(SamplingLevel.High)),
            Throws.InstanceOf<ConfigurationException>().With.Message.Contains("sampling on the published datapath only"));

    [Test]
    public void A_matrix_product_whose_weights_span_contiguous_partitions_is_refused()
    {
        var model = new SmvLoopNestModel(SmvDatapath.Published with { Arrays = [.. SmvDatapath.Published.Arrays, DatapathArray.Block("b", 65536, 4, 8)] });
        var product = new SmvMatrixMultiplyKernel { Rows = 1, Depth = 64, Columns = 16, InputWidth = 64, OutputWidth = 16 };
        Assert.Multiple(() =>
        {
            Assert.That(model.Time(product, Sampling.Off).TotalCycles, Is.GreaterThan(0));
            Assert.That(() => model.Time(product with { Columns = 40 }, Sampling.Off),
                Throws.InstanceOf<ConfigurationException>().With.Message.Contains("10240 bytes of weights in contiguous partitions of 8192 bytes"));
        });
    }

    [Test]
    public void A_tile_that_does_not_fit_a_scratchpad_is_named() =>
        Assert.That(() => new SmvAladdinModel().Run(new SmvPoolingKernel { InputRows = 16, InputColumns = 16, Channels = 128, PoolRows = 2, PoolColumns = 2, OutputRows = 8, OutputColumns = 8, OutputChannels = 128 }, Sampling.Off),
            Throws.InstanceOf<SimulationException>().With.Message.Contains("array inputs has"));

    [Test]
    public void Ready_mode_is_refused() =>
        Assert.That(() => new SmvLoopNestModel(SmvDatapath.Published with { ReadyMode = true }), Throws.InstanceOf<ConfigurationException>().With.Message.Contains("ready mode"));

    [Test]
    public void An_array_of_another_name_leaves_the_published_closed_forms() =>
        Assert.That(new SmvLoopNestModel(SmvDatapath.Published with { Arrays = [.. SmvDatapath.Published.Arrays, DatapathArray.Complete("own", 64, 4)] }).Time(s_convolution, Sampling.Off),
            Is.EqualTo(new SmvLoopNestModel().Time(s_convolution, Sampling.Off)));

    private static void Compare(int datapaths, int shapes, int seed, double maximumPercent, double largeTilePercent)
    {
        var errors = new Errors(RandomPowerPercent, maximumPercent, largeTilePercent);
        foreach (DatapathConfiguration datapath in SmvDatapaths.Random(datapaths, seed))
        {
            var formula = new SmvLoopNestModel(datapath);
            var simulated = new SmvAladdinModel(datapath);
            foreach ((string name, SmvKernel kernel) in SmvShapes.Random(shapes, seed++))
            {
                // Weights in contiguous partitions: those of larger products are refused.
                if (kernel is SmvMatrixMultiplyKernel && datapath.Arrays.Any(a => a.Partitioning == ArrayPartitioning.Block)) continue;
                if (kernel is SmvPoolingKernel { InputRows: var rows, InputColumns: var columns, Channels: var channels } && rows * columns * channels > ScratchpadElements) continue;
                AladdinResult theirs = simulated.Run(kernel, Sampling.Off);
                errors.Add(name, $"{SmvDatapaths.Text(datapath)}: {kernel}", formula.Time(kernel, Sampling.Off), theirs.Cycles, theirs.Power.Total, "", datapath.CycleTimeNanoseconds);
            }
        }

        errors.Check();
    }

    /// <summary>Differences of cycles and power, by kernel.</summary>
    private sealed class Errors(double powerPercent = PowerPercent, double maximumPercent = MaximumPercent, double largeTilePercent = LargeTileMaximumPercent)
    {
        private readonly Dictionary<string, List<(double Cycles, double Power)>> _byKernel = [];
        private readonly List<string> _differences = [];

        public void Add(string kernel, string what, in SmvKernelTiming ours, long cycles, double milliwatts, string configuration, double? period = null)
        {
            double ns = period ?? Period(configuration);
            double error = 100 * (ours.TotalCycles / cycles - 1);
            double power = 100 * ((ours.LeakageMilliwatts + ours.DynamicPicojoules / (ours.TotalCycles * ns)) / milliwatts - 1);
            if (!_byKernel.TryGetValue(kernel, out List<(double Cycles, double Power)>? list)) _byKernel.Add(kernel, list = []);
            list.Add((Math.Abs(error), Math.Abs(power)));
            if (Math.Abs(error) > (cycles > 2000 ? largeTilePercent : maximumPercent) || Math.Abs(power) > powerPercent)
                _differences.Add(Text($"{what}: {cycles} cycles and {milliwatts:0.0} mW simulated, {ours.TotalCycles:0} ({error:+0.0;-0.0} %) and power {power:+0.0;-0.0} % here"));
        }

        public void Check()
        {
            foreach ((string kernel, List<(double Cycles, double Power)> list) in _byKernel) Print(kernel, list);
            List<(double Cycles, double Power)> all = [.. _byKernel.Values.SelectMany(l => l)];
            Print("all", all);
            Assert.Multiple(() =>
            {
                Assert.That(_differences, Is.Empty, string.Join("\n", _differences.Take(30)));
                Assert.That(all.Average(e => e.Cycles), Is.LessThanOrEqualTo(MeanPercent));
            });
        }

        /// <summary>The clock of a configuration of the table, from its name.</summary>
        private static double Period(string configuration) =>
            configuration.Contains("-ct", StringComparison.Ordinal) ? double.Parse(configuration[(configuration.IndexOf("-ct", StringComparison.Ordinal) + 3)..^4], CultureInfo.InvariantCulture) : 1;

        private static void Print(string name, List<(double Cycles, double Power)> list) => TestContext.Out.WriteLine(Text(
            $"| {name} | {list.Count} | {list.Count(e => e.Cycles < 1e-9)} | {list.Average(e => e.Cycles):0.00} | {list.Max(e => e.Cycles):0.00} | {list.Average(e => e.Power):0.00} | {list.Max(e => e.Power):0.00} |"));

        private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
