namespace Smaug.Tests.Values;

/// <summary>Ends a test that compared many golden rows: says how many, and lists what differs.</summary>
internal static class GoldenReport
{
    private const int Listed = 20;

    public static void Assert(string what, int compared, IReadOnlyCollection<string> differences)
    {
        TestContext.Out.WriteLine($"{what}: {compared} compared, {compared - differences.Count} equal");
        string more = differences.Count > Listed ? $"\n... and {differences.Count - Listed} more" : "";
        NUnit.Framework.Assert.Multiple(() =>
        {
            NUnit.Framework.Assert.That(compared, Is.GreaterThan(0), $"{what} holds no rows");
            NUnit.Framework.Assert.That(differences, Is.Empty, $"{what}: {differences.Count} of {compared} differ:\n{string.Join('\n', differences.Take(Listed))}{more}");
        });
    }
}
