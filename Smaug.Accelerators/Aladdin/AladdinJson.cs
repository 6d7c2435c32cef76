using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Smaug.Accelerators.Aladdin;

/// <summary>Results as JSON: one array, one object per invocation, units in the names.</summary>
public static class AladdinJson
{
    /// <summary>Writes the results.</summary>
    public static void Write(Stream target, IEnumerable<AladdinResult> results)
    {
        using var json = new Utf8JsonWriter(target, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach (AladdinResult result in results) Write(json, result);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, AladdinResult r)
    {
        json.WriteStartObject();
        json.WriteNumber("invocation", r.Invocation);
        json.WriteString("topFunction", r.TopFunction);
        json.WriteNumber("cycleTimeNanoseconds", r.CycleTimeNanoseconds);
        json.WriteNumber("cycles", r.Cycles);
        json.WriteNumber("upsampledCycles", r.UpsampledCycles);
        json.WriteNumber("idleCycles", r.IdleCycles);
        json.WriteNumber("energyPicojoules", r.Energy.Picojoules);
        Property(json, "graph", r.Graph, AladdinJsonContext.Default.GraphStatistics);
        json.WriteStartObject("powerMilliwatts");
        json.WriteNumber("total", r.Power.Total);
        json.WriteNumber("unitDynamic", r.Power.UnitDynamic);
        json.WriteNumber("unitLeakage", r.Power.UnitLeakage);
        json.WriteNumber("memoryDynamic", r.Power.MemoryDynamic);
        json.WriteNumber("memoryLeakage", r.Power.MemoryLeakage);
        json.WriteEndObject();
        json.WriteStartObject("areaSquareMicrometres");
        json.WriteNumber("total", r.Area.Total);
        json.WriteNumber("units", r.Area.Units);
        json.WriteNumber("memory", r.Area.Memory);
        json.WriteEndObject();
        Property(json, "units", r.Units, AladdinJsonContext.Default.UnitCounts);
        Property(json, "scratchpads", r.Scratchpads, AladdinJsonContext.Default.IReadOnlyListScratchpadUse);
        Property(json, "loops", r.Loops, AladdinJsonContext.Default.IReadOnlyListLoopStatistics);
        Property(json, "functions", r.Functions, AladdinJsonContext.Default.IReadOnlyListFunctionStatistics);
        json.WriteEndObject();
    }

    /// <summary>Records whose names carry their units already.</summary>
    private static void Property<T>(Utf8JsonWriter json, string name, T value, JsonTypeInfo<T> type)
    {
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, value, type);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(GraphStatistics))]
[JsonSerializable(typeof(UnitCounts))]
[JsonSerializable(typeof(IReadOnlyList<ScratchpadUse>))]
[JsonSerializable(typeof(IReadOnlyList<LoopStatistics>))]
[JsonSerializable(typeof(IReadOnlyList<FunctionStatistics>))]
internal sealed partial class AladdinJsonContext : JsonSerializerContext;
