using System.Buffers.Binary;

namespace Smaug.Memory.Dram.Traces;

/// <summary>
/// Tells whether a .gz file was cut short. The decompressor takes the end of the file for the end of the data; but a whole file
/// ends with the length of its contents.
/// </summary>
internal static class GzipTrailer
{
    private const int HeaderLength = 10;

    /// <summary>Whether the file ends as one that holds so many bytes. Files of several joined parts hold more than their last part.</summary>
    public static bool Matches(Stream file, long contentBytes)
    {
        if (file.Length < HeaderLength + 8) return false;
        Span<byte> length = stackalloc byte[4];
        file.Position = file.Length - 4;
        file.ReadExactly(length);
        return BinaryPrimitives.ReadUInt32LittleEndian(length) == (uint)contentBytes || HasSecondPart(file);
    }

    private static bool HasSecondPart(Stream file)
    {
        byte[] buffer = new byte[1 << 16];
        int held = 0;
        file.Position = 1;
        for (int read; (read = file.Read(buffer, held, buffer.Length - held)) > 0;)
        {
            int end = held + read;
            for (int i = 0; i + HeaderLength <= end; i++)
            {
                if (IsHeader(buffer.AsSpan(i, HeaderLength))) return true;
            }

            held = Math.Min(end, HeaderLength - 1);
            buffer.AsSpan(end - held, held).CopyTo(buffer);
        }

        return false;
    }

    /// <summary>Magic number, deflate, flags, time, extra flags and system as RFC 1952 has them; no data look so by chance.</summary>
    private static bool IsHeader(ReadOnlySpan<byte> bytes) =>
        bytes[0] == 0x1F && bytes[1] == 0x8B && bytes[2] == 8 && bytes[3] < 0x20 && bytes[8] is 0 or 2 or 4 && bytes[9] is <= 13 or 255;
}
