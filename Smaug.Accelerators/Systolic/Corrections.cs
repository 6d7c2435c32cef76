namespace Smaug.Accelerators.Systolic;

/// <summary>
/// Known defects of SCALE-Sim that can be corrected one by one. Without corrections every figure and every byte is that of
/// SCALE-Sim; <c>docs/systolic.md</c> explains each.
/// </summary>
[Flags]
public enum Corrections
{
    /// <summary>All as in SCALE-Sim.</summary>
    None = 0,

    /// <summary>Total Cycles counts cycles; the original gives the index of the last one, one less.</summary>
    TotalCycles = 1 << 0,

    /// <summary>Output-stationary SRAM writes are M·N; the original adds rows + columns per fold.</summary>
    OutputWrites = 1 << 1,

    /// <summary>Compute utilisation of WS and IS divides by the cycles of a fold; the original takes columns - 1 too many.</summary>
    ComputeUtilization = 1 << 2,

    /// <summary>A wait for a prefetch counts once and never moves time back, as in version 2.</summary>
    PrefetchWait = 1 << 3,

    /// <summary>Read bandwidth comes from <c>Bandwidth</c> (ifmap, filter, ofmap), not from the SRAM bank bandwidths.</summary>
    ReadBandwidth = 1 << 4,

    /// <summary>Prefetches continue in the fetch order; the original traces the same rows again and blanks some words.</summary>
    PrefetchOrder = 1 << 5,

    /// <summary>DRAM reads count words; the original also counts padding slots of the fetch rows.</summary>
    ReadPadding = 1 << 6,

    /// <summary>The estimating read buffer replaces its oldest words; the original forgets all when half of it is filled.</summary>
    Replacement = 1 << 7,

    /// <summary>Narrow bursts of DRAM traces are padded with -1; the original pads with 1.</summary>
    TracePadding = 1 << 8,

    /// <summary>Words keep the order in which they were first needed; the original shows the order of a hash set.</summary>
    InsertionOrder = 1 << 9,

    /// <summary>DRAM writes count words; the original also counts unused slots of lines closed early.</summary>
    WritePadding = 1 << 10,

    /// <summary>The last drain of the ofmap scratchpad waits for a running one.</summary>
    FinalDrain = 1 << 11,

    /// <summary>Each layer uses its own row of the layout file, the ifmap offset and the filter order of the trace addresses.</summary>
    Layouts = 1 << 12,

    /// <summary>A line without requests takes its cycle under a custom layout, too.</summary>
    IdleLines = 1 << 13,

    /// <summary>Stall Cycles leaves out the stall of the last line, which Total Cycles does not hold.</summary>
    LastStall = 1 << 14,

    /// <summary>Overall utilisation of a sparse layer counts the multiply-accumulates that are done, not the dense ones.</summary>
    SparseUtilization = 1 << 15,

    /// <summary>Repeat counts of the ofmap come from the ofmap traces, and from all their words.</summary>
    RepeatCounts = 1 << 16,

    /// <summary>
    /// WS and IS add the row folds of a column fold in the ofmap scratchpad, when it holds their sums, and write them to DRAM once;
    /// the original writes the partial sums of every row fold.
    /// </summary>
    PartialSums = 1 << 17,

    /// <summary>
    /// A fixed interface with one bandwidth is one interface: ifmap, filter and ofmap share its cycles. The original gives each of
    /// them the whole of it. With three bandwidths there are three interfaces.
    /// </summary>
    SharedBandwidth = 1 << 18,

    /// <summary>The outputs of a line wait for its operands; the original writes them while a read of the same line is stalled.</summary>
    LineStall = 1 << 19,

    /// <summary>Every correction.</summary>
    All = (1 << 20) - 1,
}
