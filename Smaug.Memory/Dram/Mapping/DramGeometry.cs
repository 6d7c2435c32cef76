using System.Numerics;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Memory.Dram.Mapping;

/// <summary>The sizes that an address mapping works with.</summary>
public sealed class DramGeometry
{
    internal DramGeometry(DramPreset preset, int channels, int[] counts)
    {
        Preset = preset;
        Channels = channels;
        Counts = counts;
        TransactionBits = BitOperations.Log2((uint)preset.TransactionBytes);
        FieldBits = [.. counts.Select(c => BitOperations.Log2((uint)c))];
        FieldBits[^1] -= BitOperations.Log2((uint)preset.Prefetch);
        ChannelBits = BitOperations.Log2((uint)channels);
    }

    /// <summary>The preset.</summary>
    public DramPreset Preset { get; }

    /// <summary>Channels, a power of two.</summary>
    public int Channels { get; }

    /// <summary>Address bits of the channel number.</summary>
    public int ChannelBits { get; }

    /// <summary>Children per node of each level of <see cref="DramPreset.Levels"/>; entry 0 is 1.</summary>
    public int[] Counts { get; }

    /// <summary>Address bits below one request.</summary>
    public int TransactionBits { get; }

    /// <summary>Address bits of each level (floor of the logarithm); the column's without the bits of the prefetch.</summary>
    public int[] FieldBits { get; }

    /// <summary>Index of the bank level.</summary>
    public int BankLevel => Counts.Length - 3;

    /// <summary>Address bits that the mapping reaches, those inside a request included.</summary>
    public int AddressBits => TransactionBits + ChannelBits + FieldBits.Sum();

    /// <summary>The bank of the channel, from the index at each level from 1 to the bank level.</summary>
    internal int FlatBank(ReadOnlySpan<int> fields)
    {
        int bank = 0;
        for (int level = 1; level <= BankLevel; level++) bank = bank * Counts[level] + fields[level];
        return bank;
    }
}
