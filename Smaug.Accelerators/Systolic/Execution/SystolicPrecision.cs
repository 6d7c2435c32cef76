namespace Smaug.Accelerators.Systolic.Execution;

/// <summary>In which numbers a systolic array computes.</summary>
public enum SystolicPrecision
{
    /// <summary>float32 products and sums.</summary>
    Float32,

    /// <summary>Every multiply-accumulate is rounded to float16.</summary>
    Float16,

    /// <summary>
    /// int8 operands and exact int32 sums; every tensor is scaled so that its largest magnitude becomes 127. Windows of more than
    /// 133,144 elements, whose sums could overflow, are refused.
    /// </summary>
    Int8,
}

/// <summary>Sizes of the numbers.</summary>
internal static class SystolicPrecisions
{
    /// <summary>Longest window whose sum of int8 products, 127 · 127 each, fits 32 bits.</summary>
    public const long LongestInt8Window = int.MaxValue / (127 * 127);

    /// <summary>Bytes of an operand.</summary>
    public static int ElementBytes(this SystolicPrecision precision) => precision switch
    {
        SystolicPrecision.Float32 => 4,
        SystolicPrecision.Float16 => 2,
        _ => 1,
    };

    /// <summary>Bytes of a partial sum.</summary>
    public static int SumBytes(this SystolicPrecision precision) => precision == SystolicPrecision.Float16 ? 2 : 4;
}
