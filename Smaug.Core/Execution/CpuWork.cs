namespace Smaug.Core.Execution;

/// <summary>What the CPU does for one piece of work, before the memory system is asked.</summary>
/// <param name="Instructions">Instructions executed.</param>
/// <param name="Cycles">Cycles of the core's clock when every access hits in its cache.</param>
/// <param name="ReadBytes">Bytes read in order from <see cref="HostTask.Source"/>.</param>
/// <param name="WriteBytes">Bytes written in order to <see cref="HostTask.Destination"/>.</param>
/// <param name="HidesReadMisses">
/// Whether so few instructions lie between two lines that the core has the next read under way while the stores of this
/// line drain; read misses then cost nothing beyond the write misses.
/// </param>
/// <param name="LinesAhead">
/// Where read misses are hidden: lines that the core reads ahead of the one it writes, 1 to 16. The analytical memory does
/// not look at it.
/// </param>
/// <param name="MissCycles">Cycles that a miss takes the core beyond the time of the memory. The analytical memory's times have them in them.</param>
/// <param name="HiddenCycles">Cycles of waiting for a line that the core fills with other instructions; the analytical memory's times have them in them.</param>
public readonly record struct CpuWork(
    double Instructions, double Cycles, long ReadBytes, long WriteBytes, bool HidesReadMisses, int LinesAhead = 4, double MissCycles = 0, double HiddenCycles = 0)
{
    /// <summary>Loads and stores among the instructions; null where the model does not know. The lines read ahead have it in them already.</summary>
    public InstructionMix? Mix { get; init; }
}

/// <summary>The pieces of framework software around operators.</summary>
public enum CpuOverhead
{
    /// <summary>The network begins.</summary>
    NetworkStart,

    /// <summary>The network ends.</summary>
    NetworkEnd,

    /// <summary>A Data operator has its turn.</summary>
    DataOperator,

    /// <summary>The next operator is chosen.</summary>
    OperatorStart,

    /// <summary>Tiles of an operator are looked up before they are filled.</summary>
    PreparationStart,

    /// <summary>As before, more for the first preparation of a network.</summary>
    FirstPreparation,

    /// <summary>As before, more for the first preparation of a convolution.</summary>
    FirstConvolutionPreparation,

    /// <summary>Output tiles are looked up before they are gathered.</summary>
    FinalizationStart,

    /// <summary>As before, more for the first finalisation of a network.</summary>
    FirstFinalization,

    /// <summary>The body of an accelerated operator begins, up to its first launch.</summary>
    BodyStart,

    /// <summary>As before, more for the first body of a network.</summary>
    FirstBody,

    /// <summary>As before, more for the first convolution.</summary>
    FirstConvolution,

    /// <summary>As before, more for the first pooling.</summary>
    FirstPooling,

    /// <summary>As before, more for the first inner product.</summary>
    FirstInnerProduct,

    /// <summary>As before, more for the first operator of any other kind.</summary>
    FirstOfKind,

    /// <summary>The first change of layout of a network begins.</summary>
    FirstReorder,

    /// <summary>A kernel is launched: arrays are mapped and the command is sent.</summary>
    Launch,

    /// <summary>The body of an accelerated operator ends.</summary>
    BodyEnd,

    /// <summary>As the begin of a body, more for each accelerator of the pool beyond the first.</summary>
    PoolStart,

    /// <summary>As before, more for each of them when a network uses the pool for the first time.</summary>
    FirstUse,
}

/// <summary>
/// Tells how much work the host CPU has. The simulator adds the misses that the memory system makes of it. Implementations:
/// <see cref="OutOfOrderCpuModel"/>, <see cref="InOrderCpuModel"/>, <see cref="InstantCpuModel"/>; a user's own for another core.
/// </summary>
public interface ICpuModel
{
    /// <summary>The work of a host task.</summary>
    /// <param name="task">What is moved or computed.</param>
    /// <param name="lineBytes">Bytes of a cache line.</param>
    CpuWork Work(in HostTask task, int lineBytes);

    /// <summary>Cycles of a piece of framework software, besides its <see cref="ColdReads"/>.</summary>
    double Cycles(CpuOverhead overhead);

    /// <summary>
    /// Reads of a piece of framework software that find their lines in no cache and that the core waits for, one after the other: only bytes
    /// read, miss and hidden cycles count. None by default.
    /// </summary>
    CpuWork ColdReads(CpuOverhead overhead) => default;

    /// <summary>
    /// Instructions of a piece of framework software, for statistics. The default is what the original software executes
    /// (<see cref="FrameworkInstructions"/>), whatever the core.
    /// </summary>
    double Instructions(CpuOverhead overhead) => FrameworkInstructions.Of(overhead);
}
