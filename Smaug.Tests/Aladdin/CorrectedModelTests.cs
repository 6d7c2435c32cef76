using System.Globalization;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Aladdin.Power;
using Smaug.Accelerators.Smv.Traced;
using Smaug.Accelerators.Tracing;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Aladdin;

/// <summary>The corrected model, the tables, the tutorial's convolution, the design space, the commands.</summary>
[TestFixture]
internal sealed class CorrectedModelTests
{
    private static readonly SmvConvolutionShape PointConvolution = new()
    {
        Rows = 1,
        Columns = 200,
        Channels = 8,
        Kernels = 8,
        KernelRows = 1,
        KernelColumns = 1,
        ReadInputs = false,
        ReadWeights = false,
        SendResults = false,
        // Results are read back and written: the one port of their partition allows one column every two cycles.
        Accumulate = true,
    };

    [TestCase(AladdinFidelity.ReferenceExact, 4)]
    [TestCase(AladdinFidelity.Corrected, 2)]
    public void The_initiation_interval_of_the_convolution_column_loop(AladdinFidelity fidelity, double interval)
    {
        SmvKernelRun run = SmvTracedKernels.Convolution(PointConvolution, options: new KernelTracerOptions { Fidelity = fidelity });
        AladdinResult result = AladdinSimulator.Run(run.Trace, Configuration("smv-accel.cfg"), new AladdinOptions { Fidelity = fidelity }).Single();
        Assert.That(result.Loops.Single(l => l.Label == "conv3d_col").InitiationInterval, Is.EqualTo(interval).Within(0.1));
    }

    [Test]
    [Category("Golden")]
    [Category("Golden.Aladdin")]
    public void The_tutorials_convolution_agrees_with_the_published_block()
    {
        SmvKernelRun run = SmvTracedKernels.Convolution(SmvConvolutionShape.Same(28, 28, 1, 16, 3) with { SamplingLevel = 2 });
        AladdinResult result = AladdinSimulator.Run(run.Trace, Configuration("smv-accel.cfg")).Single();
        // 89,771 published cycles less 24,432 in which units idle (transfers, which take no time standalone).
        Assert.That(result.Cycles, Is.EqualTo(65339).Within(2).Percent);
        Assert.That(ResultBlock.Number(result.Area.Memory), Is.EqualTo("1.13989e+06"));
        Assert.That(ResultBlock.Number(result.Power.MemoryLeakage), Is.EqualTo("18.911"));
        Assert.That((result.Units.Adders, result.Units.Shifters), Is.EqualTo((138, 21)));
    }

    [Test]
    [Category("Golden")]
    [Category("Golden.Aladdin")]
    public void Functional_unit_constants_agree()
    {
        string[] names = ["REG", "ADD", "MUL", "BIT", "SHIFTER", "FP_SP_3STAGE_ADD", "FP_DP_3STAGE_ADD", "FP_SP_3STAGE_MUL", "FP_DP_3STAGE_MUL", "FP_3STAGE_TRIG"];
        int compared = 0;
        foreach (Dictionary<string, string> row in AladdinGolden.Table("fu_constants.csv"))
        {
            FunctionalUnitCost cost = FunctionalUnitLibrary.Cost((FunctionalUnit)Array.IndexOf(names, row["unit"]), Number(row["cycle_time_ns"]));
            Assert.That(cost.InternalMilliwatts, Is.EqualTo(Number(row["internal_mw"])));
            Assert.That(cost.SwitchingMilliwatts, Is.EqualTo(Number(row["switch_mw"])));
            Assert.That(cost.LeakageMilliwatts, Is.EqualTo(Number(row["leakage_mw"])));
            Assert.That(cost.AreaSquareMicrometres, Is.EqualTo(Number(row["area_um2"])));
            if (row["critical_path_ns"].Length > 0) Assert.That(cost.DelayNanoseconds, Is.EqualTo(Number(row["critical_path_ns"])));
            compared++;
        }
        Assert.That(compared, Is.EqualTo(64));
    }

