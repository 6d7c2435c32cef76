using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Formats;

/// <summary>What the columns of a topology file mean.</summary>
public enum TopologyKind
{
    /// <summary>Convolutions: ifmap height and width, filter height and width, channels, filters, stride.</summary>
    Convolution,

    /// <summary>Matrix products: M, N, K.</summary>
    MatrixProduct,
}

/// <summary>How topology files are read.</summary>
public sealed record TopologyReadOptions
{
    /// <summary>What the columns mean; default <see cref="TopologyKind.Convolution"/>.</summary>
    public TopologyKind Kind { get; init; } = TopologyKind.Convolution;

    /// <summary>
    /// Accepts exactly what SCALE-Sim accepts. Otherwise empty trailing fields, unknown columns, headings, tabs, and a missing
    /// last comma are accepted, and a ninth field is a column stride or a sparsity by its form. Default false.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>Version whose rules apply in strict mode; default version 3.</summary>
    public ScaleSimVersion Version { get; init; } = ScaleSimVersion.V3;

    /// <summary>Values of names that stand for numbers in template files; a name without a value is 1 and gives a note.</summary>
    public ImmutableDictionary<string, int> Variables { get; init; } = ImmutableDictionary<string, int>.Empty;
}

/// <summary>A topology read from a file.</summary>
/// <param name="Topology">The layers.</param>
/// <param name="Notes">What was assumed or ignored, one line each.</param>
public sealed record TopologyFileContent(SystolicTopology Topology, ImmutableArray<string> Notes);

/// <summary>Reads and writes SCALE-Sim's topology files.</summary>
public static class TopologyFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InputFormatException">A line is not a layer.</exception>
    public static TopologyFileContent Read(string path, TopologyReadOptions? options = null) =>
        Parse(File.ReadAllText(path), path, options);

    /// <summary>Reads a text.</summary>
    /// <param name="text">The content of a file; its first line is a header.</param>
    /// <param name="source">Its name, for errors; without folder and extension it names the topology.</param>
    /// <param name="options">How it is read.</param>
    /// <exception cref="InputFormatException">A line is not a layer, or there is none.</exception>
    public static TopologyFileContent Parse(string text, string source, TopologyReadOptions? options = null)
    {
        var reader = new TopologyReader(options ?? new TopologyReadOptions());
        foreach (CsvLine line in CsvLine.Read(text, source, (options ?? new()).Strict)) reader.Add(line);
        if (reader.Layers.Count == 0) throw new InputFormatException(source, 0, 0, "no layers; the first line is a header, each further line a layer");
        return new TopologyFileContent(
            new SystolicTopology(Path.GetFileNameWithoutExtension(source), [.. reader.Layers]), [.. reader.Notes]);
    }

    /// <summary>The text of a topology file, with both strides: version 2 reads it strictly, and a lenient reader always.</summary>
    public static string Format(SystolicTopology topology)
    {
        var text = new StringBuilder("Layer name,IFMAP height,IFMAP width,Filter height,Filter width,Channels,Num filter,Stride height,Stride width,\n");
        foreach (SystolicLayer layer in topology.Layers)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{NameOf(layer)},{layer.IfmapHeight},{layer.IfmapWidth},{layer.FilterHeight},{layer.FilterWidth},{layer.Channels},{layer.Filters},{layer.RowStride},{layer.ColumnStride},\n");
        }

        return text.ToString();
    }

    /// <summary>A name that reads back as one field, and not as that of a depthwise convolution over all channels.</summary>
    private static string NameOf(SystolicLayer layer)
    {
        string name = string.Join('_', layer.Name.Split(',', '\n', '\r', '\t'));
        return layer.Channels > 1 ? name.Replace(TopologyReader.DepthwiseMark, "D_P", StringComparison.Ordinal) : name;
    }
}
