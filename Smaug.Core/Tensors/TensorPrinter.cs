using System.Globalization;

namespace Smaug.Core.Tensors;

/// <summary>Prints tensors the way SMAUG does: one block of the last two dimensions after another.</summary>
public static class TensorPrinter
{
    /// <summary>
    /// Writes name, shape and elements. Each block of the last two dimensions starts with its coordinate; numbers have six
    /// significant digits; halves are printed as floats, booleans as 0 and 1. Lines end with <c>\n</c>.
    /// </summary>
    public static void Write(TextWriter writer, Tensor tensor)
    {
        TensorShape shape = tensor.Shape;
        writer.Write($"{tensor.Name}, shape = {shape}\n");
        int row = shape.Rank == 0 ? 1 : shape[-1];
        int block = shape.Rank >= 2 ? checked(row * shape[-2]) : row;
        int counter = 0;
        for (var i = new RegionIterator(shape); !i.AtEnd; i.MoveNext())
        {
            if (counter == 0) WriteCoordinate(writer, i.Coordinate);
            writer.Write(Format(tensor, (int)i.StorageIndex));
            writer.Write(' ');
            counter++;
            if (counter == block)
            {
                counter = 0;
                writer.Write(" ]\n");
            }
            else if (counter % row == 0)
            {
                writer.Write("\n  ");
            }
        }
    }

    /// <summary>A tensor as <see cref="Write"/> writes it.</summary>
    public static string ToText(Tensor tensor)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        Write(writer, tensor);
        return writer.ToString();
    }

    private static void WriteCoordinate(TextWriter writer, ReadOnlySpan<int> coordinate)
    {
        writer.Write("( ");
        foreach (int value in coordinate)
        {
            writer.Write(value);
            writer.Write(' ');
        }

        writer.Write(")\n[ ");
    }

    private static string Format(Tensor tensor, int index) => tensor.Type switch
    {
        DataType.Bool => tensor.Bytes[index] != 0 ? "1" : "0",
        DataType.Int32 => tensor.Span<int>()[index].ToString(CultureInfo.InvariantCulture),
        DataType.Int64 => tensor.Span<long>()[index].ToString(CultureInfo.InvariantCulture),
        DataType.Float16 => Format((float)tensor.Span<Half>()[index]),
        DataType.Float32 => Format(tensor.Span<float>()[index]),
        _ => Format(tensor.Span<double>()[index]),
    };

    private static string Format(double value) => value switch
    {
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        _ when double.IsNaN(value) => double.IsNegative(value) ? "-nan" : "nan",
        _ => value.ToString("g6", CultureInfo.InvariantCulture),
    };
}
