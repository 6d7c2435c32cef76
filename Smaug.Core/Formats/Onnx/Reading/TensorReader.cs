using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Smaug.Core.Formats.Onnx.Protos;

namespace Smaug.Core.Formats.Onnx.Reading;

/// <summary>Turns tensor messages into constants. All sizes are checked against the data before anything is allocated.</summary>
/// <param name="source">Name of the model in errors.</param>
/// <param name="folder">Folder of the model, for values in files of their own; null when there is none.</param>
internal sealed class TensorReader(string source, string? folder)
{
    private const int External = 1;

    /// <summary>Checks a tensor and gives access to its values.</summary>
    /// <exception cref="InputFormatException">Type, sizes and data do not fit together.</exception>
    public OnnxConstant Read(TensorProto proto)
    {
        var type = (ElementType)proto.DataType;
        if (type == ElementType.String) return new OnnxConstant(type, [.. Dimensions(proto)], () => throw Error(proto, "it holds texts, which no operator of Smaug takes"));
        if (!type.IsNumeric()) throw Error(proto, $"element type {proto.DataType} cannot be read; FLOAT, FLOAT16, BFLOAT16, DOUBLE, BOOL and integers of 8 to 64 bits can");
        if (proto.Segment is not null) throw Error(proto, "it is one segment of a tensor; store the tensor in one piece");
        int[] dims = Dimensions(proto);
        long count = Dims.Count(dims);
        if (count < 0 || count > long.MaxValue / 8) throw Error(proto, $"{Dims.Text(dims)} has more elements than any file can hold");
        return new OnnxConstant(type, dims, Access(proto, type, count));
    }

    private int[] Dimensions(TensorProto proto)
    {
        var dims = new int[proto.Dims.Count];
        for (int i = 0; i < dims.Length; i++)
        {
            if (proto.Dims[i] is < 0 or > int.MaxValue) throw Error(proto, $"dimension {i} is {proto.Dims[i]}; 0 to {int.MaxValue} would fit");
            dims[i] = (int)proto.Dims[i];
        }

        return dims;
    }

    private Func<Array> Access(TensorProto proto, ElementType type, long count)
    {
        long bytes = count * type.Bytes();
        if (proto.DataLocation == External)
        {
            var file = new ExternalData(proto, bytes, folder, source);
            return () => Decode(proto.Name, file.Read(), type);
        }

        // Raw data of no bytes are data too, for tensors without elements.
        if (proto.RawData.Length > 0)
        {
            if (proto.RawData.Length != bytes) throw Error(proto, $"{Dims.Text([.. proto.Dims.Select(d => (int)d)])} of type {type} takes {bytes} bytes, {proto.RawData.Length} are there; the file is damaged");
            ByteString raw = proto.RawData;
            return () => Decode(proto.Name, raw.Span, type);
        }

        (int given, Func<Array> read) = Typed(proto, type);
        if (given != count) throw Error(proto, $"{Dims.Text([.. proto.Dims.Select(d => (int)d)])} of type {type} has {count} elements, {given} values are there; the file is damaged");
        return read;
    }

    private (int Count, Func<Array> Read) Typed(TensorProto proto, ElementType type)
    {
        switch (type)
        {
            case ElementType.Float:
                return (proto.FloatData.Count, () => proto.FloatData.ToArray());
            case ElementType.Double:
                return (proto.DoubleData.Count, () => Array.ConvertAll(proto.DoubleData.ToArray(), v => (float)v));
            case ElementType.Float16:
                return (proto.Int32Data.Count, () => Array.ConvertAll(proto.Int32Data.ToArray(), v => (float)BitConverter.UInt16BitsToHalf(unchecked((ushort)v))));
            case ElementType.BFloat16:
                return (proto.Int32Data.Count, () => Array.ConvertAll(proto.Int32Data.ToArray(), v => BitConverter.Int32BitsToSingle(v << 16)));
            case ElementType.Int64:
                return (proto.Int64Data.Count, () => proto.Int64Data.ToArray());
            case ElementType.UInt32 or ElementType.UInt64:
                return (proto.Uint64Data.Count, () => Array.ConvertAll(proto.Uint64Data.ToArray(), v => Signed(proto.Name, v)));
            default:
                return (proto.Int32Data.Count, () => Array.ConvertAll(proto.Int32Data.ToArray(), v => (long)v));
        }
    }

    /// <summary>Values from little-endian bytes.</summary>
    private Array Decode(string name, ReadOnlySpan<byte> bytes, ElementType type) => type switch
    {
        ElementType.Float => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        ElementType.Double => Converted<double, float>(bytes, v => (float)v),
        ElementType.Float16 => Halves(bytes),
        ElementType.BFloat16 => Converted<ushort, float>(bytes, v => BitConverter.Int32BitsToSingle(v << 16)),
        ElementType.UInt8 or ElementType.Bool => Converted<byte, long>(bytes, v => v),
        ElementType.Int8 => Converted<sbyte, long>(bytes, v => v),
        ElementType.UInt16 => Converted<ushort, long>(bytes, v => v),
        ElementType.Int16 => Converted<short, long>(bytes, v => v),
        ElementType.Int32 => Converted<int, long>(bytes, v => v),
        ElementType.UInt32 => Converted<uint, long>(bytes, v => v),
        ElementType.UInt64 => Converted<ulong, long>(bytes, v => Signed(name, v)),
        _ => MemoryMarshal.Cast<byte, long>(bytes).ToArray(),
    };

    private static float[] Halves(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(bytes);
        var singles = new float[halves.Length];
        TensorPrimitives.ConvertToSingle(halves, singles);
        return singles;
    }

    private static TTo[] Converted<TFrom, TTo>(ReadOnlySpan<byte> bytes, Func<TFrom, TTo> convert) where TFrom : unmanaged
    {
        ReadOnlySpan<TFrom> from = MemoryMarshal.Cast<byte, TFrom>(bytes);
        var to = new TTo[from.Length];
        for (int i = 0; i < to.Length; i++) to[i] = convert(from[i]);
        return to;
    }

    private long Signed(string name, ulong value) => value <= long.MaxValue
        ? (long)value
        : throw new InputFormatException(source, 0, 0, $"tensor '{name}': value {value} exceeds {long.MaxValue}");

    private InputFormatException Error(TensorProto proto, string detail) => new(source, 0, 0, $"tensor '{proto.Name}': {detail}");
}
