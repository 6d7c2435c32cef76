using System.Text.RegularExpressions;
using Smaug.Cli;

namespace Smaug.Tests.Documentation;

/// <summary>What pages point to is there: files they link, commands and options they show.</summary>
internal sealed partial class PageTests
{
    private static readonly string[] s_pages = DocumentationPages.Names;

    [TestCaseSource(nameof(s_pages))]
    public void Every_relative_link_leads_somewhere(string page)
    {
        string folder = Path.GetDirectoryName(DocumentationPages.PathOf(page))!;
        IEnumerable<string> broken = Link().Matches(DocumentationPages.Read(page)).Select(m => m.Groups[1].Value)
            .Where(l => !l.Contains("://", StringComparison.Ordinal))
            .Where(l => !Path.Exists(Path.Combine(folder, l)));
        Assert.That(broken, Is.Empty);
    }

    [TestCaseSource(nameof(s_pages))]
    public void Every_command_line_shown_is_understood(string page)
    {
        var errors = new List<string>();
        foreach (CodeBlock block in DocumentationPages.Blocks().Where(b => b.Page == page && b.Language != "csharp"))
        {
            foreach (string line in block.Code.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
            {
                if (!Command().IsMatch(line)) continue;
                string[] words = Command().Replace(line, "").Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                errors.AddRange(CommandTree.Create().Parse(words).Errors.Select(e => $"{line}: {e.Message}"));
            }
        }

        Assert.That(errors, Is.Empty);
    }

    [Test]
    public void The_overview_shows_every_command_and_no_other()
    {
        string[] shown = [.. OverviewCommand().Matches(DocumentationPages.Read("README.md")).Select(m => m.Groups[1].Value)];
        Assert.That(shown, Is.EquivalentTo(CommandTree.Create().Subcommands.Select(c => c.Name)));
    }

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^(?:\$ )?(?:smaug|dotnet run .*--project Smaug\.Cli --) ")]
    private static partial Regex Command();

    [GeneratedRegex(@"`smaug ([a-z]+)")]
    private static partial Regex OverviewCommand();
}
