using BenchmarkDotNet.Attributes;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Smv.Traced;
using Smaug.Accelerators.Tracing;

namespace Smaug.Benchmarks;

/// <summary>Traces of SMV convolutions from a gzip file to the result, and the tracer alone.</summary>
[MemoryDiagnoser]
public class AladdinBenchmarks
{
    private const string Configuration = """
        partition,cyclic,inputs,65536,4,8
        partition,cyclic,weights,65536,4,8
        partition,cyclic,results,65536,4,8
        partition,complete,inputs_dims,16,4
        partition,complete,weights_dims,16,4
        partition,complete,results_dims,16,4
        partition,complete,inputs_halo_pad,16,4
        partition,complete,act_params,20,4
        partition,complete,kernel_reg,1024,4
        partition,complete,smv_conv_product_reg,1024,4
        partition,complete,act_reg,128,4
        partition,complete,accum_vec_reg,256,4
        partition,complete,accum_reg,32,4
        partition,complete,sampling,8,4
        unrolling,smv_conv3d_nhwc_vec_fxp,ofmap_block_iteration,1
        unrolling,smv_conv3d_nhwc_vec_fxp,k_col,1
        unrolling,smv_conv3d_nhwc_vec_fxp,k_row,1
        unrolling,smv_conv3d_nhwc_vec_fxp,pe_iteration,1
        flatten,smv_conv3d_nhwc_vec_fxp,load_kern_pe
        flatten,smv_conv3d_nhwc_vec_fxp,load_kern_mu
        unrolling,smv_conv3d_nhwc_vec_fxp,conv3d_col,1
        unrolling,smv_conv3d_nhwc_vec_fxp,conv3d_row,1
        pipeline,smv_conv3d_nhwc_vec_fxp,conv3d_col
        flatten,smv_conv3d_nhwc_vec_fxp,load_act_mu
        flatten,smv_conv3d_nhwc_vec_fxp,pe_groups
        flatten,smv_conv3d_nhwc_vec_fxp,mu_groups
        flatten,smv_conv3d_nhwc_vec_fxp,reduction_1
        flatten,smv_conv3d_nhwc_vec_fxp,reduction_2
        """;

    private readonly DatapathConfiguration configuration = DatapathConfigurationFile.Parse(Configuration);
    private string folder = "";
    private string path = "";

    /// <summary>Output rows of the convolution: about 0.43 M and 1.0 M nodes.</summary>
    [Params(0, 1)]
    public int Size { get; set; }

    private SmvConvolutionShape Shape => Size == 0
        ? new SmvConvolutionShape { Rows = 5, Columns = 6, Channels = 40, Kernels = 16, KernelRows = 2, KernelColumns = 2 }
        : new SmvConvolutionShape
        {
            Rows = 28,
            Columns = 28,
            Channels = 1,
            Kernels = 16,
            KernelRows = 3,
            KernelColumns = 3,
            PadTop = 1,
            PadBottom = 1,
            PadLeft = 1,
            PadRight = 1,
            SamplingLevel = 2,
        };

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