    [Test]
    [Category("Golden")]
    [Category("Golden.Aladdin")]
    public void Every_characterised_memory_is_exact()
    {
        foreach (Dictionary<string, string> row in AladdinGolden.Table("cacti_sram.csv"))
        {
            SramCost cost = SramModel.Evaluate((long)Number(row["partition_bytes"]), (int)Number(row["word_bytes"]), (int)Number(row["rw_ports"]));
            Assert.That((cost.ReadPicojoules, cost.WritePicojoules, cost.LeakageMilliwatts, cost.AreaSquareMicrometres, cost.AccessNanoseconds, cost.IsExact),
                Is.EqualTo((Number(row["read_pj"]), Number(row["write_pj"]), Number(row["leakage_mw"]), Number(row["area_um2"]), Number(row["access_ns"]), true)));
        }
    }

    [Test]
    public void Between_characterised_sizes_costs_grow()
    {
        SramCost below = SramModel.Evaluate(1024, 4, 1), between = SramModel.Evaluate(1500, 4, 1), above = SramModel.Evaluate(2048, 4, 1);
        Assert.That(between.IsExact, Is.False);
        Assert.That(between.AreaSquareMicrometres, Is.InRange(below.AreaSquareMicrometres, above.AreaSquareMicrometres));
        Assert.That(SramModel.Evaluate(1500, 4, 6).AreaSquareMicrometres, Is.GreaterThan(between.AreaSquareMicrometres));
    }

    [Test]
    public void Words_wider_than_any_characterised_one_lie_in_arrays_side_by_side()
    {
        SramCost wide = SramModel.Evaluate(65536, 64, 1), half = SramModel.Evaluate(32768, 32, 1), odd = SramModel.Evaluate(65536, 48, 2), part = SramModel.Evaluate(32768, 24, 2);
        Assert.That((wide.ReadPicojoules, wide.WritePicojoules, wide.LeakageMilliwatts, wide.AreaSquareMicrometres, wide.AccessNanoseconds, wide.IsExact),
            Is.EqualTo((2 * half.ReadPicojoules, 2 * half.WritePicojoules, 2 * half.LeakageMilliwatts, 2 * half.AreaSquareMicrometres, half.AccessNanoseconds, false)));
        Assert.That((odd.ReadPicojoules, odd.AreaSquareMicrometres), Is.EqualTo((2 * part.ReadPicojoules, 2 * part.AreaSquareMicrometres)));
        Assert.That(((int[])[32, 64, 128, 1024]).Select(word => SramModel.Evaluate(65536, word, 1).ReadPicojoules), Is.Ordered.Ascending.And.Unique);
    }

    [TestCase(65536, 1048576)]
    [TestCase(3, 4)]
    public void A_word_larger_than_the_memory_is_refused(long bytes, int word) =>
        Assert.That(() => SramModel.Evaluate(bytes, word, 1), Throws.ArgumentException.With.Message.Contains($"SRAM of {bytes} bytes: a word of {word} bytes must fit into it"));

    [Test]
    public void Corrected_power_of_a_sampled_run_counts_the_iterations_left_out()
    {
        var shape = new SmvMatrixMultiplyShape { Batch = 2, Activations = 256, Neurons = 16, SamplingLevel = 4 };
        AladdinResult Of(AladdinFidelity fidelity) => AladdinSimulator.Run(
            SmvTracedKernels.MatrixMultiply(shape, options: new KernelTracerOptions { Fidelity = fidelity }).Trace, Configuration("smv-accel.cfg"),
            new AladdinOptions { Fidelity = fidelity }).Single();
        Assert.That(Of(AladdinFidelity.Corrected).Power.MemoryDynamic, Is.GreaterThan(1.3 * Of(AladdinFidelity.ReferenceExact).Power.MemoryDynamic));
    }

    /// <summary>Reads two vectors, adds them, takes an exponential, stores both.</summary>
    private static AladdinResult Vectors(AladdinFidelity fidelity, int partitions, float cycleTime = 1)
    {
        using var tracer = new KernelTracer(new KernelTracerOptions { Fidelity = fidelity });
        TracedArray<TracedVector> x = tracer.ArrayParameter<TracedVector>("x", 2);
        TracedArray<TracedDouble> y = tracer.ArrayParameter<TracedDouble>("y", 1);
        using (tracer.Begin("k"))
        {
            x[0] = x[0] + x.Field(1).Load();
            y[0] = TracedDouble.Exp(TracedDouble.Widen(x[0].Extract(0)));
        }
        var design = new DatapathConfiguration
        {
            Arrays = [DatapathArray.Cyclic("x", 64, 4, partitions), DatapathArray.Cyclic("y", 8, 8, 1)],
            CycleTimeNanoseconds = cycleTime,
        };
        return AladdinSimulator.Run(tracer.Finish(), design, new AladdinOptions { Fidelity = fidelity }).Single();
    }

