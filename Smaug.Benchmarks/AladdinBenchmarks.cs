using BenchmarkDotNet.Attributes;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.Traced;
using Smaug.Accelerators.Tracing;

namespace Smaug.Benchmarks;

/// <summary>Traces of SMV convolutions from a gzip file to the result, and the tracer alone.</summary>
[MemoryDiagnoser]
public class AladdinBenchmarks
{
    private readonly DatapathConfiguration configuration = SmvDatapath.Published;
    private string folder = "";
    private string path = "";

    /// <summary>Output rows of the convolution: about 0.43 M and 1.0 M nodes.</summary>
    [Params(0, 1)]
    public int Size { get; set; }

    private SmvConvolutionShape Shape => Size == 0
        ? new SmvConvolutionShape { Rows = 5, Columns = 6, Channels = 40, Kernels = 16, KernelRows = 2, KernelColumns = 2 }
        : SmvConvolutionShape.Same(28, 28, 1, 16, 3) with { SamplingLevel = 2 };

    [GlobalSetup]
    public void Setup()
    {
        folder = Directory.CreateTempSubdirectory("aladdin").FullName;
        path = Path.Combine(folder, "conv.trace.gz");
        SmvTracedKernels.Convolution(Shape, options: new KernelTracerOptions { OutputPath = path });
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(folder, recursive: true);

    [Benchmark(Description = "file to result")]
    public long FromFile() => AladdinSimulator.Run(path, configuration).Sum(r => r.Cycles);

    [Benchmark(Description = "trace in memory")]
    public long Trace() => SmvTracedKernels.Convolution(Shape).Trace.NodeCount;
}

/// <summary>The tracer on a loop of multiply-accumulates: nodes per second.</summary>
[MemoryDiagnoser]
public class TracerBenchmarks
{
    [Params(100_000, 1_000_000)]
    public int Iterations { get; set; }

    /// <summary>Ten nodes per iteration.</summary>
    [Benchmark]
    public long Trace()
    {
        using var tracer = new KernelTracer();
        TracedArray<TracedFloat> a = tracer.ArrayParameter<TracedFloat>("a", 1024), b = tracer.ArrayParameter<TracedFloat>("b", 1024);
        using (tracer.Begin("mac"))
        {
            TracedFloat sum = 0f;
            foreach (TracedInt i in tracer.Loop("loop", Iterations))
            {
                TracedInt at = i & 1023;
                sum += a[at] * b[at];
            }
            b[0] = sum;
        }
        return tracer.Finish().NodeCount;
    }
}
