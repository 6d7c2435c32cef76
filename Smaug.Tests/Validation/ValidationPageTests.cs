namespace Smaug.Tests.Validation;

/// <summary>
/// The tables of <c>docs/validation.md</c> are what the code gives. With <c>SMAUG_APPROVE=1</c> the page is written instead:
/// <c>Smaug.Tests --filter "TestCategory=Validation"</c>.
/// </summary>
[Category("Validation")]
[Category("Golden")]
public class ValidationPageTests
{
    private static readonly string[] s_names = [.. ValidationPage.Sections.Select(s => s.Name)];

    [TestCaseSource(nameof(s_names))]
    public void Table_of_the_page_is_what_the_code_gives(string name)
    {
        string table = $"\n{ValidationPage.Sections.Single(s => s.Name == name).Write()}\n";
        string page = File.ReadAllText(ValidationPage.Path).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("SMAUG_APPROVE") == "1") File.WriteAllText(ValidationPage.Path, ValidationPage.Replace(page, name, table));
        else Assert.That(ValidationPage.Read(page, name), Is.EqualTo(table), "write the page with SMAUG_APPROVE=1 and --filter \"TestCategory=Validation\"");
    }
}
