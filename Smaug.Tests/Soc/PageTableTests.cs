using Smaug.Accelerators.Systems.Gem5;
using Smaug.Core;

namespace Smaug.Tests.Soc;

/// <summary>Physical pages in the order of first use.</summary>
public class PageTableTests
{
    [Test]
    public void Pages_are_handed_out_one_after_another_at_first_use()
    {
        var table = new PageTable();
        Assert.That(new[] { table.Translate(0x7000_0010), table.Translate(0x1234), table.Translate(0x7000_0FFF) }, Is.EqualTo(new long[] { 0x3010, 0x4234, 0x3FFF }));
    }

    [TestCase(3000, 3)]
    [TestCase(0, 3)]
    [TestCase(4096, -1)]
    public void Impossible_tables_are_refused(int pageBytes, long firstPage) =>
        Assert.That(() => new PageTable(pageBytes, firstPage), Throws.TypeOf<ConfigurationException>());
}
