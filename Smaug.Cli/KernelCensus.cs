using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.LoopNests;
using Smaug.Core.Execution;

namespace Smaug.Cli;

/// <summary>
/// Times kernels with the formula and notes which there are: how many kinds, and how many instructions a trace of each kind
/// would hold.
/// </summary>
internal sealed class KernelCensus : ISmvEngineModel
{
    /// <summary>
    /// Instructions of a trace for one iteration of the innermost loop of convolutions and matrix products: 8 processing
    /// elements of 4 vectors, measured on LeNet-5 and the CNN. Other kernels have far fewer, so that this bounds them.
    /// </summary>
    private const double InstructionsPerIteration = 1200;

    private readonly SmvLoopNestModel _formula = new();
    private readonly HashSet<SmvKernel> _kinds = [];

    /// <summary>Kernels that differ in their arguments.</summary>
    public int Kinds => _kinds.Count;

    /// <summary>Instructions of the traces of all kinds, estimated.</summary>
    public long Instructions { get; private set; }

    /// <summary>Instructions of the longest trace, estimated.</summary>
    public long LargestInstructions { get; private set; }

    public SmvKernelTiming Time(SmvKernel kernel, Sampling sampling)
    {
        SmvKernelTiming timing = _formula.Time(kernel, sampling);
        if (_kinds.Add(kernel))
        {
            double simulated = timing.ComputeCycles > 0 ? 1 - timing.UpsampledCycles / timing.ComputeCycles : 1;
            long instructions = (long)(timing.Activity.Iterations * simulated * InstructionsPerIteration);
            Instructions += instructions;
            LargestInstructions = Math.Max(LargestInstructions, instructions);
        }

        return timing;
    }
}
