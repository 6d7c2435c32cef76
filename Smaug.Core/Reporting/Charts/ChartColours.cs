namespace Smaug.Core.Reporting.Charts;

/// <summary>Colours that readers with colour blindness can tell apart too (Paul Tol's bright and vibrant schemes).</summary>
public static class ChartColours
{
    /// <summary>Colour of the grid behind a drawing.</summary>
    public const string Grid = "#dddddd";

    /// <summary>Colour of axes.</summary>
    public const string Axis = "#555555";

    private static readonly string[] s_series = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#ee7733", "#777777", "#000000"];

    /// <summary>Colour of a series; colours repeat after the ninth.</summary>
    /// <param name="series">Index of the series, from 0.</param>
    public static string Series(int series) => s_series[series % s_series.Length];
}
