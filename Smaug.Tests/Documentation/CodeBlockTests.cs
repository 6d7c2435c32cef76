using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Smaug.Tests.Documentation;

/// <summary>
/// Every C# block of the documentation compiles as a program of its own: its own usings, the implicit ones of a console
/// project, and the declarations of the hidden comment above it. Pages that show whole programs show all of their usings, so that what a
/// reader copies compiles; fragments of the others are given those of Smaug's models and units.
/// </summary>
internal sealed class CodeBlockTests
{
    private static readonly string[] s_implicit = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading", "System.Threading.Tasks"];

    private static readonly string[] s_fragments =
    [
        "Smaug", "Smaug.Core", "Smaug.Core.Execution", "Smaug.Core.Formats", "Smaug.Core.Graphs", "Smaug.Core.Modeling",
        "Smaug.Core.Simulation", "Smaug.Core.Tensors", "Smaug.Core.Units", "Smaug.Zoo",
    ];

    private static readonly Lazy<MetadataReference[]> s_references = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(File.Exists).Select(f => MetadataReference.CreateFromFile(f))]);

    private static IEnumerable<CodeBlock> Blocks() => DocumentationPages.Blocks().Where(b => b.Language == "csharp");

    [TestCaseSource(nameof(Blocks))]
    public void Every_block_compiles(CodeBlock block) => Assert.That(Errors(block), Is.Empty, $"{block}:\n{block.Code}");

    [Test]
    public void A_block_that_names_what_does_not_exist_is_found() =>
        Assert.That(Errors(new CodeBlock("page.md", 1, "csharp", "int x = 1;\n", "Soc soc = new SocBuilder().WithNothing(x);\n")), Has.One.Contains("WithNothing"));

    [TestCase("docs/models.md", 0)]
    [TestCase("docs/memory.md", 1)]
    public void A_whole_program_without_its_usings_is_found(string page, int errors) =>
        Assert.That(Errors(new CodeBlock(page, 1, "csharp", "using Smaug.Core.Simulation;\n", "_ = new Simulator();\n")), Has.Exactly(errors).Contains("Simulator"));

    private static string[] Errors(CodeBlock block)
    {
        string[] lines = (block.Hidden + block.Code).Split('\n');
        bool isWhole = ShowsWholePrograms(block.Page);
        IEnumerable<string> given = isWhole ? s_implicit : s_implicit.Concat(s_fragments);
        IEnumerable<string> usings = given.Select(i => $"using {i};").Concat((isWhole ? block.Code.Split('\n') : lines).Where(IsImport)).Distinct();
        string body = string.Join('\n', lines.Where(l => !IsImport(l)));

        // Statements come before types in a program; fragments may explain the type first.
        IEnumerable<MemberDeclarationSyntax> members = CSharpSyntaxTree.ParseText(body).GetCompilationUnitRoot().Members;
        if (!isWhole) members = members.OrderBy(m => m is GlobalStatementSyntax ? 0 : 1);
        bool isProgram = members.Any(m => m is GlobalStatementSyntax);
        string text = string.Join('\n', usings) + "\n" + string.Concat(members.Select(m => m.ToFullString()));
        var compilation = CSharpCompilation.Create(
            "Page",
            [CSharpSyntaxTree.ParseText(text)],
            s_references.Value,
            new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        return [.. compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())];
    }

    private static bool ShowsWholePrograms(string page) =>
        page is "README.md" or "docs/soc.md" or "docs/memory.md" or "docs/aladdin-in-soc.md" or "docs/sweeps.md" || page.StartsWith("docs/components/", StringComparison.Ordinal);

    private static bool IsImport(string line) => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('=', StringComparison.Ordinal) && !line.Contains('(', StringComparison.Ordinal);
}
