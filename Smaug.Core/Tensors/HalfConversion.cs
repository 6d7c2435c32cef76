using System.Numerics.Tensors;

namespace Smaug.Core.Tensors;

/// <summary>
/// Conversion between binary16 and binary32, vectorised, rounding to nearest even; and the packing of two halves into
/// one 32-bit integer that SMAUG's model files use.
/// </summary>
public static class HalfConversion
{
    /// <summary>Converts halves to floats, exactly.</summary>
    public static void ToSingle(ReadOnlySpan<Half> source, Span<float> destination) => TensorPrimitives.ConvertToSingle(source, destination);

    /// <summary>Converts floats to halves, rounding to nearest even.</summary>
    public static void ToHalf(ReadOnlySpan<float> source, Span<Half> destination) => TensorPrimitives.ConvertToHalf(source, destination);

    /// <summary>Packs halves two by two: the even one in bits 0-15, the odd one in bits 16-31; an odd count ends with zero.</summary>
    /// <param name="source">The halves.</param>
    /// <param name="destination">At least half as many integers, rounded up.</param>
    public static void Pack(ReadOnlySpan<Half> source, Span<int> destination)
    {
        for (int i = 0; i < source.Length; i += 2)
        {
            uint low = BitConverter.HalfToUInt16Bits(source[i]);
            uint high = i + 1 < source.Length ? BitConverter.HalfToUInt16Bits(source[i + 1]) : 0u;
            destination[i / 2] = unchecked((int)(high << 16 | low));
        }
    }

    /// <summary>Unpacks halves as <see cref="Pack"/> packs them.</summary>
    /// <param name="source">At least half as many integers as halves, rounded up.</param>
    /// <param name="destination">The halves to fill.</param>
    public static void Unpack(ReadOnlySpan<int> source, Span<Half> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = BitConverter.UInt16BitsToHalf(unchecked((ushort)(source[i / 2] >> (i % 2 * 16))));
        }
    }
}
