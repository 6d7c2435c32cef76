using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Device;
using Smaug.Accelerators.Systolic.Execution;
using Smaug.Core;
using Smaug.Core.Formats;
using Smaug.Core.Tensors;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Dram.Standards;

namespace Smaug;

/// <summary>
/// Reads and writes SoC configurations as JSON. Property names are those of the records in camel case; clocks are in hertz,
/// times in nanoseconds and sizes in bytes, as the names say. What a file leaves out keeps its default.
/// </summary>
public static class SocConfigurationJson
{
    /// <summary>Writes a configuration.</summary>
    public static string Write(SocConfiguration configuration) =>
        JsonSerializer.Serialize(configuration, SocJsonContext.Default.SocConfiguration);

    /// <summary>Reads and checks a configuration.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">File name for messages; empty for none.</param>
    /// <exception cref="InputFormatException">The text is not JSON, or has an unknown property or a value of a wrong type.</exception>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public static SocConfiguration Read(string json, string source = "")
    {
        try
        {
            // The first reading finds what is wrong, with its place; the second one gives what the text leaves out its default.
            JsonSerializer.Deserialize(json, SocJsonContext.Default.SocConfiguration);
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            JsonNode defaults = JsonSerializer.SerializeToNode(new SocConfiguration(), SocJsonContext.Default.SocConfiguration)!;
            Overlay((JsonObject)defaults, JsonNode.Parse(json, documentOptions: options), "$", source);
            SocConfiguration configuration = defaults.Deserialize(SocJsonContext.Default.SocConfiguration)!;
            configuration.Validate();
            return configuration;
        }
        catch (JsonException error)
        {
            string where = string.IsNullOrEmpty(error.Path) ? "" : $" (at {error.Path})";
            throw new InputFormatException(source, (int)(error.LineNumber ?? 0) + 1, (int)(error.BytePositionInLine ?? 0) + 1, Describe(error.Message) + where, error);
        }
    }

    private static string Describe(string message) => message switch
    {
        _ when message.Contains("could not be mapped", StringComparison.Ordinal) => "an SoC has no such property; 'smaug soc show tutorial' prints those that it has",
        _ when message.Contains("could not be converted", StringComparison.Ordinal) => "a value of another kind is needed here; 'smaug soc schema' says which",
        _ when message.Contains("Duplicate property", StringComparison.Ordinal) => "this property stands here twice: leave one of them out",
        _ => message.Split(" Path: ")[0],
    };

    private static void Overlay(JsonObject onto, JsonNode? from, string path, string source)
    {
        if (from is not JsonObject given)
        {
            string remedy = path == "$" ? "an object like {\"name\": \"my SoC\"} is expected" : "leave it out for its defaults, or give an object with what differs from them ('smaug soc show tutorial' prints the whole)";
            throw new InputFormatException(source, 0, 0, $"{path} is {(from is null ? "null" : "no object")}: {remedy}");
        }

        foreach ((string name, JsonNode? value) in given)
        {
            if (onto[name] is null && value is JsonObject && DefaultOf(name) is { } absent) onto[name] = absent;
            if (onto[name] is JsonObject inner) Overlay(inner, value, $"{path}.{name}", source);
            else onto[name] = value?.DeepClone();
        }
    }

    /// <summary>The defaults of what an SoC may have but has not by default.</summary>
    internal static JsonNode? DefaultOf(string property) => property switch
    {
        "convolutionArray" => JsonSerializer.SerializeToNode(new OutputStationaryOptions(), SocJsonContext.Default.OutputStationaryOptions),
        "systolicArray" => JsonSerializer.SerializeToNode(new SystolicArrayConfiguration(), SocJsonContext.Default.SystolicArrayConfiguration),
        _ => null,
    };

    /// <summary>Writes a configuration to a file, which appears whole or not at all.</summary>
    public static void Save(SocConfiguration configuration, string path) => AtomicFile.WriteText(path, Write(configuration) + "\n");

    /// <summary>Reads a configuration from a file.</summary>
    /// <exception cref="InputFormatException">The file cannot be understood; the message has the place.</exception>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public static SocConfiguration Load(string path) => Read(File.ReadAllText(path), path);
}

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    AllowDuplicateProperties = false,
    Converters = [typeof(FrequencyConverter), typeof(SimTimeConverter), typeof(ByteSizeConverter), typeof(DataflowConverter), typeof(PrecisionConverter),
        typeof(NameOnlyConverter<CpuModelKind>), typeof(NameOnlyConverter<MemoryFidelity>), typeof(NameOnlyConverter<DramFidelity>), typeof(NameOnlyConverter<PrefetcherKind>), typeof(NameOnlyConverter<DramRules>), typeof(NameOnlyConverter<DataType>)])]
[JsonSerializable(typeof(SocConfiguration))]
internal sealed partial class SocJsonContext : JsonSerializerContext;

/// <summary>Quantities whose numbers have a range of their own; what lies outside is an error with its place in the text.</summary>
internal static class Quantity
{
    public static T Read<T>(ref Utf8JsonReader reader, Func<double, T> make)
    {
        double number = reader.GetDouble();
        try
        {
            return make(number);
        }
        catch (OverflowException)
        {
            throw new JsonException(FormattableString.Invariant($"{number}: more than simulated time can be, 106 days"));
        }
        catch (ConfigurationException e)
        {
            throw new JsonException(e.Message);
        }
    }
}

internal sealed class FrequencyConverter : JsonConverter<Frequency>
{
    public override Frequency Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Quantity.Read(ref reader, Frequency.FromHertz);

    public override void Write(Utf8JsonWriter writer, Frequency value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Hertz);
}

internal sealed class SimTimeConverter : JsonConverter<SimTime>
{
    public override SimTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Quantity.Read(ref reader, SimTime.FromNanoseconds);

    public override void Write(Utf8JsonWriter writer, SimTime value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Nanoseconds);
}

internal sealed class ByteSizeConverter : JsonConverter<ByteSize>
{
    public override ByteSize Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, ByteSize value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Bytes);
}

/// <summary>Names of an enumeration, and no numbers: those would mean something else when a name is added.</summary>
internal sealed class NameOnlyConverter<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false) where T : struct, Enum;

/// <summary>Names of an enumeration, with an error that lists them.</summary>
internal abstract class NameConverter<T> : JsonConverter<T> where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? name = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        if (name is not null && Enum.TryParse(name, ignoreCase: true, out T value) && Enum.IsDefined(value) && !char.IsAsciiDigit(name[0])) return value;
        throw new JsonException($"{(name is null ? "a value that is no text" : $"'{name}'")}: must be one of {string.Join(", ", Enum.GetNames<T>())}");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

internal sealed class DataflowConverter : NameConverter<Dataflow>;

internal sealed class PrecisionConverter : NameConverter<SystolicPrecision>;
