using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Soc;

/// <summary>The published schema says what configurations are, no more and no less.</summary>
public class SocConfigurationSchemaTests
{
    private static JsonObject Schema() => (JsonObject)JsonNode.Parse(SocConfigurationSchema.Write())!;

    [Test]
    public void The_file_in_the_documentation_is_the_schema()
    {
        string path = Path.Combine(ProjectFolder.Repository, "docs", "soc-configuration.schema.json");
        if (Environment.GetEnvironmentVariable("SMAUG_APPROVE") == "1") File.WriteAllText(path, SocConfigurationSchema.Write());
        Assert.That(File.ReadAllText(path).ReplaceLineEndings("\n"), Is.EqualTo(SocConfigurationSchema.Write()), "write it with: smaug soc schema --out docs/soc-configuration.schema.json");
    }

    [Test]
    public void Its_properties_are_those_of_the_records() => Compare(typeof(SocConfiguration), Schema(), "$");

    private static void Compare(Type record, JsonObject schema, string path)
    {
        var properties = (JsonObject)schema["properties"]!;
        PropertyInfo[] own = [.. record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite && p.GetCustomAttribute<JsonIgnoreAttribute>() is null)];
        Assert.That(properties.Select(p => p.Key), Is.EquivalentTo(own.Select(Name)), path);
        Assert.That((bool)schema["additionalProperties"]!, Is.False, path);
        foreach (PropertyInfo property in own)
        {
            if (((JsonObject)properties[Name(property)]!).ContainsKey("properties")) Compare(property.PropertyType, (JsonObject)properties[Name(property)]!, $"{path}.{Name(property)}");
            else Assert.That(((JsonObject)properties[Name(property)]!).ContainsKey("default"), $"{path}.{Name(property)} has no default");
        }
    }

    private static string Name(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    [Test]
    public void Every_preset_is_valid()
    {
        SocConfiguration[] arrays = [new SocBuilder().WithSystolicArray().Build().Configuration, new SocBuilder().WithSystolicArray(new SystolicArrayConfiguration()).Build().Configuration];
        foreach (SocConfiguration preset in SocPresets.All.Concat(arrays))
            Assert.That(Problems(JsonNode.Parse(SocConfigurationJson.Write(preset)), Schema(), "$"), Is.Empty, preset.Name);
    }

    [TestCase("""{ "cpu": { "model": "Fast" } }""", "$.cpu.model: not one of OutOfOrder, InOrder, Instant")]
    [TestCase("""{ "cpu": { "colour": 1 } }""", "$.cpu.colour: unknown")]
    [TestCase("""{ "accelerators": { "count": "two" } }""", "$.accelerators.count: not of type integer")]
    [TestCase("""{ "accelerators": { "systolicArray": { "dataflow": "xs" } } }""", "$.accelerators.systolicArray.dataflow: not one of OutputStationary, WeightStationary, InputStationary")]
    [TestCase("""{ "accelerators": { "convolutionArray": { "side": 8 } } }""", "$.accelerators.convolutionArray.side: unknown")]
    [TestCase("""{ "memory": { "cacheSizeBytes": 1.5 } }""", "$.memory.cacheSizeBytes: not of type integer")]
    public void What_is_wrong_is_not_valid(string json, string problem) => Assert.That(Problems(JsonNode.Parse(json), Schema(), "$"), Is.EqualTo(new[] { problem }));

    [Test]
    public void Command_prints_the_schema_and_configurations()
    {
        Assert.That(Infrastructure.Cli.Run("soc", "schema").Output, Is.EqualTo(SocConfigurationSchema.Write()));
        Assert.That(SocConfigurationJson.Read(Infrastructure.Cli.Run("soc", "show", "tutorial-2.5GHz").Output), Is.EqualTo(SocPresets.TutorialNominal));
        Assert.That(Infrastructure.Cli.Run("soc").Output, Does.Contain("tutorial-2.5GHz"));
    }

    [Test]
    public void Command_estimates_the_memory_of_a_CACTI_file()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "-size (bytes) 32768\n-block size (bytes) 4\n-read-write port 1\n-associativity 1\n");
            Infrastructure.Cli run = Infrastructure.Cli.Run("soc", "cacti", file);
            Assert.That(run.Output, Does.Contain("(4): -associativity 1 has no effect").And.Contain("read ").And.Contain("leakage "), run.Error);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>As much of a validator as the schema needs: kinds, choices, and no unknown property.</summary>
    private static List<string> Problems(JsonNode? value, JsonObject schema, string path)
    {
        List<string> problems = [];
        if (schema["enum"] is JsonArray choices)
        {
            if (!choices.Any(c => JsonNode.DeepEquals(c, value))) problems.Add($"{path}: not one of {string.Join(", ", choices.Select(c => (string?)c))}");
            return problems;
        }

        JsonValueKind kind = value?.GetValueKind() ?? JsonValueKind.Null;
        if (schema["type"] is JsonArray kinds && kind == JsonValueKind.Null && kinds.Any(k => (string?)k == "null")) return problems;
        string type = (string)(schema["type"] is JsonArray several ? several[0] : schema["type"])!;
        bool fits = type switch
        {
            "object" => kind == JsonValueKind.Object,
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "integer" => kind == JsonValueKind.Number && value!.GetValue<double>() % 1 == 0,
            "number" => kind == JsonValueKind.Number,
            _ => throw new ArgumentException($"{path}: schema has type {type}"),
        };
        if (!fits) problems.Add($"{path}: not of type {type}");
        if (value is not JsonObject given || !fits) return problems;
        var properties = (JsonObject)schema["properties"]!;
        foreach ((string name, JsonNode? inner) in given)
        {
            if (properties[name] is JsonObject known) problems.AddRange(Problems(inner, known, $"{path}.{name}"));
            else problems.Add($"{path}.{name}: unknown");
        }

        return problems;
    }
}
