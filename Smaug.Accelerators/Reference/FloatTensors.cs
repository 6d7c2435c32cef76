using Smaug.Accelerators.Host;
using Smaug.Core;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Reference;

/// <summary>
/// Brings tensors into the one form that the reference kernels work on, float32 without alignment padding, and results
/// back. A tensor that has the form already is used as it is.
/// </summary>
internal static class FloatTensors
{
    /// <summary>The layout that the kernels use where a tensor has rows, columns and channels: NCHW; else its own.</summary>
    public static DataLayout KernelLayout(DataLayout layout) => layout == DataLayout.NHWC ? DataLayout.NCHW : layout;

    /// <summary>A tensor's values in the kernels' form.</summary>
    /// <exception cref="ModelException">The element type is neither Float16 nor Float32.</exception>
    public static Tensor Load(Tensor tensor)
    {
        Tensor floats = LoadInOrder(tensor);
        if (KernelLayout(tensor.Shape.Layout) == tensor.Shape.Layout) return floats;
        Tensor reordered = NewResult(tensor);
        LayoutChange.Run(floats, reordered);
        return reordered;
    }

    /// <summary>A tensor's values in float32 without padding, in their own layout.</summary>
    /// <exception cref="ModelException">The element type is neither Float16 nor Float32.</exception>
    public static Tensor LoadInOrder(Tensor tensor)
    {
        if (tensor.Type == DataType.Float32 && tensor.Shape.Padding == 0) return tensor;
        var floats = new Tensor(new TensorSpec(tensor.Name, DataType.Float32, tensor.Shape.WithAlignment(0)));
        Convert(tensor, floats);
        return floats;
    }

    /// <summary>A tensor in which a kernel computes an output: the output itself when that has the kernels' form.</summary>
    public static Tensor ResultFor(Tensor output)
    {
        bool hasForm = output.Type == DataType.Float32 && output.Shape.Padding == 0
            && KernelLayout(output.Shape.Layout) == output.Shape.Layout;
        return hasForm ? output : NewResult(output);
    }

    /// <summary>Writes a kernel's result to the output it was made for.</summary>
    /// <exception cref="ModelException">The element type is neither Float16 nor Float32.</exception>
    public static void Store(Tensor result, Tensor output)
    {
        if (ReferenceEquals(result, output)) return;
        Tensor ordered = result;
        if (result.Shape.Layout != output.Shape.Layout)
        {
            ordered = new Tensor(new TensorSpec(output.Name, DataType.Float32, output.Shape.WithAlignment(0)));
            LayoutChange.Run(result, ordered);
        }

        Convert(ordered, output);
    }

    private static Tensor NewResult(Tensor tensor)
    {
        TensorShape shape = tensor.Shape;
        TensorShape form = shape.Layout == DataLayout.NHWC
            ? new TensorShape([shape[0], shape[3], shape[1], shape[2]], DataLayout.NCHW)
            : shape.WithAlignment(0);
        return new Tensor(new TensorSpec(tensor.Name, DataType.Float32, form));
    }

    private static void Convert(Tensor from, Tensor to)
    {
        switch (from.Type, to.Type)
        {
            case (DataType.Float32, DataType.Float32):
                TensorCopy.Elements(to, from);
                break;
            case (DataType.Float16, DataType.Float32):
                ForEachRow(from, to, static (a, b, i, j, n) =>
                    HalfConversion.ToSingle(a.Span<Half>().Slice(i, n), b.Span<float>()[j..]));
                break;
            case (DataType.Float32, DataType.Float16):
                ForEachRow(from, to, static (a, b, i, j, n) =>
                    HalfConversion.ToHalf(a.Span<float>().Slice(i, n), b.Span<Half>()[j..]));
                break;
            default:
                Tensor other = from.Type == DataType.Float32 ? to : from;
                throw new ModelException($"tensor '{other.Name}' holds {other.Type}; arithmetic needs Float16 or Float32");
        }
    }

    private static void ForEachRow(Tensor from, Tensor to, Action<Tensor, Tensor, int, int, int> convert)
    {
        if (from.Shape.Padding == 0 && to.Shape.Padding == 0)
        {
            convert(from, to, 0, 0, (int)from.Shape.Size);
            return;
        }

        int row = from.Shape[-1];
        int rows = (int)(from.Shape.Size / row);
        for (int i = 0; i < rows; i++) convert(from, to, i * (row + from.Shape.Padding), i * (row + to.Shape.Padding), row);
    }
}