    [TestCase(AladdinFidelity.ReferenceExact, 1)]
    [TestCase(AladdinFidelity.Corrected, 8)]
    public void A_vector_addition_takes_a_unit_per_lane(AladdinFidelity fidelity, int adders) =>
        Assert.That(Vectors(fidelity, 8).Units.SingleAdders, Is.EqualTo(adders));

    [TestCase(AladdinFidelity.ReferenceExact, 3, 1)]
    [TestCase(AladdinFidelity.Corrected, 24, 8)]
    public void A_vector_access_moves_all_its_words(AladdinFidelity fidelity, long reads, long writes) =>
        Assert.That(Vectors(fidelity, 8).Scratchpads.Where(s => s.Array == "x").Select(s => (s.Reads, s.Writes)), Is.EqualTo(new[] { (reads, writes) }));

    [Test]
    public void A_vector_access_holds_a_port_of_every_partition_it_touches()
    {
        // Sixteen partitions: the vectors lie in different halves, in both models. Eight: both need all of them.
        Assert.That(Vectors(AladdinFidelity.Corrected, 8).Cycles - Vectors(AladdinFidelity.Corrected, 16).Cycles, Is.EqualTo(1));
        Assert.That(Vectors(AladdinFidelity.Corrected, 4).Cycles - Vectors(AladdinFidelity.Corrected, 16).Cycles, Is.EqualTo(1));
    }

    [TestCase(1f, 27)]
    [TestCase(5f, 3)]
    [TestCase(10f, 0)]
    public void A_special_function_takes_thirty_nanoseconds(float cycleTime, int more) =>
        Assert.That(Vectors(AladdinFidelity.Corrected, 16, cycleTime).Cycles - Vectors(AladdinFidelity.ReferenceExact, 16, cycleTime).Cycles, Is.EqualTo(more));

    [Test]
    public void The_command_writes_summary_json_and_activity()
    {
        string folder = Directory.CreateTempSubdirectory("aladdin").FullName;
        string trace = Path.Combine(folder, "k.trace.gz"), name = Path.Combine(folder, "k");
        Infrastructure.Cli traced = Infrastructure.Cli.Run("trace", "eltadd", "elements=64", "-o", trace);
        Assert.That(traced.ExitCode, Is.Zero, traced.Error);
        Infrastructure.Cli run = Infrastructure.Cli.Run("aladdin", name, trace, AladdinGolden.Configuration("smv-accel.cfg"), "--json", name + ".json", "--activity", name + ".csv", "--html", name + ".html");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Output, Does.Contain("Aladdin Results"));
        Assert.That(File.ReadAllText(name + "_summary"), Does.Contain("Top level function: smv_eltwise_add_nc_vec_fxp"));
        Assert.That(File.ReadAllText(name + "_spad_stats.txt"), Does.Contain("Array: inputs0, size = 65536, partitions = 8"));
        Assert.That(File.ReadAllText(name + ".json"), Does.Contain("\"topFunction\": \"smv_eltwise_add_nc_vec_fxp\""));
        Assert.That(File.ReadLines(name + ".csv").First(), Does.StartWith("cycles,"));
        Assert.That(File.ReadAllText(name + ".html"), Does.Contain("smv_eltwise_add_nc_vec_fxp: ").And.Contain("<svg ").And.Contain(">inputs0-read</text>").And.Contain("per cycle</title>"));
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void The_command_reports_an_unknown_kernel_on_one_line()
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run("trace", "frob", "-o", "x.trace");
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("kernel 'frob' is unknown"));
    }

    private static DatapathConfiguration Configuration(string name) => DatapathConfigurationFile.Read(AladdinGolden.Configuration(name));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
