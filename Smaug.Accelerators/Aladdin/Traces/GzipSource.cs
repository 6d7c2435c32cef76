namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>
/// The compressed bytes on their way to the decompressor, which takes an early end for the end. Every member of a gzip
/// file (RFC 1952) closes with the length of its text. Wherever a further member may begin, the bytes are handed out only
/// up to there; when the next ones are asked for, all text before that place has come out and can be compared.
/// </summary>
internal sealed class GzipSource(Stream file) : ForwardStream
{
    /// <summary>Header and trailer, without a name or a comment, around an empty text.</summary>
    private const int LeastMemberBytes = 10 + 2 + 8;

    private readonly byte[] buffer = new byte[1 << 16];
    private int start, end;
    private bool exhausted;
    private uint lastWord;
    private long memberStart;
    private long memberBytes;

    private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B, 8];

    /// <summary>Bytes of text that the decompressor has put out, told by its reader.</summary>
    public long Produced { get; set; }

    /// <summary>Asked at the end: whether the last member closes with the length of its text.</summary>
    public bool IsComplete => EndsMember;

    private bool EndsMember => memberBytes >= LeastMemberBytes && lastWord == (uint)(Produced - memberStart);

    public override int Read(Span<byte> target)
    {
        while (end - start < Magic.Length && !exhausted) Fill();
        ReadOnlySpan<byte> chunk = buffer.AsSpan(start, end - start);
        if (chunk.StartsWith(Magic) && EndsMember) (memberStart, memberBytes) = (Produced, 0);
        int count = Math.Min(target.Length, Boundary(chunk));
        chunk[..count].CopyTo(target);
        start += count;
        memberBytes += count;
        foreach (byte b in chunk[Math.Max(0, count - 4)..count]) lastWord = (lastWord >> 8) | ((uint)b << 24);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Up to where a member may begin, also one whose first bytes are the last ones here.</summary>
    private int Boundary(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length <= 1) return chunk.Length;
        int next = chunk[1..].IndexOf(Magic);
        if (next >= 0) return next + 1;
        if (exhausted) return chunk.Length;
        if (chunk.Length > 2 && chunk[^2] == Magic[0] && chunk[^1] == Magic[1]) return chunk.Length - 2;
        return chunk[^1] == Magic[0] ? chunk.Length - 1 : chunk.Length;
    }

    private void Fill()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        end -= start;
        start = 0;
        int got = file.Read(buffer.AsSpan(end));
        end += got;
        exhausted = got == 0;
    }
}
