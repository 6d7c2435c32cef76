using System.Text.Json;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Zoo;

/// <summary>The commands <c>smaug zoo times</c> and <c>smaug zoo sampling</c>.</summary>
internal sealed class ZooStudyCommandTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("smaug-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Times_puts_formula_and_simulation_beside_each_other()
    {
        string file = Path.Combine(_folder, "times.json");
        Infrastructure.Cli result = Infrastructure.Cli.Run("zoo", "times", "minerva", "--engine-model", "both", "--sample-level", "very_high", "--out", file);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        using JsonDocument table = JsonDocument.Parse(File.ReadAllText(file));
        JsonElement row = table.RootElement[0];
        Assert.Multiple(() =>
        {
            Assert.That(row.GetProperty("network").GetString(), Is.EqualTo("minerva"));
            Assert.That(row.GetProperty("kinds").GetInt64(), Is.LessThan(row.GetProperty("launches").GetInt64()));
            Assert.That(row.GetProperty("aladdin_cycles").GetDouble(), Is.EqualTo(row.GetProperty("formula_cycles").GetDouble()).Within(1).Percent);
            Assert.That(row.GetProperty("aladdin_energy_uj").GetDouble(), Is.GreaterThan(0));
            Assert.That(result.Output, Does.Contain("| minerva | 25 |").And.Contain($"table written to {file}"));
        });
    }

    [Test]
    public void Times_says_why_a_network_is_not_simulated()
    {
        Infrastructure.Cli result = Infrastructure.Cli.Run("zoo", "times", "tutorial", "--engine-model", "aladdin", "--max-instructions", "1");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Output, Does.Contain("| tutorial | 12 | 9 | – | – | – |"));
            Assert.That(result.Output, Does.Contain("tutorial: aladdin left out: traces of ").And.Contain(" million instructions in 9 kinds of launch"));
        });
    }

    [TestCase("table.md", "| network | launches | kinds | accelerator cycles |")]
    [TestCase("table.csv", "network,launches,kinds,cycles,time_ms,energy_uj\nlstm,96,")]
    [TestCase("table.json", "\"network\": \"lstm\"")]
    public void Times_are_written_in_the_format_of_the_name(string name, string content)
    {
        string file = Path.Combine(_folder, name);
        Infrastructure.Cli.Run("zoo", "times", "lstm", "--out", file);
        Assert.That(File.ReadAllText(file), Does.Contain(content));
    }

    [Test]
    public void Sampling_compares_levels_with_no_sampling()
    {
        Infrastructure.Cli result = Infrastructure.Cli.Run("zoo", "sampling", "minerva", "--sample-level", "high", "very_high", "--repeat", "1", "--out", _folder);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        using JsonDocument table = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "sampling.json")));
        JsonElement[] rows = [.. table.RootElement.EnumerateArray()];
        Assert.Multiple(() =>
        {
            Assert.That(rows.Select(r => r.GetProperty("level").GetString()), Is.EqualTo((string[])["no", "high", "very_high"]));
            Assert.That(rows[0].GetProperty("cycles_error_percent").GetDouble(), Is.Zero);

            // Inner products are sampled at the highest level only.
            Assert.That(rows[1].GetProperty("traced_instructions").GetInt64(), Is.EqualTo(rows[0].GetProperty("traced_instructions").GetInt64()));
            Assert.That(rows[2].GetProperty("fewer_instructions").GetDouble(), Is.GreaterThan(2));
            Assert.That(rows[2].GetProperty("cycles_error_percent").GetDouble(), Is.EqualTo(0).Within(5));
            Assert.That(File.ReadAllText(Path.Combine(_folder, "sampling.svg")), Does.StartWith("<svg").And.Contain("very_high"));
            Assert.That(File.ReadAllLines(Path.Combine(_folder, "sampling.csv")), Has.Length.EqualTo(4));
        });
    }

    [TestCase("--engine-model magic: must be formula, aladdin or both", "times", "--engine-model", "magic")]
    [TestCase("--out table.txt: the name must end in .md, .csv or .json", "times", "--out", "table.txt")]
    [TestCase("--sample-level some: must be one of no, low, medium, high, very_high", "times", "--sample-level", "some")]
    [TestCase("--sample-num 0: must be at least 1", "sampling", "--sample-num", "0")]
    [TestCase("--repeat 0: must be at least 1", "sampling", "--repeat", "0")]
    [TestCase("zoo model 'nothing': unknown", "sampling", "nothing")]
    public void Bad_options_are_named(string message, params string[] arguments)
    {
        Infrastructure.Cli result = Infrastructure.Cli.Run(["zoo", .. arguments]);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error, Does.Contain(message));
        });
    }
}
