using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Smaug.Core.Reporting;
using Smaug.Core.Units;

namespace Smaug.Sweeps;

/// <summary>What a sweep found: one row per point, in the order of the points.</summary>
/// <param name="Sweep">What it went through.</param>
/// <param name="Rows">One per point.</param>
/// <param name="Resumed">Points that an earlier, interrupted sweep had finished.</param>
public sealed record SweepResult(SweepSpecification Sweep, ImmutableArray<SweepRow> Rows, int Resumed)
{
    /// <summary>
    /// Remarks of the runs, such as parameters without effect on the memory model in use: each once, in the order in which they first come, with the
    /// numbers of its points where it is not of all.
    /// </summary>
    public ImmutableArray<string> Notes => [.. Rows.SelectMany(r => r.Notes).Distinct().Select(note => SweepNote.Text(note, [.. Rows.Where(r => r.Notes.Contains(note)).Select(r => r.Index)], Rows.Length))];
}

/// <summary>One point and what was found there.</summary>
/// <param name="Index">Number of the point.</param>
/// <param name="Network">Name of the network.</param>
/// <param name="Values">Value of each parameter of the sweep.</param>
/// <param name="Figures">What the run gave.</param>
public sealed record SweepRow(int Index, string Network, ImmutableArray<string> Values, SweepFigures Figures)
{
    /// <summary>Remarks of the run (<see cref="RunReport.Notes"/>).</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>The figures of one run that a sweep keeps; times in picoseconds. <c>docs/report-schema.md</c> defines them.</summary>
public sealed record SweepFigures
{
    /// <summary>The CPU fills activation tiles.</summary>
    public required long PreparationPicoseconds { get; init; }

    /// <summary>Operators run.</summary>
    public required long BodyPicoseconds { get; init; }

    /// <summary>The CPU gathers output tiles.</summary>
    public required long FinalizationPicoseconds { get; init; }

    /// <summary>The CPU changes layouts.</summary>
    public required long ReorderingPicoseconds { get; init; }

    /// <summary>The framework.</summary>
    public required long OtherPicoseconds { get; init; }

    /// <summary>At least one accelerator was busy.</summary>
    public required long AnyAcceleratorBusyPicoseconds { get; init; }

    /// <summary>Cycles of all invocations.</summary>
    public required long AcceleratorCycles { get; init; }

    /// <summary>Bytes read from and written to DRAM.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Energy of the accelerators, pJ.</summary>
    public required double AcceleratorPicojoules { get; init; }

    /// <summary>Time from the begin to the end of the network.</summary>
    [JsonIgnore]
    public SimTime Total => new(PreparationPicoseconds + BodyPicoseconds + FinalizationPicoseconds + ReorderingPicoseconds + OtherPicoseconds);

    /// <summary>Part of the run, between 0 and 1, in which at least one accelerator was busy.</summary>
    [JsonIgnore]
    public double BusyShare => Total.Picoseconds == 0 ? 0 : (double)AnyAcceleratorBusyPicoseconds / Total.Picoseconds;

    /// <summary>Energy of all components, pJ.</summary>
    public required double TotalPicojoules { get; init; }

    internal static SweepFigures Of(RunReport report) => new()
    {
        PreparationPicoseconds = report.Time.TensorPreparation.Picoseconds,
        BodyPicoseconds = report.Time.OperatorBody.Picoseconds,
        FinalizationPicoseconds = report.Time.TensorFinalization.Picoseconds,
        ReorderingPicoseconds = report.Time.Reordering.Picoseconds,
        OtherPicoseconds = report.Time.Other.Picoseconds,
        AnyAcceleratorBusyPicoseconds = report.AnyAcceleratorBusy.Picoseconds,
        AcceleratorCycles = report.Invocations.Sum(i => i.Cycles),
        MemoryBytes = report.Traffic.MemoryReadBytes + report.Traffic.MemoryWriteBytes,
        AcceleratorPicojoules = report.AcceleratorEnergy.Picojoules,
        TotalPicojoules = report.TotalEnergy.Picojoules,
    };
}
