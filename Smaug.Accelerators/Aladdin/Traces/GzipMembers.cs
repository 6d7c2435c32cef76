using System.Buffers.Binary;
using System.IO.Compression;

namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>Walks the members of a gzip file (RFC 1952), to tell a file that was cut off from a complete one.</summary>
internal static class GzipMembers
{
    private const int ExtraField = 4, NameField = 8, CommentField = 16, HeaderChecksum = 2;

    /// <summary>True when every member has its end and a trailer with its length; what follows the last one is ignored.</summary>
    /// <param name="file">A file that can be read again; it is left at its end.</param>
    /// <param name="start">Where the first member begins.</param>
    public static bool AreComplete(Stream file, long start)
    {
        file.Seek(start, SeekOrigin.Begin);
        var bytes = new SingleBytes(new BufferedStream(file, 1 << 16));
        var discard = new byte[1 << 16];
        Span<byte> trailer = stackalloc byte[8];
        for (int members = 0; ; members++)
        {
            int first = bytes.ReadByte();
            if (first < 0) return members > 0;
            if (first != 0x1F) return members > 0;
            if (!SkipHeader(bytes)) return false;
            long length = 0;
            using (var member = new DeflateStream(bytes, CompressionMode.Decompress, leaveOpen: true))
            {
                for (int got = member.Read(discard); got > 0; got = member.Read(discard)) length += got;
            }
            if (bytes.ReadAtLeast(trailer, 8, throwOnEndOfStream: false) < 8) return false;
            if (BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) != (uint)length) return false;
        }
    }

    private static bool SkipHeader(SingleBytes bytes)
    {
        Span<byte> head = stackalloc byte[9];
        if (bytes.ReadAtLeast(head, 9, throwOnEndOfStream: false) < 9) return false;
        int flags = head[2];
        if ((flags & ExtraField) != 0)
        {
            int low = bytes.ReadByte(), high = bytes.ReadByte();
            for (int left = low | (high << 8); left > 0; left--) bytes.ReadByte();
        }
        if ((flags & NameField) != 0) SkipText(bytes);
        if ((flags & CommentField) != 0) SkipText(bytes);
        if ((flags & HeaderChecksum) != 0) (_, _) = (bytes.ReadByte(), bytes.ReadByte());
        return true;
    }

    private static void SkipText(SingleBytes bytes)
    {
        while (bytes.ReadByte() > 0) { }
    }

    /// <summary>Byte by byte, so that the decompressor never reads past the end of its member.</summary>
    private sealed class SingleBytes(Stream rest) : ForwardStream
    {
        public override int Read(Span<byte> target) => target.Length == 0 ? 0 : rest.Read(target[..1]);
    }
}
