using Smaug.Core.Graphs;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Core.Execution;

/// <summary>
/// One accelerator of a simulated SoC: gets kernel launches one at a time, moves their data through the memory ports of its
/// <see cref="AcceleratorContext"/>, and returns when it is done. To bring a new accelerator into an SoC, implement this
/// interface and hand a factory to the SoC's builder; <c>docs/soc.md</c> shows one in 30 lines.
/// </summary>
public interface IAccelerator
{
    /// <summary>
    /// Runs one kernel. Called within a process of the simulation: it may await what the simulator and the ports offer, and
    /// nothing else. The SoC adds activation and the signal of the end.
    /// </summary>
    /// <param name="plan">The operator that the launch belongs to.</param>
    /// <param name="launch">One of the plan's launches.</param>
    /// <returns>What was done, for the report.</returns>
    /// <exception cref="SimulationException">The accelerator cannot run the launch.</exception>
    Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch);

    /// <summary>Area of the accelerator in um²; 0, the default, when it is not modelled.</summary>
    double AreaSquareMicrometres => 0;
}

/// <summary>What an accelerator did in one launch, for the report.</summary>
/// <param name="Kernel">Name of the kernel.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulate operations on logical elements; 0 when it does none.</param>
/// <param name="UpsampledCycles">Cycles that were scaled up from sampled iterations; 0 without sampling.</param>
/// <param name="Energy">Energy of the accelerator from activation to the end; zero when it is not modelled.</param>
public readonly record struct KernelResult(string Kernel, long MultiplyAccumulates, long UpsampledCycles, Energy Energy)
{
    /// <summary>The part of <see cref="Energy"/> that leaked; zero when it is not told apart.</summary>
    public Energy Leakage { get; init; }
}

/// <summary>What an accelerator does at a moment.</summary>
public enum AcceleratorPhase
{
    /// <summary>It has no work.</summary>
    Idle,

    /// <summary>It is being activated or signals its end.</summary>
    Overhead,

    /// <summary>It waits for data, and does nothing else.</summary>
    TransferIn,

    /// <summary>It computes or converts data.</summary>
    Compute,

    /// <summary>It waits for results to reach memory, and does nothing else.</summary>
    TransferOut,
}

/// <summary>What an accelerator is given by the SoC that it is part of.</summary>
public abstract class AcceleratorContext
{
    /// <summary>The simulation.</summary>
    public abstract Simulator Simulator { get; }

    /// <summary>Index in the accelerator pool, from 0.</summary>
    public abstract int Index { get; }

    /// <summary>Clock of the accelerator.</summary>
    public abstract Clock Clock { get; }

    /// <summary>Which loops of the kernels are sampled and scaled up.</summary>
    public abstract Sampling Sampling { get; }

    /// <summary>
    /// The port through which operands of a role reach host memory: that of the DMA engine, where a request is a block of at
    /// most 4 KiB, or the accelerator coherency port, where it may be of any size.
    /// </summary>
    public abstract MemoryPort Port(OperandRole role);

    /// <summary>
    /// The port of a DMA engine for which no software flushes or invalidates caches first; a request is a block of at most
    /// 4 KiB. An SoC without such an engine gives the one that <see cref="Port"/> gives for inputs.
    /// </summary>
    public virtual MemoryPort DirectDmaPort => Port(OperandRole.Input);

    /// <summary>Physical address of a host buffer, a tile or a whole tensor, which is given one when it has none yet.</summary>
    /// <param name="buffer">Its name, as in <see cref="HostTransfer.Buffer"/>.</param>
    /// <param name="bytes">Bytes that the buffer must have at least.</param>
    public abstract long Address(string buffer, long bytes);

    /// <summary>Tells what the accelerator does from now on, for the report and the timeline.</summary>
    public abstract void Enter(AcceleratorPhase phase);
}

/// <summary>Makes an accelerator for a place in the pool.</summary>
/// <param name="context">What the SoC gives it.</param>
public delegate IAccelerator AcceleratorFactory(AcceleratorContext context);
