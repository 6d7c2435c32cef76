using System.Globalization;
using Smaug.Core.Formats.Onnx.Protos;

namespace Smaug.Core.Formats.Onnx.Reading;

/// <summary>Values that stand in a file beside the model: a path below the model's folder, an offset and a length in bytes.</summary>
internal sealed class ExternalData
{
    private readonly string _model;
    private readonly string _tensor;
    private readonly string _path;
    private readonly long _offset;
    private readonly int _bytes;

    /// <summary>Finds the file and checks that it holds the values.</summary>
    /// <param name="proto">The tensor.</param>
    /// <param name="bytes">Bytes that its values take.</param>
    /// <param name="folder">Folder of the model; null when the model does not come from a file.</param>
    /// <param name="model">Name of the model in errors.</param>
    /// <exception cref="InputFormatException">The file is missing, too short, or outside the folder.</exception>
    public ExternalData(TensorProto proto, long bytes, string? folder, string model)
    {
        _model = model;
        _tensor = proto.Name;
        if (folder is null) throw Error("its values stand in another file, but the model was not read from a folder; read it with OnnxFile.Read(path)");
        string location = Entry(proto, "location") ?? throw Error("it names no file for its external values");
        _path = Resolve(folder, location);
        _offset = Number(proto, "offset") ?? 0;
        long length = Number(proto, "length") ?? bytes;
        if (length != bytes) throw Error($"{length} bytes of '{location}' are announced, its shape needs {bytes}");
        if (bytes > Array.MaxLength) throw Error($"its values take {bytes} bytes; at most {Array.MaxLength} can be read");
        _bytes = (int)bytes;
        if (!File.Exists(_path)) throw Error($"its values stand in '{location}', which is not beside the model; copy it there");
        long size = new FileInfo(_path).Length;
        if (_offset > size || size - _offset < bytes) throw Error($"its values take bytes {_offset} to {(decimal)_offset + bytes} of '{location}', which has {size}; the file was cut off or belongs to another model");
    }

    public byte[] Read()
    {
        var content = new byte[_bytes];
        try
        {
            using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            stream.Position = _offset;
            stream.ReadExactly(content);
            return content;
        }
        catch (IOException exception)
        {
            throw new InputFormatException(_model, 0, 0, $"tensor '{_tensor}': its values cannot be read from '{_path}' ({exception.Message.TrimEnd('.')})", exception);
        }
    }

    private string Resolve(string folder, string location)
    {
        // What is written for one system must not be read as something else on another.
        string[] parts = location.Split('/', '\\');
        bool inside = !Path.IsPathRooted(location) && !parts.Contains("..") && !location.Contains(':', StringComparison.Ordinal) && !location.Contains('\0', StringComparison.Ordinal);
        if (!inside || location.Length == 0) throw Error($"its values stand in '{location}'; only a path below the model's own folder, without '..', is read");
        return Path.Combine(folder, Path.Combine(parts));
    }

    private long? Number(TensorProto proto, string key)
    {
        if (Entry(proto, key) is not { } text) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : throw Error($"{key} of its external values is '{text}'; a number of bytes would fit");
    }

    private static string? Entry(TensorProto proto, string key) => proto.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;

    private InputFormatException Error(string detail) => new(_model, 0, 0, $"tensor '{_tensor}': {detail}");
}
