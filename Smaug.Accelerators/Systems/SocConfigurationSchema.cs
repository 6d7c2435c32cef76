using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Execution;
using Smaug.Core.Units;

namespace Smaug;

/// <summary>
/// The JSON schema of SoC configurations (draft 2020-12), made from the records themselves: names, kinds, choices and defaults, and
/// no other properties. Ranges are checked when a file is read; the records' documentation states them.
/// </summary>
public static class SocConfigurationSchema
{
    /// <summary>The schema as JSON text, ended by a line feed.</summary>
    public static string Write()
    {
        JsonNode defaults = JsonSerializer.SerializeToNode(new SocConfiguration(), SocJsonContext.Default.SocConfiguration)!;
        var options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };
        var exported = (JsonObject)SocJsonContext.Default.SocConfiguration.GetJsonSchemaAsNode(options);
        AddDefaults(exported, (JsonObject)defaults);
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "SoC configuration of Smaug" };
        foreach ((string name, JsonNode? value) in exported.ToArray())
        {
            exported.Remove(name);
            schema[name] = value;
        }

        return schema.ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }) + "\n";
    }

    /// <summary>Quantities with a unit are numbers; their names carry the unit.</summary>
    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        Type type = context.TypeInfo.Type;
        if (type == typeof(ByteSize)) return new JsonObject { ["type"] = "integer", ["minimum"] = 0 };
        if (type == typeof(Frequency)) return new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = 0 };
        if (type == typeof(Dataflow)) return Names<Dataflow>();
        if (type == typeof(SystolicPrecision)) return Names<SystolicPrecision>();
        if (type == typeof(SimTime?)) return new JsonObject { ["type"] = new JsonArray("number", "null"), ["minimum"] = 0 };
        return type == typeof(SimTime) ? new JsonObject { ["type"] = "number", ["minimum"] = 0 } : schema;
    }

    private static void AddDefaults(JsonObject schema, JsonObject defaults)
    {
        var properties = (JsonObject)schema["properties"]!;
        foreach ((string name, JsonNode? value) in defaults)
        {
            var property = (JsonObject)properties[name]!;
            if (value is JsonObject inner)
            {
                AddDefaults(property, inner);
                continue;
            }

            if (value is null && SocConfigurationJson.DefaultOf(name) is JsonObject absent) AddDefaults(property, absent);
            property["default"] = value?.DeepClone();
        }
    }

    private static JsonObject Names<T>() where T : struct, Enum => new() { ["enum"] = new JsonArray([.. Enum.GetNames<T>().Select(n => (JsonNode)n)]) };
}
