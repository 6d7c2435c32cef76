namespace Smaug.Core.Reporting.Charts;

/// <summary>How an axis maps values to positions.</summary>
public enum AxisScale
{
    /// <summary>Equal distances for equal differences, from zero or the smallest value on.</summary>
    Linear,

    /// <summary>Equal distances for equal ratios, a grid line for each power of two.</summary>
    PowersOfTwo,

    /// <summary>Equal distances for equal ratios, a grid line for each power of ten.</summary>
    PowersOfTen,

    /// <summary>The values are 0, 1, 2 … and stand for the axis' <see cref="ChartAxis.Names"/>.</summary>
    Names,
}
