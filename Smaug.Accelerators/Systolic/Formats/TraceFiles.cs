using System.Globalization;
using System.IO.Compression;

namespace Smaug.Accelerators.Systolic.Formats;

/// <summary>
/// Writes the six trace files of a layer while it is simulated. Files get their names only when the layer is complete; an
/// abandoned layer leaves none.
/// </summary>
public sealed class TraceFiles : ITraceSink, IDisposable
{
    private readonly TraceFile[] _files = new TraceFile[6];

    /// <summary>Opens the files of a layer.</summary>
    /// <param name="folder">Folder of the run; the files go into its folder <c>layer</c><paramref name="layer"/>.</param>
    /// <param name="layer">Index of the layer, from 0.</param>
    /// <param name="compress">Whether the files are compressed, with <c>.gz</c> added to their names.</param>
    public TraceFiles(string folder, int layer, bool compress = false)
    {
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"layer{layer}"));
        Directory.CreateDirectory(path);
        for (int i = 0; i < _files.Length; i++)
        {
            string name = FileName((Operand)(i / 2), isDram: i % 2 == 1) + (compress ? ".gz" : "");
            _files[i] = new TraceFile(Path.Combine(path, name), isDram: i % 2 == 1, compress);
        }
    }

    /// <summary>Name of a trace file.</summary>
    public static string FileName(Operand operand, bool isDram) =>
        operand.ToString().ToUpperInvariant() + (isDram ? "_DRAM_TRACE.csv" : "_SRAM_TRACE.csv");

    /// <inheritdoc/>
    public void Row(Operand operand, bool isDram, long cycle, ReadOnlySpan<long> words) =>
        _files[(int)operand * 2 + (isDram ? 1 : 0)].Row(cycle, words);

    /// <inheritdoc/>
    public void Complete()
    {
        foreach (TraceFile file in _files) file.Complete();
    }

    /// <summary>Closes the files, and removes them when the layer is not complete.</summary>
    public void Dispose()
    {
        foreach (TraceFile file in _files) file.Dispose();
    }
}

/// <summary>One trace file, written through a buffer under a temporary name.</summary>
internal sealed class TraceFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly Stream _stream;
    private readonly TraceText _text;
    private bool _closed;

    public TraceFile(string path, bool isDram, bool compress)
    {
        _path = path;
        _temporary = path + "." + Guid.NewGuid().ToString("N")[..8] + ".tmp";
        var file = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        _stream = compress ? new GZipStream(file, CompressionLevel.Fastest) : file;
        _text = new TraceText(_stream, isDram);
    }

    public void Row(long cycle, ReadOnlySpan<long> words) => _text.Row(cycle, words);

    public void Complete()
    {
        _text.Flush();
        _stream.Dispose();
        _closed = true;
        File.Move(_temporary, _path, overwrite: true);
    }

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _stream.Dispose();
        File.Delete(_temporary);
    }
}

/// <summary>
/// The text of a trace: the cycle and the words, separated by commas. SRAM traces print whole numbers, DRAM traces the same
/// numbers as reals.
/// </summary>
internal sealed class TraceText(Stream stream, bool asReals)
{
    private const int BufferBytes = 1 << 16;
    private const int LongestNumber = 24;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _used;

    public void Row(long cycle, ReadOnlySpan<long> words)
    {
        Number(cycle);
        foreach (long word in words)
        {
            _buffer[_used++] = (byte)',';
            Number(word);
        }

        _buffer[_used++] = (byte)'\n';
    }

    public void Flush()
    {
        stream.Write(_buffer, 0, _used);
        _used = 0;
    }

    private void Number(long value)
    {
        if (_used > BufferBytes - LongestNumber) Flush();
        byte[] buffer = _buffer;
        int at = _used;
        if (value < 0)
        {
            buffer[at++] = (byte)'-';
            value = -value;
        }

        if (value < 10)
        {
            buffer[at++] = (byte)('0' + value);
        }
        else if (value <= uint.MaxValue)
        {
            at += Digits((uint)value, buffer.AsSpan(at));
        }
        else
        {
            value.TryFormat(buffer.AsSpan(at), out int written, default, CultureInfo.InvariantCulture);
            at += written;
        }

        if (asReals)
        {
            buffer[at++] = (byte)'.';
            buffer[at++] = (byte)'0';
        }

        _used = at;
    }

    private static int Digits(uint value, Span<byte> destination)
    {
        int count = 1;
        for (uint rest = value; rest >= 10; rest /= 10) count++;
        for (int i = count - 1; i >= 0; i--)
        {
            uint quotient = value / 10;
            destination[i] = (byte)('0' + (value - quotient * 10));
            value = quotient;
        }

        return count;
    }
}
