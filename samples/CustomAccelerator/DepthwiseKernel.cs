using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.LoopNests;

namespace CustomAccelerator;

/// <summary>
/// The engine's kernel, described by its loops. A vector of 8 channels goes through a multiplier and an adder tree per
/// window position; pixels are pipelined, and the input scratchpad's ports bound how fast they follow each other.
/// </summary>
internal static class DepthwiseKernel
{
    private const int Vector = 8;

    private static readonly DatapathConfiguration s_datapath = new()
    {
        Arrays =
        [
            DatapathArray.Cyclic("inputs", 131072, 32, 4),
            DatapathArray.Cyclic("results", 131072, 32, 2),
            DatapathArray.Complete("weights", 1152, 32),
        ],
    };

    public static LoopNestResult Evaluate(DepthwisePlan plan, DepthwiseLaunch launch)
    {
        int window = plan.KernelRows * plan.KernelColumns;
        int adderLevels = (int)Math.Ceiling(Math.Log2(window));
        var pixel = new LoopRegion
        {
            Label = "pixel",
            Chain = new DependenceChain { MemoryAccesses = 2, Multiplies = 1, Adds = adderLevels },
            Operations = new OperationCounts { Multiplies = window, Adds = window - 1, RegisterWords = 8 * 2 * window },
            Accesses = [new ArrayAccess("inputs", window), new ArrayAccess("results", 0, 1)],
        };
        return LoopNestModel.Evaluate(new LoopNestKernel
        {
            Name = "depthwise",
            Datapath = s_datapath,
            Units = new UnitDemand { Multipliers = window, Adders = window - 1, Registers = 8 * window, RegisterArrayBytes = 1152 },
            Body =
            [
                new Loop
                {
                    Label = "channels",
                    Trips = (launch.Channels + Vector - 1) / Vector,
                    Body =
                    [
                        new LoopRegion { Label = "weights", Chain = new DependenceChain { MemoryAccesses = window }, Operations = new OperationCounts { RegisterWords = 8 * window } },
                        new Loop { Label = "pixels", Trips = (long)launch.OutputRows * plan.OutputColumns, Mode = LoopMode.Pipelined, Body = [pixel] },
                    ],
                },
            ],
        });
    }
}
