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
    /// <summary>A tensor's values in the kernels' form, in NCHW where they have rows, columns and channels.</summary>
    /// <exception cref="ModelException">The element type is neither Float16 nor Float32.</exception>
    public static Tensor LoadPlanes(Tensor tensor)
    {
        Tensor floats = Load(tensor);
        if (tensor.Shape.Layout != DataLayout.NHWC) return floats;
        Tensor reordered = NewTensor(tensor, inPlanes: true);
        LayoutChange.Run(floats, reordered);
        return reordered;
    }

    /// <summary>A tensor's values in the kernels' form, in their own layout.</summary>
    /// <exception cref="ModelException">The element type is neither Float16 nor Float32.</exception>
    public static Tensor Load(Tensor tensor)
    {
        if (tensor.Type == DataType.Float32 && tensor.Shape.Padding == 0) return tensor;
        Tensor floats = NewTensor(tensor, inPlanes: false);
        Convert(tensor, floats);
        return floats;
    }

    /// <summary>A tensor in which a kernel computes an output: the output itself when that has the kernels' form.</summary>
    /// <param name="output">The output.</param>
    /// <param name="inPlanes">Whether the kernel needs NCHW.</param>
    public static Tensor ResultFor(Tensor output, bool inPlanes)
    {
        bool hasForm = output.Type == DataType.Float32 && output.Shape.Padding == 0 && !(inPlanes && output.Shape.Layout == DataLayout.NHWC);
        return hasForm ? output : NewTensor(output, inPlanes);
    }

    /// <summary>Writes a kernel's result to the output it was made for.</summary>
    /// <exception cref="ModelException">The element type is neither Float16 nor Float32.</exception>
    public static void Store(Tensor result, Tensor output)
    {
        if (ReferenceEquals(result, output)) return;
        Tensor ordered = result;
        if (result.Shape.Layout != output.Shape.Layout)
        {
            ordered = NewTensor(output, inPlanes: false);
            LayoutChange.Run(result, ordered);
        }

        Convert(ordered, output);
    }

    private static Tensor NewTensor(Tensor tensor, bool inPlanes)
    {
        TensorShape shape = tensor.Shape;
        TensorShape form = inPlanes && shape.Layout == DataLayout.NHWC
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
