using System.Reflection;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.PublicApi;

/// <summary>
/// The public surface of every library is written down, one file per namespace, so that a change of it shows in review.
/// Approve a wanted change with <c>SMAUG_APPROVE=1</c>.
/// </summary>
public class PublicApiTests
{
    private static readonly string[] Libraries = ["Smaug.Core", "Smaug.Memory", "Smaug.Tiling", "Smaug.Accelerators", "Smaug"];

    private static IEnumerable<TestCaseData> Namespaces() =>
        from library in Libraries
        from ns in Exported(library).Select(t => t.Namespace!).Distinct().Order(StringComparer.Ordinal)
        select new TestCaseData(library, ns).SetArgDisplayNames(library, ns);

    [TestCaseSource(nameof(Namespaces))]
    public void PublicSurfaceIsAsApproved(string library, string ns) =>
        Snapshot.Matches(ApiListing.Of(Exported(library).Where(t => t.Namespace == ns)), $"PublicApi.{library}.{ns}");

    [Test]
    public void EveryApprovedNamespaceStillExists()
    {
        var current = Namespaces().Select(c => $"PublicApi.{c.Arguments[0]}.{c.Arguments[1]}.verified.txt").ToHashSet(StringComparer.Ordinal);
        string[] approved = Directory.GetFiles(Path.Combine(ProjectFolder.Tests, "Snapshots"), "PublicApi.*.verified.txt").Select(f => Path.GetFileName(f)).ToArray();
        Assert.That(approved.Where(f => !current.Contains(f)), Is.Empty, "these namespaces are gone: delete their snapshots");
    }

    private static IEnumerable<Type> Exported(string library) => Assembly.Load(library).GetExportedTypes();
}
