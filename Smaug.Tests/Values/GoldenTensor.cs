using System.Runtime.InteropServices;
using System.Text.Json;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Values;

/// <summary>Tensors as golden files hold them: shape, layout, type, and logical elements in base64.</summary>
internal static class GoldenTensor
{
    public static TensorSpec Spec(JsonElement json, string name, int alignment)
    {
        int[] dimensions = [.. json.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())];
        DataLayout layout = Enum.Parse<DataLayout>(json.GetProperty("layout").GetString()!);
        DataType type = Enum.Parse<DataType>(json.GetProperty("dtype").GetString()!, ignoreCase: true);
        return new TensorSpec(name, type, new TensorShape(dimensions, layout, alignment));
    }

    public static Tensor Read(JsonElement json, string name, int alignment)
    {
        TensorSpec spec = Spec(json, name, alignment);
        byte[] bytes = json.GetProperty("b64").GetBytesFromBase64();
        return spec.Type switch
        {
            DataType.Bool => Tensor.FromValues(spec, MemoryMarshal.Cast<byte, bool>(bytes)),
            DataType.Float16 => Tensor.FromValues(spec, MemoryMarshal.Cast<byte, Half>(bytes)),
            DataType.Float32 => Tensor.FromValues(spec, MemoryMarshal.Cast<byte, float>(bytes)),
            _ => throw new InvalidOperationException($"golden tensor of type {spec.Type}"),
        };
    }

    /// <summary>What differs between a tensor and golden values, or null.</summary>
    /// <param name="actual">What was computed.</param>
    /// <param name="base64">The golden logical elements.</param>
    /// <param name="units">Units in the last place by which float32 values may differ.</param>
    public static string? Difference(Tensor actual, string base64, int units)
    {
        byte[] expected = Convert.FromBase64String(base64);
        switch (actual.Type)
        {
            case DataType.Float16:
                return Compare<ushort>(Array.ConvertAll(actual.ToArray<Half>(), BitConverter.HalfToUInt16Bits), expected, (a, b) => a == b || IsNaN(a) && IsNaN(b));
            case DataType.Float32:
                return Compare<int>(Array.ConvertAll(actual.ToArray<float>(), BitConverter.SingleToInt32Bits), expected, (a, b) => Distance(a, b) <= units);
            default:
                return Compare<byte>(Array.ConvertAll(actual.ToArray<bool>(), x => x ? (byte)1 : (byte)0), expected, (a, b) => a == b);
        }
    }

    // Bits of a NaN say where it came from, which no instruction set defines in the same way.
    private static bool IsNaN(ushort bits) => (bits & 0x7FFF) > 0x7C00;

    private static long Distance(int a, int b)
    {
        static long Order(int bits) => bits < 0 ? int.MinValue - (long)bits : bits;
        return Math.Abs(Order(a) - Order(b));
    }

    private static string? Compare<T>(T[] actual, byte[] expectedBytes, Func<T, T, bool> areEqual) where T : unmanaged
    {
        T[] expected = MemoryMarshal.Cast<byte, T>(expectedBytes).ToArray();
        if (actual.Length != expected.Length) return $"{actual.Length} elements, expected {expected.Length}";
        int first = -1, count = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            if (areEqual(actual[i], expected[i])) continue;
            if (count++ == 0) first = i;
        }

        return count == 0 ? null : $"{count} of {actual.Length} elements differ, the first at {first}: bits {actual[first]:x} in place of {expected[first]:x}";
    }
}
