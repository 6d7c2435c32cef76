using System.Collections.Immutable;
using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Formats;
using Smaug.Core;
using Smaug.Core.Formats.Onnx;

namespace Smaug.Cli;

/// <summary>A topology on the command line: a file of SCALE-Sim, or any model.</summary>
internal static class TopologyArgument
{
    public const string Forms = "a model (.onnx, .pbtxt, zoo:NAME) or a topology file of SCALE-Sim (.csv)";

    /// <summary>Whether a name is that of a model, not of a topology file.</summary>
    public static bool IsModel(string name) => ModelArgument.IsZoo(name) || IsOnnx(name) || HasExtension(name, ".pbtxt");

    public static bool IsOnnx(string name) => HasExtension(name, OnnxFile.Extension);

    /// <summary>Reads a topology, or makes one from a model.</summary>
    /// <param name="name">File or zoo model.</param>
    /// <param name="options">How topology files are read; the values of names are also those of an ONNX model's symbolic dimensions.</param>
    /// <exception cref="SmaugException">The file or model cannot be found or read, or has no topology.</exception>
    public static TopologyFileContent Read(string name, TopologyReadOptions options)
    {
        if (!IsModel(name)) return TopologyFile.Read(name, options);
        List<string> notes = [];
        if (options.Kind == TopologyKind.MatrixProduct) notes.Add($"{name}: -i gemm is for topology files; the layers of a model have their own kinds");
        SystolicTopology topology = IsOnnx(name)
            ? TopologyConversion.FromOnnx(OnnxFile.Read(name, new OnnxImportOptions { Dimensions = options.Variables }), notes)
            : TopologyConversion.FromGraph(ModelArgument.Load(name, null, null, options.Variables));
        return new TopologyFileContent(topology, [.. notes]);
    }

    private static bool HasExtension(string name, string extension) => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase);
}
