using System.Buffers.Text;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Smaug.Core;

namespace Smaug.Memory.Dram.Traces;

/// <summary>One request of a trace.</summary>
/// <param name="Address">Byte address.</param>
/// <param name="IsWrite">Direction.</param>
/// <param name="EarliestCycle">The controller cycle before which it is not offered; 0 in traces without times.</param>
public readonly record struct DramTraceRequest(ulong Address, bool IsWrite, long EarliestCycle);

/// <summary>
/// Reads a memory trace line by line without holding it: <c>0xADDR R|W [CYCLE]</c> (no letter: a read) or
/// <c>LD|ST ADDR [CYCLE]</c> (hexadecimal with 0x, else decimal). Empty lines and lines that start with # are skipped. Files
/// whose name ends in .gz are decompressed. Nothing is allocated per line.
/// </summary>
public sealed class DramTraceReader : IDisposable
{
    private readonly Stream _stream;
    private readonly Stream? _file;
    private readonly string _name;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private long _contentBytes;
    private bool _ended;

    /// <summary>Reads from a stream, which is closed with the reader.</summary>
    /// <param name="stream">Text in the format above, not compressed.</param>
    /// <param name="name">Name for messages.</param>
    public DramTraceReader(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
    }

    private DramTraceReader(Stream stream, Stream file, string name) : this(stream, name) => _file = file;

    /// <summary>The line read last, counted from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Name of the trace.</summary>
    public string Name => _name;

    /// <summary>Bytes of the file read so far (compressed bytes of a .gz file).</summary>
    public long BytesRead => (_file ?? _stream) is { CanSeek: true } stream ? stream.Position : 0;

    /// <summary>Bytes of the file; 0 if unknown.</summary>
    public long TotalBytes => (_file ?? _stream) is { CanSeek: true } stream ? stream.Length : 0;

    /// <summary>Opens a trace file.</summary>
    public static DramTraceReader Open(string path)
    {
        FileStream file = File.OpenRead(path);
        string name = Path.GetFileName(path);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new DramTraceReader(new GZipStream(file, CompressionMode.Decompress), file, name)
            : new DramTraceReader(file, name);
    }

    /// <summary>Reads the next request; false at the end.</summary>
    /// <exception cref="InputFormatException">A line is malformed; the message has its number.</exception>
    public bool TryRead(out DramTraceRequest request)
    {
        while (TryReadLine(out ReadOnlySpan<byte> line))
        {
            Line++;
            line = line.Trim(" \t\r"u8);
            if (line.IsEmpty || line[0] == (byte)'#') continue;
            request = Parse(line);
            return true;
        }

        request = default;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _file?.Dispose();
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = _buffer.AsSpan(_start, searched + length);
                _start += searched + length + 1;
                return true;
            }

            if (_ended)
            {
                line = _buffer.AsSpan(_start, _end - _start);
                _start = _end;
                return !line.IsEmpty;
            }

            searched = _end - _start;
            Fill();
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= 1 << 20) throw Bad("a line longer than 1 MiB; expected '0xADDR R|W'");
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        try
        {
            int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _contentBytes += read;
            _ended = read == 0;
            if (_ended && _file is not null && !GzipTrailer.Matches(_file, _contentBytes))
            {
                throw new InvalidDataException();
            }
        }
        catch (InvalidDataException exception)
        {
            throw new InputFormatException(_name, (int)Math.Min(Line + 1, int.MaxValue), 0, "the compressed data is damaged or cut short; compress the trace again", exception);
        }
    }

    private DramTraceRequest Parse(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> first = Word(ref line), second = Word(ref line), third = Word(ref line);
        if (!line.IsEmpty) throw Bad($"unexpected '{Encoding.UTF8.GetString(line)}' after the request");
        bool isWrite;
        ReadOnlySpan<byte> address = first;
        if (first.SequenceEqual("LD"u8) || first.SequenceEqual("ST"u8))
        {
            isWrite = first[0] == (byte)'S';
            address = second;
        }
        else
        {
            isWrite = second.SequenceEqual("W"u8);
            if (!isWrite && !second.IsEmpty && !second.SequenceEqual("R"u8))
            {
                throw Bad($"type '{Encoding.UTF8.GetString(second)}': must be R or W");
            }
        }

        long cycle = 0;
        if (!third.IsEmpty && (!Utf8Parser.TryParse(third, out cycle, out int used) || used != third.Length || cycle < 0))
        {
            throw Bad($"cycle '{Encoding.UTF8.GetString(third)}': must be a whole number of at least 0");
        }

        return new DramTraceRequest(Address(address), isWrite, cycle);
    }

    private ulong Address(ReadOnlySpan<byte> text)
    {
        bool hexadecimal = text.StartsWith("0x"u8) || text.StartsWith("0X"u8);
        ReadOnlySpan<byte> digits = hexadecimal ? text[2..] : text;
        if (Utf8Parser.TryParse(digits, out ulong address, out int used, hexadecimal ? 'x' : 'D') && used == digits.Length) return address;
        throw Bad($"address '{Encoding.UTF8.GetString(text)}': expected '0xADDR R|W' or 'LD|ST ADDR', a hexadecimal address with 0x");
    }

    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> line)
    {
        int end = line.IndexOfAny((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> word = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[end..].TrimStart(" \t"u8);
        return word;
    }

    private InputFormatException Bad(string detail) => Line <= int.MaxValue
        ? new InputFormatException(_name, (int)Line, 0, detail)
        : new InputFormatException(_name, 0, 0, string.Create(CultureInfo.InvariantCulture, $"line {Line}: {detail}"));
}
