using Smaug.Core.Formats;

namespace Smaug.Tests.Formats;

/// <summary>Fields of comma-separated values.</summary>
public class CsvTextTests
{
    [TestCase("plain", "plain")]
    [TestCase("a,b", "\"a,b\"")]
    [TestCase("say \"x\"", "\"say \"\"x\"\"\"")]
    [TestCase("two\nlines", "\"two\nlines\"")]
    [TestCase("", "")]
    public void A_field_is_quoted_where_a_reader_would_cut_it(string text, string field) => Assert.That(CsvText.Field(text), Is.EqualTo(field));
}
