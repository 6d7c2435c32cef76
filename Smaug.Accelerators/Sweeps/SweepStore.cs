using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Smaug.Core.Execution;
using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Memory.Dma;
using Smaug.Tiling;

namespace Smaug.Sweeps;

/// <summary>Keeps the finished points of a sweep in a folder, one file each, which appears whole or not at all.</summary>
internal sealed class SweepStore(string folder)
{
    /// <summary>What decides the figures of a point: the SoC, the network, sampling, and the version of the library.</summary>
    public static string Key(SocConfiguration soc, Graph graph, Sampling sampling)
    {
        var text = new StringBuilder(SocConfigurationJson.Write(soc));
        text.Append(CultureInfo.InvariantCulture, $"{Version()} {sampling.Level} {sampling.Iterations} {graph.Name} {graph.Backend} {graph.MemoryPolicy}\n");
        foreach (Node node in graph.Nodes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{node.Name} {node.Kind} {node.Parameters}");
            foreach (TensorSpec tensor in node.Inputs) text.Append(CultureInfo.InvariantCulture, $" {tensor.Name} {tensor.Shape} {tensor.Type}");
            foreach (TensorSpec tensor in node.Outputs) text.Append(CultureInfo.InvariantCulture, $" {tensor.Name} {tensor.Shape} {tensor.Type}");
            text.Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>A point; null when it has not been finished with this key. A file that cannot be understood counts as none.</summary>
    public StoredPoint? Find(int index, string key)
    {
        string path = PathOf(index);
        if (!File.Exists(path)) return null;
        try
        {
            StoredPoint? stored = JsonSerializer.Deserialize(File.ReadAllText(path), SweepJsonContext.Default.StoredPoint);
            return stored is { Figures: not null, Notes.IsDefault: false } && stored.Key == key ? stored : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Keep(int index, StoredPoint point) =>
        AtomicFile.WriteText(PathOf(index), JsonSerializer.Serialize(point, SweepJsonContext.Default.StoredPoint) + "\n");

    /// <summary>Identifies the code that computes figures.</summary>
    private static string Version() => string.Join(' ', new[] { typeof(SweepStore), typeof(Graph), typeof(DmaOptions), typeof(TilingPipeline) }.Select(t => t.Assembly.ManifestModule.ModuleVersionId));

    private string PathOf(int index) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"point-{index:0000}.json"));
}

/// <summary>A finished point in a file: what decided it, its figures, and the remarks of its run.</summary>
internal sealed record StoredPoint(string Key, SweepFigures Figures, ImmutableArray<string> Notes);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredPoint))]
internal sealed partial class SweepJsonContext : JsonSerializerContext;
