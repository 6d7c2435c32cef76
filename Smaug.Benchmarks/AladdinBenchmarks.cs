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

/// <summary>
/// Whether time grows with the nodes and no faster: one convolution (28 columns, 8 channels, 8 kernels of 3x3) with more and more
/// rows, 0.27 M nodes each, from a gzip file. The largest takes seconds and 2.5 GB.
/// </summary>
[MemoryDiagnoser]
public class AladdinScalingBenchmarks
{
    private string folder = "";
    private string path = "";

    /// <summary>Rows: about 1, 2, 5 and 10 million nodes.</summary>
    [Params(4, 7, 18, 36)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        folder = Directory.CreateTempSubdirectory("aladdin").FullName;
        path = Path.Combine(folder, "conv.trace.gz");
        long nodes = SmvTracedKernels.Convolution(SmvConvolutionShape.Same(Rows, 28, 8, 8, 3), options: new KernelTracerOptions { OutputPath = path }).Trace.NodeCount;
        Console.WriteLine($"// {nodes} nodes");
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(folder, recursive: true);

    [Benchmark(Description = "file to result")]
    public long FromFile() => AladdinSimulator.Run(path, SmvDatapath.Published).Sum(r => r.Cycles);
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
