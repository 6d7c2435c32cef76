using System.Numerics;
using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug.Memory.Coherence;

/// <summary>Checks that size, ways and line of a cache fit together.</summary>
internal static class CacheGeometry
{
    // A gibibyte of lines of 64 bytes; their tags take half of that on the host.
    private const long MaximumLines = 1 << 24;

    public static void Validate(string sizeName, ByteSize size, string waysName, int ways, int lineBytes)
    {
        Require.Range(waysName, ways, 1, 64);
        if (size.Bytes < 1) throw new ConfigurationException($"{sizeName} = {size}: must be above 0");
        if (size.Bytes % lineBytes != 0)
        {
            throw new ConfigurationException($"{sizeName} = {size.Bytes} bytes: must be a multiple of the line size {lineBytes}");
        }

        long lines = size.Bytes / lineBytes;
        if (lines > MaximumLines) throw new ConfigurationException($"{sizeName} = {size}: must be at most {new ByteSize(MaximumLines * lineBytes)} with lines of {lineBytes} bytes");
        if (lines % ways != 0 || !BitOperations.IsPow2(lines / ways))
        {
            throw new ConfigurationException(
                $"{sizeName} = {size.Bytes} bytes with {ways} ways of {lineBytes}-byte lines makes {(double)lines / ways:0.##} sets: the number of sets must be a power of two");
        }
    }
}
