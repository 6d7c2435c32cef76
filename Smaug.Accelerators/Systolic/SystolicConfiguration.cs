using System.Collections.Immutable;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic;

/// <summary>
/// A systolic array with its three scratchpads. One word is one byte; 1 kB is 1024 words. The property names in error
/// messages are the keys of SCALE-Sim's configuration files.
/// </summary>
public sealed record SystolicConfiguration
{
    /// <summary>Name of the run, and of the folder of its reports.</summary>
    public string RunName { get; init; } = "scale_run";

    /// <summary>Rows of processing elements; 1 to 65536, default 4.</summary>
    public int Rows { get; init; } = 4;

    /// <summary>Columns of processing elements; 1 to 65536, default 4.</summary>
    public int Columns { get; init; } = 4;

    /// <summary>Size of the ifmap scratchpad in kB (both halves); default 256.</summary>
    public int IfmapKilobytes { get; init; } = 256;

    /// <summary>Size of the filter scratchpad in kB (both halves); default 256.</summary>
    public int FilterKilobytes { get; init; } = 256;

    /// <summary>Size of the ofmap scratchpad in kB (both halves); default 128.</summary>
    public int OfmapKilobytes { get; init; } = 128;

    /// <summary>Address of the first ifmap word; default 0.</summary>
    public long IfmapOffset { get; init; }

    /// <summary>Address of the first filter word; default 10 000 000.</summary>
    public long FilterOffset { get; init; } = 10_000_000;

    /// <summary>Address of the first ofmap word; default 20 000 000.</summary>
    public long OfmapOffset { get; init; } = 20_000_000;

    /// <summary>Dataflow; default weight-stationary.</summary>
    public Dataflow Dataflow { get; init; } = Dataflow.WeightStationary;

    /// <summary>Interface to DRAM; default <see cref="BandwidthMode.Estimate"/>.</summary>
    public BandwidthMode Mode { get; init; } = BandwidthMode.Estimate;

    /// <summary>
    /// Words per cycle between scratchpads and DRAM of a fixed interface. The first entry serves all scratchpads (version 2) or
    /// the ofmap (version 3); with <see cref="Corrections.ReadBandwidth"/> the entries are ifmap, filter and ofmap.
    /// </summary>
    public ImmutableArray<int> Bandwidths { get; init; } = [10];

    /// <summary>Requests that a read scratchpad may have outstanding when DRAM has latency; default 60.</summary>
    public int ReadQueueLength { get; init; } = 60;

    /// <summary>Requests that the ofmap scratchpad may have outstanding when DRAM has latency; default 60.</summary>
    public int WriteQueueLength { get; init; } = 60;

    /// <summary>Banks of the ifmap scratchpad.</summary>
    public OperandBanking IfmapBanking { get; init; } = new();

    /// <summary>Banks of the filter scratchpad.</summary>
    public OperandBanking FilterBanking { get; init; } = new();

    /// <summary>Sparsity of the filters.</summary>
    public SparsityOptions Sparsity { get; init; } = new();

    /// <summary>
    /// Whether a fixed interface answers with the latencies of a DRAM simulation (SCALE-Sim's <c>UseRamulatorTrace</c>); they are
    /// given by <see cref="SystolicRunOptions.Memory"/>. Default false.
    /// </summary>
    public bool UseDramLatencies { get; init; }

    /// <summary>Conversion of cycles to time for TIME_REPORT.csv; null for no such report.</summary>
    public TimeModel? TimeModel { get; init; }

    /// <summary>SCALE-Sim version whose rules and formats apply; default version 3.</summary>
    public ScaleSimVersion Version { get; init; } = ScaleSimVersion.V3;

    /// <summary>Corrected defects; default none.</summary>
    public Corrections Corrections { get; init; }

    /// <summary>
    /// Averages are summed with Neumaier's compensation, as Python 3.12 and newer do; can change the last digit of an
    /// efficiency. Default false, as with older Pythons.
    /// </summary>
    public bool CompensatedSums { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range or contradicts another one.</exception>
    public void Validate()
    {
        Require.Range("ArrayHeight", Rows, 1, 65536);
        Require.Range("ArrayWidth", Columns, 1, 65536);
        Require.Range("IfmapSramSzkB", IfmapKilobytes, 1, 1 << 20);
        Require.Range("FilterSramSzkB", FilterKilobytes, 1, 1 << 20);
        Require.Range("OfmapSramSzkB", OfmapKilobytes, 1, 1 << 20);
        Require.Range("IfmapOffset", IfmapOffset, 0, 1L << 60);
        Require.Range("FilterOffset", FilterOffset, 0, 1L << 60);
        Require.Range("OfmapOffset", OfmapOffset, 0, 1L << 60);
        Require.Range("ReadRequestBuffer", ReadQueueLength, 1, int.MaxValue);
        Require.Range("WriteRequestBuffer", WriteQueueLength, 1, int.MaxValue);
        if (RunName.Length == 0) throw new ConfigurationException("run_name is empty: must be a folder name");
        if (Mode == BandwidthMode.Fixed)
        {
            if (Bandwidths.IsDefaultOrEmpty) throw new ConfigurationException("Bandwidth is empty: InterfaceBandwidth USER needs words per cycle");
            foreach (int bandwidth in Bandwidths) Require.Range("Bandwidth", bandwidth, 1, 1 << 20);
            if (Version == ScaleSimVersion.V3)
            {
                IfmapBanking.Validate("Ifmap");
                FilterBanking.Validate("Filter");
            }
        }

        if (Version == ScaleSimVersion.V3) Sparsity.Validate(Rows, Dataflow);
    }

    internal bool Corrects(Corrections correction) => (Corrections & correction) != 0;

    /// <summary>Whether sparsity applies: only version 3 knows it.</summary>
    internal bool IsSparse => Sparsity.Enabled && Version == ScaleSimVersion.V3;

    internal int ReadBandwidth(Operand operand)
    {
        if (Version == ScaleSimVersion.V2) return Bandwidths[0];
        if (Corrects(Corrections.ReadBandwidth)) return Bandwidths[Math.Min((int)operand, Bandwidths.Length - 1)];
        return Banking(operand).WordsPerCycle;
    }

    internal int WriteBandwidth => Mode == BandwidthMode.Estimate ? Columns
        : Corrects(Corrections.ReadBandwidth) ? Bandwidths[Math.Min((int)Operand.Ofmap, Bandwidths.Length - 1)] : Bandwidths[0];

    /// <summary>Whether the three scratchpads share one interface.</summary>
    internal bool SharesInterface => Mode == BandwidthMode.Fixed && Corrects(Corrections.SharedBandwidth) && Bandwidths.Length == 1;

    internal OperandBanking Banking(Operand operand) => operand == Operand.Ifmap ? IfmapBanking : FilterBanking;

    internal bool UsesLayout(Operand operand) =>
        Version == ScaleSimVersion.V3 && Mode == BandwidthMode.Fixed && Banking(operand).CustomLayout;
}
