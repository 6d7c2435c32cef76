using System.Globalization;
using Smaug.Core.Reporting.Charts;

namespace Smaug.Cli;

/// <summary>Error of sampling over what it saves, one line per network, as an SVG drawing.</summary>
internal static class SamplingChart
{
    /// <summary>Draws the figures.</summary>
    /// <param name="figures">Networks one after another, each from no sampling on.</param>
    public static SvgCanvas Draw(IReadOnlyList<SamplingFigures> figures)
    {
        var chart = new LineChart("Sampling: error of the accelerators' cycles over instructions saved",
            new ChartAxis("traced instructions: without sampling / with it", AxisScale.PowersOfTen), new ChartAxis("error, %, without sign"));
        foreach (IGrouping<string, SamplingFigures> network in figures.GroupBy(f => f.Network))
        {
            chart.Add(network.Key, [.. network.Select(f => f.FewerInstructions)], [.. network.Select(f => Math.Abs(f.CyclesErrorPercent))], hints: [.. network.Select(Hint)]);
        }

        return chart.Draw();
    }

    private static string Hint(SamplingFigures f) => string.Create(CultureInfo.InvariantCulture,
        $"{f.Network}, {SamplingChoice.Name(f.Sampling.Level)}, {f.Sampling.Iterations}: {f.CyclesErrorPercent:+0.00;-0.00;0.00} %, {f.FewerInstructions:0.0} times fewer instructions");
}
