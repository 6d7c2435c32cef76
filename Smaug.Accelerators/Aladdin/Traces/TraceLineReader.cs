using System.IO.Compression;
using System.Runtime.CompilerServices;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>
/// Lines of a trace, plain or gzip (also several gzip members one after another), as bytes without the line end.
/// Lines come in pieces of at most 255 bytes: the format's own limit.
/// </summary>
internal sealed class TraceLineReader : IDisposable
{
    private const int Limit = 255;

    private readonly Stream stream;
    private readonly GzipSource? compressed;
    private readonly byte[] buffer = new byte[1 << 17];
    private int start;
    private int end;
    private bool exhausted;

    public TraceLineReader(Stream input, string source)
    {
        Source = source;
        var head = new byte[2];
        int got = input.ReadAtLeast(head, 2, throwOnEndOfStream: false);
        Stream whole = input.CanSeek ? Rewind(input, got) : new PrefixedStream(head.AsMemory(0, got), input);
        if (got == 2 && head[0] == 0x1F && head[1] == 0x8B)
        {
            compressed = new GzipSource(whole);
            stream = new GZipStream(compressed, CompressionMode.Decompress);
        }
        else
        {
            stream = whole;
        }
    }

    public string Source { get; }

    /// <summary>Number of the current line, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The piece goes on: the line is longer than the limit.</summary>
    public bool IsSplit { get; private set; }

    /// <summary>Bytes read so far, after decompression.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The next line, or the next piece of a long one; false at the end.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        if (!IsSplit) Line++;
        if (end - start < Limit + 1 && !exhausted) Fill();
        ReadOnlySpan<byte> window = buffer.AsSpan(start, Math.Min(Limit, end - start));
        int newline = window.IndexOf((byte)'\n');
        if (newline >= 0)
        {
            line = window[..newline];
            start += newline + 1;
            IsSplit = false;
        }
        else
        {
            line = window;
            start += window.Length;
            IsSplit = window.Length == Limit;
            if (window.Length == 0)
            {
                Line--;
                return false;
            }
        }
        if (line.Length > 0 && line[^1] == (byte)'\r') line = line[..^1];
        return true;
    }

    public InputFormatException Error(string detail, Exception? inner = null) => new(Source, Line, 0, detail, inner);

    public void Dispose() => stream.Dispose();

    private void Fill()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        end -= start;
        start = 0;
        try
        {
            while (end < buffer.Length)
            {
                int got = stream.Read(buffer, end, buffer.Length - end);
                if (got == 0)
                {
                    exhausted = true;
                    if (compressed is { IsComplete: false }) throw Error("the gzip stream is truncated; make the trace again");
                    return;
                }
                end += got;
                BytesRead += got;
                if (compressed is not null) compressed.Produced = BytesRead;
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Error($"the gzip stream is truncated or damaged ({e.Message.TrimEnd('.')}); make the trace again", e);
        }
        catch (IOException e)
        {
            throw Error($"cannot read the trace: {e.Message}", e);
        }
    }

    private static Stream Rewind(Stream input, int got)
    {
        input.Seek(-got, SeekOrigin.Current);
        return input;
    }

    /// <summary>A stream with the bytes that were looked at put back in front.</summary>
    private sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream rest) : ForwardStream
    {
        private ReadOnlyMemory<byte> head = prefix;

        public override int Read(Span<byte> target)
        {
            if (head.Length == 0) return rest.Read(target);
            int count = Math.Min(target.Length, head.Length);
            head.Span[..count].CopyTo(target);
            head = head[count..];
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) rest.Dispose();
            base.Dispose(disposing);
        }
    }
}
