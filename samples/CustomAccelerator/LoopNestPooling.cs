// An accelerator described by its loops: pooling beside the SMV engine, with the SMV backend's tiles.
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Custom;
using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core.Execution;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;

namespace CustomAccelerator;

/// <summary>A comparator tree over four partitions of 32 bytes: a window of up to four vectors of 8 channels per cycle.</summary>
internal static class LoopNestPooling
{
    private const int Vector = 8;

    private static readonly DatapathConfiguration s_datapath = new()
    {
        Arrays = [DatapathArray.Cyclic("inputs", 65536, 32, 4), DatapathArray.Cyclic("results", 65536, 32, 1)],
    };

    public static IAccelerator Create(AcceleratorContext context) => new LoopNestAccelerator(context, Describe, otherwise: new SmvAccelerator(context));

    private static LoopNestKernel? Describe(OperatorPlan plan, KernelLaunch launch)
    {
        if (plan is not SmvOperatorPlan smv || launch is not PoolingLaunch pooling || smv.Tiling.Problem is not PoolingProblem problem) return null;
        Tile input = smv.Tiles.Input[pooling.Input], output = smv.Tiles.Output[pooling.Output];
        int window = problem.Rows * problem.Columns, levels = (int)Math.Ceiling(Math.Log2(window));
        var pixel = new LoopRegion
        {
            Label = "window",
            Chain = new DependenceChain { MemoryAccesses = 2, Adds = levels },
            Operations = new OperationCounts { Adds = Vector * (window - 1), RegisterWords = Vector * window },
            Accesses = [new ArrayAccess("inputs", window), new ArrayAccess("results", 0, 1)],
        };
        return new LoopNestKernel
        {
            Name = "pooling tree",
            Datapath = s_datapath,
            Units = new UnitDemand { Adders = Vector * (window - 1), Registers = Vector * window },
            Body = [new Loop { Label = "pixels", Trips = (long)output[0] * output[1] * output[2] * ((input[3] + Vector - 1) / Vector), Mode = LoopMode.Pipelined, Body = [pixel] }],
        };
    }
}
