using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Smaug.Core.Formats;
using Smaug.Core.Simulation;

namespace Smaug.Core.Reporting;

/// <summary>
/// Statistics as the text that gem5 writes to <c>stats.txt</c>: a block for each dump, with its label in the first line, then name, value
/// and meaning. Scripts that read gem5's files read these.
/// </summary>
public static class StatisticsText
{
    private const string Begin = "---------- Begin Simulation Statistics ----------";
    private const string End = "---------- End Simulation Statistics   ----------";

    /// <summary>Writes intervals to a file, which appears whole or not at all.</summary>
    public static void Save(ImmutableArray<StatisticsSnapshot> intervals, string path) => AtomicFile.WriteText(path, Format(intervals));

    /// <summary>The text, lines ended by a line feed.</summary>
    public static string Format(ImmutableArray<StatisticsSnapshot> intervals)
    {
        var text = new StringBuilder();
        foreach (StatisticsSnapshot interval in intervals)
        {
            text.Append('\n').Append(Begin).Append("\n# Stats desc: ").Append(interval.Label).Append('\n');
            foreach (StatisticValue value in interval.Values)
            {
                text.Append(CultureInfo.InvariantCulture, $"{value.Name,-46} {Number(value),16}                       # {value.Description} ({value.Unit})\n");
            }

            text.Append('\n').Append(End).Append('\n');
        }

        return text.ToString();
    }

    private static string Number(StatisticValue value) => value.Value switch
    {
        double.NaN => "nan",
        double whole when whole == Math.Round(whole) && value.Unit is not ("%" or "s") => whole.ToString("0", CultureInfo.InvariantCulture),
        double fraction => fraction.ToString("0.000000", CultureInfo.InvariantCulture),
    };
}
