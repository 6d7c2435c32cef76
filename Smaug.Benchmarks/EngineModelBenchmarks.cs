using BenchmarkDotNet.Attributes;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.LoopNests;
using Smaug.Core.Execution;

namespace Smaug.Benchmarks;

/// <summary>Timing kernels of the SMV engine with the loop-nest model, a million launches each.</summary>
[MemoryDiagnoser]
public class EngineModelBenchmarks
{
    private const int Launches = 1_000_000;

    private readonly SmvLoopNestModel _model = new();
    private readonly SmvKernel[] _kernels =
    [
        new SmvConvolutionKernel
        {
            InputRows = 30, InputColumns = 30, InputChannels = 32, TopHalo = 1, LeftHalo = 1, WeightKernels = 32, WeightChannels = 32, KernelRows = 3,
            KernelColumns = 3, Kernels = 32, OutputRows = 30, OutputColumns = 30, OutputChannels = 32,
        },
        new SmvMatrixMultiplyKernel { Rows = 1, Depth = 1024, Columns = 32, InputWidth = 1024, OutputWidth = 32 },
        new SmvPoolingKernel { InputRows = 28, InputColumns = 28, Channels = 32, PoolRows = 2, PoolColumns = 2, OutputRows = 14, OutputColumns = 14, OutputChannels = 32 },
        new SmvBatchNormKernel { Batch = 1, Rows = 16, Columns = 16, Channels = 64, WeightChannels = 64 },
        new SmvElementwiseKernel(SmvElementwise.Add, 16384),
    ];

    /// <summary>Launches of convolutions alone. The result is the sum of cycles.</summary>
    [Benchmark]
    public double MillionConvolutions()
    {
        double cycles = 0;
        for (int i = 0; i < Launches; i++) cycles += _model.Time(_kernels[0], Sampling.Off).TotalCycles;
        return cycles;
    }

    /// <summary>Launches of five kernels in turn. The result is the sum of cycles.</summary>
    [Benchmark]
    public double MillionMixedLaunches()
    {
        double cycles = 0;
        for (int i = 0; i < Launches; i += _kernels.Length)
        {
            foreach (SmvKernel kernel in _kernels) cycles += _model.Time(kernel, Sampling.Off).TotalCycles;
        }

        return cycles;
    }
}
