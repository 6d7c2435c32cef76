using System.Collections.Immutable;
using System.Globalization;

namespace Smaug.Core.Reporting.Charts;

/// <summary>What an axis of a chart shows.</summary>
/// <param name="Label">Quantity and unit, for example <c>DMA bandwidth, GB/s</c>.</param>
/// <param name="Scale">How values become positions.</param>
public sealed record ChartAxis(string Label, AxisScale Scale = AxisScale.Linear)
{
    /// <summary>Begin of the axis; null: zero on a linear axis, the power below the smallest value on a logarithmic one.</summary>
    public double? Minimum { get; init; }

    /// <summary>End of the axis; null: the first grid line that is not below the largest value.</summary>
    public double? Maximum { get; init; }

    /// <summary>The names that values stand for; used with <see cref="AxisScale.Names"/>.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>An axis of names at equal distances.</summary>
    /// <param name="label">What the names are.</param>
    /// <param name="names">The names, for the values 0, 1, 2 …</param>
    public static ChartAxis OfNames(string label, IEnumerable<string> names) => new(label, AxisScale.Names) { Names = [.. names] };

    /// <summary>A number with at most three digits and a prefix: 12.5 k, 3 M, 0.25.</summary>
    public static string Number(double value) => Number(value, "0.##", "0.###");

    /// <summary>A round number with all its digits: neighbours on a grid may differ in the last ones.</summary>
    internal static string Tick(double value) => Number(value, "0.#########", "0.#########");

    private static string Number(double value, string prefixed, string plain) => Math.Abs(value) switch
    {
        >= 1e9 => (value / 1e9).ToString(prefixed, CultureInfo.InvariantCulture) + " G",
        >= 1e6 => (value / 1e6).ToString(prefixed, CultureInfo.InvariantCulture) + " M",
        >= 1e4 => (value / 1e3).ToString(prefixed, CultureInfo.InvariantCulture) + " k",
        _ => value.ToString(plain, CultureInfo.InvariantCulture),
    };
}
