using Smaug.Accelerators.Systolic.Mapping;

namespace Smaug.Accelerators.Systolic;

/// <summary>The demand lines whose cycles are reported: the first and last with a request of each operand; -1 for none.</summary>
internal readonly record struct MarkedLines(long First, long Last)
{
    public static MarkedLines Of(DemandStream stream) => new(stream.FirstLine(), stream.LastLine());

    public static MarkedLines Of(OutputStream stream) => new(stream.FirstLine(), stream.LastLine());
}

/// <summary>Cycles of the marked lines, with stalls, and the totals.</summary>
internal sealed class LayerTiming
{
    public long? IfmapStart { get; set; }

    public long? IfmapStop { get; set; }

    public long? FilterStart { get; set; }

    public long? FilterStop { get; set; }

    public long OfmapStart { get; set; }

    public long OfmapStop { get; set; }

    /// <summary>Cycle at which the last line is done.</summary>
    public long LastCycle { get; set; }

    public long StallCycles { get; set; }

    /// <summary>The part of <see cref="StallCycles"/> that the last line added.</summary>
    public long LastLineStall { get; set; }
}
