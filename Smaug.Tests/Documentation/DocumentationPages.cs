using System.Text.RegularExpressions;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Documentation;

/// <summary>A piece of code of a page, with what a hidden comment directly above it declares.</summary>
internal sealed record CodeBlock(string Page, int Line, string Language, string Hidden, string Code)
{
    public override string ToString() => $"{Page}({Line})";
}

/// <summary>The pages that users read: README.md and those below docs.</summary>
internal static partial class DocumentationPages
{
    public static string[] Names { get; } =
    [
        "README.md",
        .. Directory.GetFiles(Path.Combine(ProjectFolder.Repository, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(ProjectFolder.Repository, f).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    public static string PathOf(string page) => Path.Combine(ProjectFolder.Repository, page);

    public static string Read(string page) => File.ReadAllText(PathOf(page)).ReplaceLineEndings("\n");

    public static IEnumerable<CodeBlock> Blocks()
    {
        foreach (string page in Names)
        {
            string text = Read(page);
            foreach (Match match in Fence().Matches(text))
            {
                int line = text.AsSpan(0, match.Groups["code"].Index).Count('\n');
                yield return new CodeBlock(page, line, match.Groups["language"].Value, match.Groups["hidden"].Value, match.Groups["code"].Value);
            }
        }
    }

    [GeneratedRegex(@"(?:^<!-- declares\n(?<hidden>(?:(?!-->)[\s\S])*?)-->\n)?^```(?<language>\w*)\n(?<code>[\s\S]*?)^```$", RegexOptions.Multiline)]
    private static partial Regex Fence();
}
