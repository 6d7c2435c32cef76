using System.Collections.Immutable;

namespace Smaug.Accelerators.Systolic;

/// <summary>One line of a time model: time = Slope · max(cycles, bytes / BytesPerCycle) + Intercept.</summary>
/// <param name="Slope">Microseconds per cycle.</param>
/// <param name="Intercept">Microseconds.</param>
/// <param name="BytesPerCycle">Memory bandwidth of the roofline; 0 for none.</param>
public readonly record struct TimeLine(double Slope, double Intercept, double BytesPerCycle = 0);

/// <summary>
/// Converts cycles of a layer to microseconds by lines fitted to real devices. The presets hold the calibrations of
/// SCALE-Sim's later revisions; they are data, so that other calibrations can take their place.
/// </summary>
public sealed record TimeModel
{
    private const int LastRegion = 15;

    /// <summary>Name, as it stands in configuration files.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Lines by the largest of (Sr, Sc, T): the first whose limit is not exceeded applies. Empty when <see cref="Regions"/> rule.
    /// </summary>
    public ImmutableArray<(long Limit, TimeLine Line)> BySize { get; init; } = [];

    /// <summary>
    /// Lines by region of the matrix product: 4·[K &gt; 128] + 2·[N &gt; 128] + [M &gt; 128] + 8·[ceil(M / 128) ≥ 6]; a region that
    /// is not listed takes line 15.
    /// </summary>
    public ImmutableDictionary<int, TimeLine> Regions { get; init; } = ImmutableDictionary<int, TimeLine>.Empty;

    /// <summary>The line for cycles alone, when the matrix dimensions are not known.</summary>
    public TimeLine CyclesOnly { get; init; } = new(1, 0);

    /// <summary>Time in cycles: no conversion.</summary>
    public static TimeModel None { get; } = new() { Name = "None" };

    /// <summary>Google TPU v4.</summary>
    public static TimeModel TpuV4 { get; } = new()
    {
        Name = "TPUv4",
        CyclesOnly = new TimeLine(0.00010941119711042656, 1.4237668165026633),
        Regions = Table(
            (0, 6.791788e-04, 0.7665, 58.953), (1, 0, 1.1989, 27.204), (2, 1.311609e-06, 1.1544, 2.000),
            (3, 9.593879e-05, 1.2790, 78.789), (4, 2.874061e-05, 1.0039, 18.479), (5, 1.171307e-06, 1.0530, 2.203),
            (6, 1.346742e-05, 1.2099, 48.589), (7, 5.816404e-05, 1.3492, 58.953), (9, 1.049768e-06, 1.2062, 2.000),
            (11, 2.342451e-04, 1.5325, 228.192), (13, 1.455784e-05, 1.1123, 48.589), (15, 1.218951e-04, 2.1599, 170.744)),
    };

    /// <summary>Google TPU v5e.</summary>
    public static TimeModel TpuV5e { get; } = new()
    {
        Name = "TPUv5e",
        BySize =
        [
            (128, new TimeLine(0.002133, -0.168796)),
            (1024, new TimeLine(0.000167, 1.158923)),
            (long.MaxValue, new TimeLine(0.000159, -0.380696)),
        ],
        CyclesOnly = new TimeLine(0.000159, -0.380696),
    };

    /// <summary>Google TPU v6e.</summary>
    public static TimeModel TpuV6e { get; } = new()
    {
        Name = "TPUv6e",
        CyclesOnly = new TimeLine(7.488700448879183e-05, 0.8550086502536669),
        Regions = Table(
            (0, 7.163260e-04, 0.8318, 64.937), (1, 0, 1.2192, 27.204), (2, 1.228766e-06, 1.1583, 2.000),
            (3, 4.143272e-06, 1.2872, 4.774), (4, 4.599992e-06, 1.1676, 8.527), (5, 7.711162e-07, 1.1342, 2.000),
            (6, 1.736788e-05, 1.1318, 71.528), (7, 2.402579e-05, 1.5676, 58.953), (9, 1.113757e-05, 1.1858, 22.421),
            (11, 1.638546e-04, 1.5609, 276.866), (13, 4.845264e-07, 1.2152, 2.427), (15, 4.264973e-05, 2.3951, 188.075)),
    };

    /// <summary>All presets.</summary>
    public static ImmutableArray<TimeModel> Presets { get; } = [None, TpuV4, TpuV5e, TpuV6e];

    /// <summary>The preset of a name, or null.</summary>
    public static TimeModel? Find(string name)
    {
        foreach (TimeModel model in Presets)
        {
            if (string.Equals(model.Name, name, StringComparison.Ordinal)) return model;
        }

        return null;
    }

    /// <summary>Microseconds of a layer; cycles for <see cref="None"/>.</summary>
    /// <param name="cycles">Its total cycles.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="dataflow">The dataflow it ran with.</param>
    public double Microseconds(long cycles, SystolicLayer layer, Dataflow dataflow)
    {
        if (!BySize.IsEmpty)
        {
            (long rows, long columns, long time) = layer.Extents(dataflow);
            long largest = Math.Max(rows, Math.Max(columns, time));
            foreach ((long limit, TimeLine line) in BySize)
            {
                if (largest <= limit) return (line.Slope * cycles) + line.Intercept;
            }
        }

        return Regions.IsEmpty
            ? (CyclesOnly.Slope * cycles) + CyclesOnly.Intercept
            : Microseconds(cycles, layer.OutputPixels, layer.Filters, layer.WindowSize);
    }

    /// <summary>Microseconds of a batch of equal matrix products, which run more efficiently than one by one.</summary>
    /// <param name="cycles">Total cycles of one product.</param>
    /// <param name="m">Rows of the result.</param>
    /// <param name="n">Columns of the result.</param>
    /// <param name="k">Inner dimension.</param>
    /// <param name="batch">Products, at least 1.</param>
    public double Microseconds(long cycles, long m, long n, long k, int batch = 1)
    {
        int region = (k > 128 ? 4 : 0) + (n > 128 ? 2 : 0) + (m > 128 ? 1 : 0) + ((m + 127) / 128 >= 6 ? 8 : 0);
        if (!Regions.TryGetValue(region, out TimeLine line) && !Regions.TryGetValue(LastRegion, out line)) line = CyclesOnly;
        double bytes = 2.0 * (((double)m * k) + ((double)k * n) + ((double)m * n));
        double bound = line.BytesPerCycle > 0 ? Math.Max(cycles, bytes / line.BytesPerCycle) : cycles;
        double single = (line.Slope * bound) + line.Intercept;
        if (batch <= 1) return single;
        double tiles = Math.Pow((double)((m + 127) / 128) * ((n + 127) / 128), 0.805);
        double utilization = tiles / (tiles + 21);
        return batch * single * (utilization + ((1 - utilization) / batch));
    }

    private static ImmutableDictionary<int, TimeLine> Table(params ReadOnlySpan<(int Region, double Slope, double Intercept, double Bandwidth)> rows)
    {
        var table = ImmutableDictionary.CreateBuilder<int, TimeLine>();
        foreach ((int region, double slope, double intercept, double bandwidth) in rows)
            table[region] = new TimeLine(slope, intercept, bandwidth);
        return table.ToImmutable();
    }
}
