using Google.Protobuf.Collections;
using Smaug.Core.Formats.Protos;
using Smaug.Core.Tensors;
using DataType = Smaug.Core.Tensors.DataType;

namespace Smaug.Core.Formats;

/// <summary>Stored elements, padding included, to and from the message that carries them.</summary>
internal static class TensorDataCodec
{
    public static TensorData Encode(Tensor tensor)
    {
        var data = new TensorData { Name = tensor.Name };
        switch (tensor.Type)
        {
            case DataType.Float16:
                ReadOnlySpan<Half> halves = tensor.Span<Half>();
                var packed = new int[(halves.Length + 1) / 2];
                HalfConversion.Pack(halves, packed);
                data.HalfData.AddRange(packed);
                break;
            case DataType.Float32:
                data.FloatData.AddRange(tensor.Span<float>().ToArray());
                break;
            case DataType.Float64:
                data.DoubleData.AddRange(tensor.Span<double>().ToArray());
                break;
            case DataType.Int32:
                data.IntData.AddRange(tensor.Span<int>().ToArray());
                break;
            case DataType.Int64:
                data.Int64Data.AddRange(tensor.Span<long>().ToArray());
                break;
            default:
                data.BoolData.AddRange(tensor.Span<bool>().ToArray());
                break;
        }

        return data;
    }

    /// <exception cref="ModelException">The values have another type or number.</exception>
    public static Tensor Decode(TensorData data, TensorSpec spec, string source)
    {
        switch (spec.Type)
        {
            case DataType.Float16:
                RequireCount(data.HalfData.Count, (spec.Shape.StorageSize + 1) / 2);
                var tensor = new Tensor(spec);
                HalfConversion.Unpack([.. data.HalfData], tensor.Span<Half>());
                return tensor;
            case DataType.Float32:
                return Copy(data.FloatData);
            case DataType.Float64:
                return Copy(data.DoubleData);
            case DataType.Int32:
                return Copy(data.IntData);
            case DataType.Int64:
                return Copy(data.Int64Data);
            default:
                return Copy(data.BoolData);
        }

        Tensor Copy<T>(RepeatedField<T> values) where T : unmanaged
        {
            RequireCount(values.Count, spec.Shape.StorageSize);
            var result = new Tensor(spec);
            Span<T> storage = result.Span<T>();
            for (int i = 0; i < storage.Length; i++) storage[i] = values[i];
            return result;
        }

        void RequireCount(int found, long expected)
        {
            if (found == expected) return;
            (string field, int count) = Content(data);
            throw new ModelException($"{source}: tensor '{spec.Name}' has {count} values of {field}; {spec.Shape} {spec.Type} with alignment {spec.Shape.Alignment} needs {expected} of {FieldName(spec.Type)} (padding included)");
        }
    }

    private static string FieldName(DataType type) => type switch
    {
        DataType.Float16 => "half_data",
        DataType.Float32 => "float_data",
        DataType.Float64 => "double_data",
        DataType.Int32 => "int_data",
        DataType.Int64 => "int64_data",
        _ => "bool_data",
    };

    private static (string Field, int Count) Content(TensorData data) => data switch
    {
        { HalfData.Count: > 0 } => ("half_data", data.HalfData.Count),
        { FloatData.Count: > 0 } => ("float_data", data.FloatData.Count),
        { DoubleData.Count: > 0 } => ("double_data", data.DoubleData.Count),
        { IntData.Count: > 0 } => ("int_data", data.IntData.Count),
        { Int64Data.Count: > 0 } => ("int64_data", data.Int64Data.Count),
        { BoolData.Count: > 0 } => ("bool_data", data.BoolData.Count),
        _ => ("data", 0),
    };
}
