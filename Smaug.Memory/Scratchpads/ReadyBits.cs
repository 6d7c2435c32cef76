using Smaug.Core;

namespace Smaug.Memory.Scratchpads;

/// <summary>
/// Full/empty bits of a scratchpad, one per word: DMA sets them packet by packet as data arrives, so that computing may begin
/// before a transfer has ended.
/// </summary>
public sealed class ReadyBits
{
    private readonly ulong[] _bits;
    private readonly int _bytes;
    private readonly int _wordBytes;

    /// <summary>Creates the bits of a scratchpad, all empty.</summary>
    /// <param name="bytes">Bytes covered, at least 1.</param>
    /// <param name="wordBytes">Bytes per bit, at least 1.</param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public ReadyBits(int bytes, int wordBytes)
    {
        if (bytes < 1) throw new ConfigurationException($"ready bits: {bytes} bytes: must be at least 1");
        if (wordBytes < 1) throw new ConfigurationException($"ready bits: words of {wordBytes} bytes: must be at least 1");
        _bytes = bytes;
        _wordBytes = wordBytes;
        _bits = new ulong[(((bytes - 1) / wordBytes) / 64) + 1];
    }

    /// <summary>Marks all words that a range touches, also those that it covers in part: of a word that two packets share, the first decides.</summary>
    /// <exception cref="SimulationException">The range lies outside.</exception>
    public void Set(int offset, int bytes, bool isReady = true)
    {
        Check(offset, bytes);
        for (int word = offset / _wordBytes; word <= (offset + bytes - 1) / _wordBytes; word++)
        {
            if (isReady) _bits[word >> 6] |= 1UL << (word & 63);
            else _bits[word >> 6] &= ~(1UL << (word & 63));
        }
    }

    /// <summary>Whether all words that a range touches are full.</summary>
    /// <exception cref="SimulationException">The range lies outside.</exception>
    public bool IsReady(int offset, int bytes)
    {
        Check(offset, bytes);
        for (int word = offset / _wordBytes; word <= (offset + bytes - 1) / _wordBytes; word++)
        {
            if ((_bits[word >> 6] & (1UL << (word & 63))) == 0) return false;
        }

        return true;
    }

    /// <summary>Marks all words as empty.</summary>
    public void Clear() => Array.Clear(_bits);

    private void Check(int offset, int bytes)
    {
        if (offset < 0 || bytes < 1 || (long)offset + bytes > _bytes)
        {
            throw new SimulationException($"ready bits: {bytes} bytes at {offset} are outside the {_bytes} bytes covered");
        }
    }
}
