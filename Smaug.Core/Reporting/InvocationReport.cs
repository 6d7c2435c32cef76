using Smaug.Core.Units;

namespace Smaug.Core.Reporting;

/// <summary>One kernel launch on an accelerator. The four parts add up to the time from activation to the end.</summary>
public sealed record InvocationReport
{
    /// <summary>Name of the operator's node.</summary>
    public required string Operator { get; init; }

    /// <summary>Index of the accelerator in the pool, from 0.</summary>
    public required int Accelerator { get; init; }

    /// <summary>Name of the kernel.</summary>
    public required string Kernel { get; init; }

    /// <summary>When the accelerator was activated, from the begin of the network.</summary>
    public required SimTime Activated { get; init; }

    /// <summary>When it had finished.</summary>
    public required SimTime Done { get; init; }

    /// <summary>Cycles of the accelerator's clock from activation to the end.</summary>
    public required long Cycles { get; init; }

    /// <summary>The part of the cycles that was scaled up from sampled iterations; 0 without sampling.</summary>
    public required long UpsampledCycles { get; init; }

    /// <summary>Waiting for data to come in, flush and set-up included.</summary>
    public required SimTime TransferIn { get; init; }

    /// <summary>Conversion and computation.</summary>
    public required SimTime Compute { get; init; }

    /// <summary>Waiting for results to go out, beyond the conversion that overlaps with it.</summary>
    public required SimTime TransferOut { get; init; }

    /// <summary>Activation and the signal of the end.</summary>
    public required SimTime Overhead { get; init; }

    /// <summary>Bytes moved to the scratchpads.</summary>
    public required long TransferInBytes { get; init; }

    /// <summary>Bytes moved from the scratchpads.</summary>
    public required long TransferOutBytes { get; init; }

    /// <summary>Requests to the DMA engine or the coherency port.</summary>
    public required int Transfers { get; init; }

    /// <summary>Multiply-accumulate operations on logical elements; 0 for kernels that do none.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>Energy of the accelerator over the invocation.</summary>
    public required Energy Energy { get; init; }
}

/// <summary>How busy one accelerator was.</summary>
/// <param name="Index">Index in the pool, from 0.</param>
/// <param name="Invocations">Kernel launches.</param>
/// <param name="Busy">Time from activation to the end, over all launches.</param>
/// <param name="Energy">Energy over all launches.</param>
public sealed record AcceleratorReport(int Index, int Invocations, SimTime Busy, Energy Energy);

/// <summary>A span of work on one track of the timeline.</summary>
/// <param name="Track">The component that works: <c>CPU</c>, <c>CPU 1</c>, <c>accelerator 0</c>.</param>
/// <param name="Name">What it works on.</param>
/// <param name="Category">The kind of work: <c>preparation</c>, <c>launch</c>, <c>compute</c>, <c>transfer in</c>, …</param>
/// <param name="Start">When it began, from the begin of the network.</param>
/// <param name="Duration">How long it took.</param>
public readonly record struct TimelineSpan(string Track, string Name, string Category, SimTime Start, SimTime Duration);
