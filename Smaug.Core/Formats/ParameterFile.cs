using System.Text;
using Google.Protobuf;
using Smaug.Core.Formats.Protos;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats;

/// <summary>
/// A SMAUG parameter file (<c>_params.pb</c>): the values of a graph's Data nodes, by tensor name. Only names and places
/// are kept in memory; values are read when they are asked for.
/// </summary>
public sealed class ParameterFile : IParameterSource
{
    private const int MaximumNameBytes = 1 << 16;

    private readonly Func<Stream> _open;
    private readonly string _source;
    private readonly Dictionary<string, (long Offset, long Length)> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    /// <summary>Opens a parameter file and lists its tensors.</summary>
    /// <exception cref="InputFormatException">The file is not there, is truncated, or is not a parameter file.</exception>
    public ParameterFile(string path) : this(() => OpenFile(path), path)
    {
    }

    internal ParameterFile(byte[] content, string source) : this(() => new MemoryStream(content, writable: false), source)
    {
    }

    private ParameterFile(Func<Stream> open, string source)
    {
        _open = open;
        _source = source;
        using Stream stream = open();
        new Scanner(stream, source).Scan(Add);
    }

    /// <summary>The tensors' names in file order.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <inheritdoc/>
    /// <exception cref="InputFormatException">The values are damaged.</exception>
    public Tensor? Find(TensorSpec tensor)
    {
        if (!_entries.TryGetValue(tensor.Name, out (long Offset, long Length) entry)) return null;
        if (entry.Length > Array.MaxLength) throw new InputFormatException(_source, 0, 0, $"tensor '{tensor.Name}' takes {entry.Length} bytes; at most {Array.MaxLength} can be read");
        using Stream stream = _open();
        stream.Position = entry.Offset;
        var bytes = new byte[entry.Length];
        try
        {
            stream.ReadExactly(bytes);
            return TensorDataCodec.Decode(TensorData.Parser.ParseFrom(bytes), tensor, _source);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or EndOfStreamException)
        {
            throw new InputFormatException(_source, 0, 0, $"the values of tensor '{tensor.Name}' at byte {entry.Offset} are damaged ({exception.Message.TrimEnd('.')}); write the file anew", exception);
        }
    }

    /// <summary>Writes the values of a graph's Data nodes, in node order.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="stream">Where to; one tensor is held in memory at a time.</param>
    /// <exception cref="ModelException">A Data node has no values.</exception>
    public static void Write(Graph graph, Stream stream)
    {
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        foreach (Node node in graph.Nodes)
        {
            if (node.Kind != OperatorKind.Data) continue;
            TensorSpec spec = node.Inputs[0];
            Tensor tensor = graph.Parameters?.Find(spec) ?? throw new ModelException($"{node}: there are no values for tensor '{spec.Name}' {spec.Shape}; give them to the graph before writing its parameters");
            TensorData data = TensorDataCodec.Encode(tensor);
            data.Name = spec.Name;
            output.WriteTag(TensorDataArray.DataArrayFieldNumber, WireFormat.WireType.LengthDelimited);
            output.WriteMessage(data);
        }
    }

    private static FileStream OpenFile(string path) =>
        File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16) : throw new InputFormatException(path, 0, 0, "network parameters file not found");

    private void Add(string name, long offset, long length)
    {
        if (_entries.TryAdd(name, (offset, length))) _names.Add(name);
    }

    /// <summary>Walks over the entries of a TensorDataArray without reading their values.</summary>
    private sealed class Scanner(Stream stream, string source)
    {
        private readonly long _length = stream.Length;

        public void Scan(Action<string, long, long> add)
        {
            while (stream.Position < _length)
            {
                (int field, int wireType) = ReadTag(_length);
                if (field != TensorDataArray.DataArrayFieldNumber || wireType != 2)
                {
                    Skip(wireType, _length);
                    continue;
                }

                long length = ReadLength(_length);
                long start = stream.Position;
                add(ReadName(start, start + length), start, length);
                stream.Position = start + length;
            }
        }

        private string ReadName(long start, long end)
        {
            while (stream.Position < end)
            {
                (int field, int wireType) = ReadTag(end);
                if (field != TensorData.NameFieldNumber || wireType != 2)
                {
                    Skip(wireType, end);
                    continue;
                }

                long length = ReadLength(end);
                if (length > MaximumNameBytes) throw Damaged(stream.Position, $"a tensor's name has {length} bytes");
                var bytes = new byte[length];
                stream.ReadExactly(bytes);
                return Encoding.UTF8.GetString(bytes);
            }

            throw Damaged(start, "a tensor has no name");
        }

        private (int Field, int WireType) ReadTag(long end)
        {
            long place = stream.Position;
            ulong tag = ReadVarint(end);
            if (tag >> 3 is 0 or > int.MaxValue || (tag & 7) is 3 or 4 or 6 or 7) throw Damaged(place, "no protobuf field begins here");
            return ((int)(tag >> 3), (int)(tag & 7));
        }

        private long ReadLength(long end)
        {
            long place = stream.Position;
            ulong length = ReadVarint(end);
            if (length > (ulong)(end - stream.Position)) throw Damaged(place, $"{length} bytes are announced, {end - stream.Position} follow; the file was cut off or garbled");
            return (long)length;
        }

        private void Skip(int wireType, long end)
        {
            long place = stream.Position;
            long length = wireType switch
            {
                0 => 0,
                1 => 8,
                2 => ReadLength(end),
                _ => 4,
            };
            if (wireType == 0) ReadVarint(end);
            if (length > end - stream.Position) throw Damaged(place, "the file was cut off");
            stream.Position += length;
        }

        private ulong ReadVarint(long end)
        {
            long place = stream.Position;
            ulong value = 0;
            for (int shift = 0; shift < 70; shift += 7)
            {
                int next = stream.Position < end ? stream.ReadByte() : -1;
                if (next < 0) throw Damaged(place, "the file was cut off");
                value |= (ulong)(next & 127) << shift;
                if (next < 128) return value;
            }

            throw Damaged(place, "a number has more than ten bytes");
        }

        private InputFormatException Damaged(long place, string detail) =>
            new(source, 0, 0, $"not a SMAUG parameter file, or damaged: at byte {place} {detail}");
    }
}
