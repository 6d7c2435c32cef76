namespace Smaug.Core.Tensors;

/// <summary>Element types of tensors. The values are those of SMAUG's model files.</summary>
public enum DataType
{
    /// <summary>Not set.</summary>
    Unknown = 0,

    /// <summary>32-bit signed integer.</summary>
    Int32 = 1,

    /// <summary>64-bit signed integer.</summary>
    Int64 = 2,

    /// <summary>IEEE 754 binary16 (<see cref="Half"/>).</summary>
    Float16 = 3,

    /// <summary>IEEE 754 binary32 (<see cref="float"/>).</summary>
    Float32 = 4,

    /// <summary>IEEE 754 binary64 (<see cref="double"/>).</summary>
    Float64 = 5,

    /// <summary>One byte: 0 is false, anything else true.</summary>
    Bool = 6,
}

/// <summary>Facts about <see cref="DataType"/>.</summary>
public static class DataTypeExtensions
{
    /// <summary>Bytes of one element.</summary>
    /// <exception cref="ModelException">The type is unknown.</exception>
    public static int SizeInBytes(this DataType type) => type switch
    {
        DataType.Bool => 1,
        DataType.Float16 => 2,
        DataType.Int32 or DataType.Float32 => 4,
        DataType.Int64 or DataType.Float64 => 8,
        _ => throw new ModelException($"data type {type} has no size: use Int32, Int64, Float16, Float32, Float64 or Bool"),
    };

    /// <summary>The C# type of one element, as <see cref="Tensor.Span{T}"/> expects it.</summary>
    /// <exception cref="ModelException">The type is unknown.</exception>
    public static Type ElementType(this DataType type) => type switch
    {
        DataType.Bool => typeof(bool),
        DataType.Float16 => typeof(Half),
        DataType.Int32 => typeof(int),
        DataType.Float32 => typeof(float),
        DataType.Int64 => typeof(long),
        DataType.Float64 => typeof(double),
        _ => throw new ModelException($"data type {type} has no element type: use Int32, Int64, Float16, Float32, Float64 or Bool"),
    };
}
