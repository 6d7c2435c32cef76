using System.Globalization;

namespace Smaug.Sweeps;

/// <summary>A remark and the points that it is about.</summary>
internal static class SweepNote
{
    /// <summary>The remark, with its points unless it is of all.</summary>
    /// <param name="note">The remark.</param>
    /// <param name="points">Numbers of its points, ascending, at least one.</param>
    /// <param name="count">Points of the sweep.</param>
    public static string Text(string note, IReadOnlyList<int> points, int count)
    {
        if (points.Count == count) return note;
        List<string> ranges = [];
        for (int first = 0; first < points.Count;)
        {
            int last = first;
            while (last + 1 < points.Count && points[last + 1] == points[last] + 1) last++;
            ranges.Add(Range(points[first], points[last]));
            first = last + 1;
        }

        return $"{note} ({(points.Count == 1 ? "point" : "points")} {string.Join(", ", ranges)})";
    }

    private static string Range(int first, int last) => first == last
        ? first.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{first}{(last == first + 1 ? ", " : " to ")}{last}");
}
