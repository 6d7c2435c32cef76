using System.Text;
using System.Text.Json;
using Smaug.Core;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Tiling;

/// <summary>Runs a comparison over every case of a golden file and reports all that differ, with a count.</summary>
internal static class GoldenReport
{
    private const int MostListed = 20;

    /// <summary>Compares every case; a null result means that the case is not one for this comparison.</summary>
    public static void Check(string file, Func<JsonElement, IEnumerable<string>?> compare)
    {
        int compared = 0, different = 0;
        var listing = new StringBuilder();
        foreach (JsonElement golden in GoldenData.ReadJsonLines(file))
        {
            string[]? differences = Differences(golden, compare);
            if (differences is null) continue;
            compared++;
            if (differences.Length == 0) continue;
            if (different++ >= MostListed) continue;
            listing.AppendLine(Name(golden));
            foreach (string difference in differences.Take(4)) listing.Append("    ").AppendLine(difference);
        }

        if (compared == 0) Assert.Ignore($"{file}: holds no case of this kind");
        TestContext.Out.WriteLine($"{file}: {compared} compared, {compared - different} equal");
        Assert.That(different, Is.Zero, () => $"{file}: {different} of {compared} cases differ\n{listing}");
    }

    private static string[]? Differences(JsonElement golden, Func<JsonElement, IEnumerable<string>?> compare)
    {
        try
        {
            return compare(golden)?.ToArray();
        }
        catch (SmaugException error)
        {
            return [$"fails: {error.Message}"];
        }
    }

    private static string Name(JsonElement golden) =>
        golden.GetProperty("op").GetString() + " "
        + string.Join(" ", golden.EnumerateObject().Where(p => p.Name.StartsWith("p_", StringComparison.Ordinal)).Select(p => $"{p.Name[2..]}={p.Value.GetRawText()}"));
}
