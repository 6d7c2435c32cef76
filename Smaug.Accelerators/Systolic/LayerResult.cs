namespace Smaug.Accelerators.Systolic;

/// <summary>What the simulation of one layer found. Cycles are those of the array's clock; words are bytes.</summary>
public sealed record LayerResult
{
    /// <summary>The layer.</summary>
    public required SystolicLayer Layer { get; init; }

    /// <summary>
    /// Cycle of the last demand line, stalls included; one less than the number of cycles unless
    /// <see cref="Corrections.TotalCycles"/> is set.
    /// </summary>
    public required long TotalCycles { get; init; }

    /// <summary>Cycles that the array waited for its scratchpads.</summary>
    public required long StallCycles { get; init; }

    /// <summary>Multiply-accumulates per processing element and cycle, in %.</summary>
    public required double OverallUtilizationPercent { get; init; }

    /// <summary>Processing elements that hold work, averaged over folds, in %.</summary>
    public required double MappingEfficiencyPercent { get; init; }

    /// <summary>Processing elements that work in a cycle, averaged over folds, without stalls, in %.</summary>
    public required double ComputeUtilizationPercent { get; init; }

    /// <summary>Reads of the array from the ifmap scratchpad.</summary>
    public required AccessSummary IfmapSram { get; init; }

    /// <summary>Reads of the array from the filter scratchpad.</summary>
    public required AccessSummary FilterSram { get; init; }

    /// <summary>Writes of the array to the ofmap scratchpad.</summary>
    public required AccessSummary OfmapSram { get; init; }

    /// <summary>Reads of the ifmap scratchpad from DRAM.</summary>
    public required AccessSummary IfmapDram { get; init; }

    /// <summary>Reads of the filter scratchpad from DRAM.</summary>
    public required AccessSummary FilterDram { get; init; }

    /// <summary>Writes of the ofmap scratchpad to DRAM.</summary>
    public required AccessSummary OfmapDram { get; init; }

    /// <summary>Ifmap reads of layer-wise sparsity, which count a fraction of a word per skipped position; null for others.</summary>
    public double? FractionalIfmapReads { get; init; }

    /// <summary>Storage of sparse filters; null without sparsity.</summary>
    public SparseStorage? SparseStorage { get; init; }

    /// <summary>Multiply-accumulates that the array does; fewer than the dense ones for sparse filters.</summary>
    public required long EffectiveMultiplyAccumulates { get; init; }

    /// <summary>
    /// Words of partial sums that WS and IS would have to read back: every row fold but the first adds to the outputs of the
    /// previous one. SCALE-Sim leaves them out, and so do the ofmap figures.
    /// </summary>
    public required long PartialSumReads { get; init; }

    /// <summary>Accesses of the registers in the processing elements, for energy.</summary>
    public required RegisterAccesses RegisterAccesses { get; init; }

    /// <summary>Reads of the array from the ifmap scratchpad per cycle.</summary>
    public double IfmapSramBandwidth => (FractionalIfmapReads ?? IfmapSram.Words) / TotalCycles;

    /// <summary>Reads of the array from the filter scratchpad per cycle.</summary>
    public double FilterSramBandwidth => (double)FilterSram.Words / TotalCycles;

    /// <summary>Writes of the array to the ofmap scratchpad per cycle.</summary>
    public double OfmapSramBandwidth => (double)OfmapSram.Words / TotalCycles;

    /// <summary>Reads of sparse metadata per cycle; 0 without sparsity.</summary>
    public double MetadataSramBandwidth => SparseStorage is null ? 0 : SparseStorage.MetadataWords / TotalCycles;

    /// <summary>Cycles from the first DRAM read to the last DRAM write.</summary>
    public long TotalCyclesWithPrefetch =>
        (OfmapDram.StopCycle ?? 0) - Math.Min(IfmapDram.StartCycle ?? 0, FilterDram.StartCycle ?? 0);
}
