using Smaug.Core.Graphs;
using Smaug.Core.Units;

namespace Smaug.Core.Reporting;

/// <summary>Where the time of one operator went. The seven parts add up to <see cref="Total"/>.</summary>
public sealed record OperatorReport
{
    /// <summary>Name of the node.</summary>
    public required string Name { get; init; }

    /// <summary>What it computes.</summary>
    public required OperatorKind Kind { get; init; }

    /// <summary>Name of the backend that ran it, or <c>CPU</c>.</summary>
    public required string Executor { get; init; }

    /// <summary>Tiles of all its tensors.</summary>
    public required int Tiles { get; init; }

    /// <summary>Kernel launches.</summary>
    public required int Launches { get; init; }

    /// <summary>When it began, from the begin of the network.</summary>
    public required SimTime Start { get; init; }

    /// <summary>The framework chose the operator and set it up.</summary>
    public required SimTime Scheduling { get; init; }

    /// <summary>The CPU filled activation tiles.</summary>
    public required SimTime CpuPreparation { get; init; }

    /// <summary>Data came to an accelerator, cache flushes included, while none computed.</summary>
    public required SimTime TransferIn { get; init; }

    /// <summary>At least one accelerator computed or converted data.</summary>
    public required SimTime Compute { get; init; }

    /// <summary>Results went to host memory while no accelerator computed or received data.</summary>
    public required SimTime TransferOut { get; init; }

    /// <summary>The CPU launched kernels, waited for their end, or computed the operator itself.</summary>
    public required SimTime CpuBody { get; init; }

    /// <summary>The CPU gathered output tiles.</summary>
    public required SimTime CpuFinalization { get; init; }

    /// <summary>Time of the operator's body: transfers, computation and CPU work between preparation and finalisation.</summary>
    public SimTime Body => TransferIn + Compute + TransferOut + CpuBody;

    /// <summary>Time of the operator.</summary>
    public SimTime Total => Scheduling + CpuPreparation + Body + CpuFinalization;

    /// <summary>Part of the run's time, between 0 and 1.</summary>
    public required double Share { get; init; }

    /// <summary>Bytes moved to the accelerators.</summary>
    public required long TransferInBytes { get; init; }

    /// <summary>Bytes moved from the accelerators.</summary>
    public required long TransferOutBytes { get; init; }

    /// <summary>Multiply-accumulate operations, from the operator's shape.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>Energy of the accelerators; zero for operators on the CPU.</summary>
    public required Energy Energy { get; init; }
}
