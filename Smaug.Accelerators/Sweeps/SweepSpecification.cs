using System.Collections.Immutable;
using System.Text.Json;
using Smaug.Core;
using Smaug.Core.Graphs;

namespace Smaug.Sweeps;

/// <summary>
/// What a sweep goes through: the full cross product of its parameters' values, numbered from 0. A parameter that is not named keeps
/// the value of the SoC that the sweep starts from.
/// </summary>
public sealed record SweepSpecification
{
    /// <summary>Parameters, in the order of <see cref="SweepParameters.Names"/>.</summary>
    public ImmutableArray<SweepAxis> Axes { get; private init; } = [];

    /// <summary>Number of points.</summary>
    public int Count => Axes.Aggregate(1, (product, axis) => checked(product * axis.Values.Length));

    /// <summary>Names of parameters that have no effect, and why; one line each.</summary>
    public ImmutableArray<string> Notes =>
        [.. Axes.Where(a => SweepParameters.WithoutEffect(a.Parameter) is not null).Select(a => $"{a.Parameter} has no effect: {SweepParameters.WithoutEffect(a.Parameter)}")];

    /// <summary>Adds a parameter, or replaces its values.</summary>
    /// <exception cref="ConfigurationException">There is no such parameter, no value, or one stands twice.</exception>
    public SweepSpecification With(string parameter, params IEnumerable<string> values)
    {
        SweepParameters.OrderOf(parameter);
        ImmutableArray<string> list = [.. values];
        if (list.IsEmpty) throw new ConfigurationException($"sweep parameter {parameter} has no value: give at least one");
        if (list.Distinct().Count() != list.Length) throw new ConfigurationException($"sweep parameter {parameter}: a value stands twice in {string.Join(", ", list)}");
        IEnumerable<SweepAxis> axes = Axes.Where(a => a.Parameter != parameter).Append(new SweepAxis(parameter, list));
        return new SweepSpecification { Axes = [.. axes.OrderBy(a => SweepParameters.OrderOf(a.Parameter))] };
    }

    /// <summary>Reads a file of the original's sweeper: a JSON object of parameters, each with a list of values.</summary>
    /// <exception cref="InputFormatException">It cannot be read or is not such an object.</exception>
    /// <exception cref="ConfigurationException">A parameter is unknown or has no value.</exception>
    public static SweepSpecification Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFormatException(path, 0, 0, $"cannot read the sweep: {e.Message}", e);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="json">The content of a file.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <exception cref="InputFormatException">It is not an object of lists.</exception>
    /// <exception cref="ConfigurationException">A parameter is unknown or has no value.</exception>
    public static SweepSpecification Parse(string json, string source = "")
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new InputFormatException(source, 0, 0, "a sweep is an object like {\"num_accels\": [1, 2]}");
            var sweep = new SweepSpecification();
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                IEnumerable<JsonElement> values = property.Value.ValueKind == JsonValueKind.Array ? property.Value.EnumerateArray() : [property.Value];
                sweep = sweep.With(property.Name, [.. values.Select(v => Text(v, property.Name, source))]);
            }

            return sweep;
        }
        catch (JsonException e)
        {
            throw new InputFormatException(source, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1, $"not JSON: {e.Message}", e);
        }
    }

    /// <summary>The points on an SoC, all checked.</summary>
    /// <param name="soc">What the parameters change.</param>
    /// <exception cref="ConfigurationException">A value is wrong, or those of a point do not go together; the message names the point.</exception>
    internal ImmutableArray<SweepPoint> Points(SocConfiguration soc)
    {
        var points = ImmutableArray.CreateBuilder<SweepPoint>(Count);
        var positions = new int[Axes.Length];
        for (int index = 0; index < Count; index++)
        {
            int rest = index;
            for (int a = Axes.Length - 1; a >= 0; a--)
            {
                positions[a] = rest % Axes[a].Values.Length;
                rest /= Axes[a].Values.Length;
            }

            points.Add(Point(index, [.. positions.Select((p, a) => Axes[a].Values[p])], soc));
        }

        return points.MoveToImmutable();
    }

    private SweepPoint Point(int index, ImmutableArray<string> values, SocConfiguration soc)
    {
        var choice = new SweepChoice(soc, MemoryPolicy.Unknown);
        for (int a = 0; a < Axes.Length; a++) choice = SweepParameters.Apply(choice, Axes[a].Parameter, values[a]);
        Require.Valid($"point {index} of the sweep", choice.Soc.Validate);
        int network = Axes.Select(a => a.Parameter).ToList().IndexOf(SweepParameters.Network);
        return new SweepPoint(index, values, network < 0 ? null : values[network], choice.Soc, choice.Policy);
    }

    private static string Text(JsonElement value, string parameter, string source) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        _ => throw new InputFormatException(source, 0, 0, $"{parameter}: values must be numbers or strings, not {value.ValueKind}"),
    };
}

/// <summary>One point of a sweep.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Values">Value of each axis.</param>
/// <param name="Network">Network of the point; null where the sweep has one for all.</param>
/// <param name="Soc">The SoC.</param>
/// <param name="Policy">Memory policy; unknown for the network's own.</param>
internal sealed record SweepPoint(int Index, ImmutableArray<string> Values, string? Network, SocConfiguration Soc, MemoryPolicy Policy);
