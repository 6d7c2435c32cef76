using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Smv.Traced;
using Smaug.Accelerators.Tracing;
using Smaug.Core;

namespace Smaug.Tests.Aladdin;

/// <summary>Kernels written in C#: their values, their traces in memory and in files.</summary>
[TestFixture]
internal sealed class TracerTests
{
    private static DatapathConfiguration TriadConfiguration => new()
    {
        Arrays = [DatapathArray.Cyclic("a", 256, 4, 4), DatapathArray.Cyclic("b", 256, 4, 4), DatapathArray.Cyclic("c", 256, 4, 4)],
        Unrolling = new Dictionary<LoopLabel, int> { [new LoopLabel("triad", "loop")] = 4 },
        Pipelined = new HashSet<LoopLabel> { new("triad", "loop") },
    };

    private static KernelTrace Triad(KernelTracerOptions? options = null)
    {
        using var tracer = new KernelTracer(options);
        TracedArray<TracedFloat> a = tracer.ArrayParameter<TracedFloat>("a", 64), b = tracer.ArrayParameter<TracedFloat>("b", 64),
            c = tracer.ArrayParameter<TracedFloat>("c", 64);
        for (int i = 0; i < 64; i++)
        {
            ((TracedFloat)i).Write(a.Raw[(4 * i)..]);
            ((TracedFloat)(2 * i)).Write(b.Raw[(4 * i)..]);
        }
        TracedFloat scale = tracer.FloatParameter("s", 3);
        using (tracer.Begin("triad"))
        {
            foreach (TracedInt i in tracer.Loop("loop", 64)) c[i] = a[i] + (scale * b[i]);
        }
        Assert.That(BitConverter.ToSingle(c.Raw[(4 * 10)..]), Is.EqualTo(70f));
        return tracer.Finish();
    }

    [Test]
    public void A_traced_kernel_schedules_like_the_same_kernel_from_a_file()
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "triad.trace.gz");
        KernelTrace memory = Triad(new KernelTracerOptions { OutputPath = path });
        AladdinResult a = AladdinSimulator.Run(memory, TriadConfiguration).Single();
        AladdinResult b = AladdinSimulator.Run(path, TriadConfiguration).Single();
        Assert.That(Text(b), Is.EqualTo(Text(a)));
        Assert.That(a.Units.SingleAdders, Is.GreaterThan(0));
        Assert.That(a.Loops.Single().IsPipelined, Is.True);
    }

    public static IEnumerable<TestCaseData> Kernels
    {
        get
        {
            yield return Case("conv", o => SmvTracedKernels.Convolution(
                new SmvConvolutionShape { Rows = 3, Columns = 3, Channels = 8, Kernels = 8, KernelRows = 2, KernelColumns = 2, PadTop = 1, Activation = SmvTracedActivation.Relu }, options: o));
            yield return Case("mm", o => SmvTracedKernels.MatrixMultiply(
                new SmvMatrixMultiplyShape { Batch = 2, Activations = 64, Neurons = 8, SamplingLevel = 4 }, options: o));
            yield return Case("maxpool", o => SmvTracedKernels.Pooling(
                new SmvPoolingShape { Rows = 4, Columns = 4, Channels = 16, PoolRows = 2, PoolColumns = 2, Stride = 2 }, options: o));
            yield return Case("bn", o => SmvTracedKernels.BatchNorm(
                new SmvBatchNormShape { Kind = SmvBatchNormKind.ConvolutionNhwc, Batch = 1, Rows = 2, Columns = 2, Channels = 8 }, options: o));
            yield return Case("elu", o => SmvTracedKernels.Activation(SmvTracedActivation.Elu, 64, options: o));
            yield return Case("less", o => SmvTracedKernels.Elementwise(SmvElementwiseKind.Less, 64, options: o));
        }
    }

    [TestCaseSource(nameof(Kernels))]
    public void An_smv_kernel_schedules_the_same_from_memory_and_from_its_file(Func<KernelTracerOptions, SmvKernelRun> run)
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, TestContext.CurrentContext.Test.ID + ".trace.gz");
        SmvKernelRun traced = run(new KernelTracerOptions { OutputPath = path });
        DatapathConfiguration configuration = DatapathConfigurationFile.Read(AladdinGolden.Configuration("smv-accel-params.cfg"));
        AladdinResult a = AladdinSimulator.Run(traced.Trace, configuration).Single();
        AladdinResult b = AladdinSimulator.Run(path, configuration).Single();
        File.Delete(path);
        Assert.That(Text(b), Is.EqualTo(Text(a)));
    }

    [Test]
    public void Two_kernels_in_one_tracer_are_two_invocations()
    {
        using var tracer = new KernelTracer();
        TracedArray<TracedInt> a = tracer.ArrayParameter<TracedInt>("a", 8);
        for (int run = 0; run < 2; run++)
        {
            using (tracer.Begin("k")) a[3] = a[2] + 1;
        }
        var configuration = new DatapathConfiguration { Arrays = [DatapathArray.Cyclic("a", 32, 4, 1)] };
        IReadOnlyList<AladdinResult> results = AladdinSimulator.Run(tracer.Finish(), configuration);
        Assert.That(results.Select(r => r.Cycles), Is.EqualTo(new[] { results[0].Cycles, results[0].Cycles }));
        Assert.That(results[1].Scratchpads[0].Reads, Is.EqualTo(2), "counters run on in the reference");
    }

    [Test]
    public void Access_outside_an_array_names_the_array()
    {
        using var tracer = new KernelTracer();
        TracedArray<TracedInt> a = tracer.ArrayParameter<TracedInt>("a", 8);
        using KernelInvocation invocation = tracer.Begin("k");
        Assert.That(() => a[8], Throws.InstanceOf<SimulationException>().With.Message.Contains("Array a"));
    }

    [Test]
    public void Calls_sampling_and_special_functions_are_traced()
    {
        using var tracer = new KernelTracer();
        TracedArray<TracedFloat> x = tracer.ArrayParameter<TracedFloat>("x", 8), host = tracer.ArrayParameter<TracedFloat>("host", 8);
        using (tracer.Begin("k"))
        {
            tracer.DmaLoad(x, host, 32);
            tracer.DmaFence();
            tracer.SetSamplingFactor("loop", 4f);
            foreach (TracedInt i in tracer.Loop("loop", 2))
            {
                using KernelCall call = tracer.Call("body");
                TracedArray<TracedFloat> y = call.Pass("y", x);
                call.Enter();
                y[i] = TracedDouble.Exp(TracedDouble.Widen(y[i])).Narrow();
            }
        }
        var configuration = new DatapathConfiguration
        {
            Arrays = [DatapathArray.Cyclic("x", 32, 4, 1)],
            Unrolling = new Dictionary<LoopLabel, int> { [new LoopLabel("k", "loop")] = 1 },
        };
        AladdinResult result = AladdinSimulator.Run(tracer.Finish(), configuration).Single();
        Assert.That(result.Units.SpecialMath, Is.EqualTo(1));
        Assert.That(result.UpsampledCycles, Is.GreaterThan(0));
        Assert.That(result.Functions.Select(f => f.Function), Is.EqualTo(new[] { "k", "body" }));
    }

    private static TestCaseData Case(string name, Func<KernelTracerOptions, SmvKernelRun> run) => new TestCaseData(run).SetArgDisplayNames(name);

    private static string Text(AladdinResult result) => ResultBlock.Format("k", result) + ResultBlock.FormatScratchpads(result) + result.Graph + string.Join('\n', result.Functions);
}
