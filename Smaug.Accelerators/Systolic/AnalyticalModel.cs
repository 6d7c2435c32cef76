namespace Smaug.Accelerators.Systolic;

/// <summary>Cycles of a layer without simulation: the folds alone, or bounded by memory bandwidth.</summary>
/// <param name="ComputeCycles">Cycles without stalls; one less than the number of demand lines, as SCALE-Sim counts.</param>
/// <param name="MemoryBytes">Bytes moved between DRAM and scratchpads.</param>
/// <param name="TotalCycles">The larger of compute cycles and memory time.</param>
public readonly record struct AnalyticalEstimate(long ComputeCycles, double MemoryBytes, double TotalCycles)
{
    /// <summary>Cycles that memory adds.</summary>
    public double StallCycles => TotalCycles - ComputeCycles;

    /// <summary>Estimates a layer with the weight-stationary roofline of SCALE-Sim's later revisions, or its fold count for other dataflows.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="configuration">Array, scratchpads and dataflow.</param>
    /// <param name="bytesPerCycle">Memory bandwidth; 0 for no bound.</param>
    /// <param name="wordBytes">Bytes per word; default 1.</param>
    public static AnalyticalEstimate Of(SystolicLayer layer, SystolicConfiguration configuration, double bytesPerCycle = 0, int wordBytes = 1)
    {
        layer.Validate();
        configuration.Validate();
        (long rows, long columns, long time) = layer.Extents(configuration.Dataflow);
        long fold = configuration.Dataflow == Dataflow.OutputStationary
            ? time + configuration.Rows + configuration.Columns - 2
            : 2L * configuration.Rows + configuration.Columns + time - 2;
        long columnFolds = (columns + configuration.Columns - 1) / configuration.Columns;
        long cycles = fold * columnFolds * ((rows + configuration.Rows - 1) / configuration.Rows) - 1;
        double m = layer.OutputPixels;
        double k = layer.WindowSize;
        double n = layer.Filters;
        double bytes = wordBytes * (m * k + k * n + m * n);
        if (wordBytes * k * n > configuration.FilterKilobytes * 1024.0) bytes += wordBytes * m * k * (Math.Ceiling(n / configuration.Columns) - 1);
        double total = bytesPerCycle > 0 ? Math.Max(cycles, bytes / bytesPerCycle) : cycles;
        return new AnalyticalEstimate(cycles, bytes, total);
    }
}
