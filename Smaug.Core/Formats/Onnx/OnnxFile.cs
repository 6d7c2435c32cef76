using Google.Protobuf;
using Smaug.Core.Formats.Onnx.Export;
using Smaug.Core.Formats.Onnx.Protos;
using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Graphs;

namespace Smaug.Core.Formats.Onnx;

/// <summary>Reads ONNX models (<c>.onnx</c>) of operator sets 1 to 25, and writes networks as models of set 17.</summary>
public static class OnnxFile
{
    /// <summary>Extension of ONNX models.</summary>
    public const string Extension = ".onnx";

    /// <summary>Reads a model, joins its nodes and infers all shapes.</summary>
    /// <param name="path">The file. Values that stand in files of their own are read from its folder, when they are asked for.</param>
    /// <param name="options">Sizes of symbolic dimensions; null when there are none.</param>
    /// <exception cref="InputFormatException">The file is not there, truncated or garbled, or its nodes do not fit together.</exception>
    /// <exception cref="ConfigurationException">An option is out of its range, or names what the model does not have.</exception>
    public static OnnxModel Read(string path, OnnxImportOptions? options = null)
    {
        if (!File.Exists(path)) throw new InputFormatException(path, 0, 0, "ONNX model not found");
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path, Path.GetDirectoryName(Path.GetFullPath(path)), options);
    }

    /// <summary>Reads a model from memory or another stream; values in files of their own cannot be read.</summary>
    /// <param name="stream">The model.</param>
    /// <param name="source">Its name in errors.</param>
    /// <param name="options">Sizes of symbolic dimensions; null when there are none.</param>
    /// <exception cref="InputFormatException">The model is truncated or garbled, or its nodes do not fit together.</exception>
    /// <exception cref="ConfigurationException">An option is out of its range, or names what the model does not have.</exception>
    public static OnnxModel Read(Stream stream, string source, OnnxImportOptions? options = null) => Read(stream, source, null, options);

    /// <summary>
    /// Writes a network with its parameters. Tensors keep the dimensions of their layout: an image in NHWC stays one, with
    /// Transposes around the operators that ONNX defines on NCHW.
    /// </summary>
    /// <param name="graph">The network.</param>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="inputs">
    /// Names of the Data nodes that are inputs of the model; none for the first one, or for all when the network has no values. The
    /// others become initializers.
    /// </param>
    /// <exception cref="ModelException">
    /// An operator has no form in ONNX (Switch, Merge), a Data node has no values, the parameters exceed 2 GiB, or an input is not there.
    /// </exception>
    public static void Write(Graph graph, string path, params IReadOnlyCollection<string> inputs)
    {
        ModelProto model = new GraphExporter(graph, inputs).Write();
        AtomicFile.Write(path, stream => model.WriteTo(stream));
    }

    internal static OnnxModel Read(ModelProto model, string source, string? folder, OnnxImportOptions? options)
    {
        options ??= new OnnxImportOptions();
        options.Validate();
        return new OnnxModel(new NetworkReader(source, folder, options).Read(model));
    }

    private static OnnxModel Read(Stream stream, string source, string? folder, OnnxImportOptions? options)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(stream);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InputFormatException(source, 0, 0, $"not an ONNX model, or cut off or damaged ({exception.Message.TrimEnd('.')})", exception);
        }

        return Read(model, source, folder, options);
    }
}
