using System.Runtime.InteropServices;
using Smaug.Core;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Host;

/// <summary>
/// The Reorder operator: exchanges channels with positions (NCHW and NHWC, NCT and NTC), transposes (NC and CN), or
/// flattens a tensor to two dimensions. Pure index permutations, for every element type.
/// </summary>
internal static class LayoutChange
{
    // Rows and columns of a block whose lines fit the first-level cache in both tensors.
    private const int Block = 16;

    /// <summary>Reorders a tensor into the layout of the output.</summary>
    /// <exception cref="ModelException">There is no such change of layout.</exception>
    public static void Run(Tensor input, Tensor output)
    {
        if (IsFlattening(input.Shape, output.Shape))
        {
            TensorCopy.Elements(output, input);
            return;
        }

        Strides from = Strides.Of(input), to = Strides.Of(output);
        switch (input.Type.SizeInBytes())
        {
            case 1: Permute<byte>(input, output, from, to); break;
            case 2: Permute<ushort>(input, output, from, to); break;
            case 4: Permute<uint>(input, output, from, to); break;
            default: Permute<ulong>(input, output, from, to); break;
        }
    }

    /// <summary>Whether elements keep their order and only the dimensions change.</summary>
    public static bool IsFlattening(TensorShape input, TensorShape output) => input.Layout == output.Layout || input.Rank != output.Rank;

    private static void Permute<T>(Tensor input, Tensor output, Strides from, Strides to) where T : unmanaged
    {
        ReadOnlySpan<T> source = MemoryMarshal.Cast<byte, T>(input.Bytes);
        Span<T> target = MemoryMarshal.Cast<byte, T>(output.Bytes);
        for (int n = 0; n < from.Batches; n++)
        {
            for (int row = 0; row < from.Rows; row++)
            {
                int read = n * from.Batch + row * from.Row, write = n * to.Batch + row * to.Row;
                for (int c0 = 0; c0 < from.Channels; c0 += Block)
                {
                    int cEnd = Math.Min(c0 + Block, from.Channels);
                    for (int x = 0; x < from.Columns; x++)
                    {
                        for (int c = c0; c < cEnd; c++)
                        {
                            target[write + x * to.Column + c * to.Channel] = source[read + x * from.Column + c * from.Channel];
                        }
                    }
                }
            }
        }
    }

    /// <summary>Sizes of the four directions in which elements lie, and the distance between neighbours in storage.</summary>
    private readonly record struct Strides(
        int Batches, int Rows, int Columns, int Channels, int Batch, int Row, int Column, int Channel)
    {
        public static Strides Of(Tensor tensor)
        {
            TensorShape shape = tensor.Shape;
            int last = shape[-1] + shape.Padding;
            return shape.Layout switch
            {
                DataLayout.NCHW => new(shape[0], shape[2], shape[3], shape[1], shape[1] * shape[2] * last, last, 1, shape[2] * last),
                DataLayout.NHWC => new(shape[0], shape[1], shape[2], shape[3], shape[1] * shape[2] * last, shape[2] * last, last, 1),
                DataLayout.NCT => new(shape[0], 1, shape[2], shape[1], shape[1] * last, 0, 1, last),
                DataLayout.NTC => new(shape[0], 1, shape[1], shape[2], shape[1] * last, 0, last, 1),
                DataLayout.NC => new(1, 1, shape[0], shape[1], 0, 0, last, 1),
                DataLayout.CN => new(1, 1, shape[1], shape[0], 0, 0, 1, last),
                _ => throw new ModelException($"tensor '{tensor.Name}' has layout {shape.Layout}; Reorder takes NCHW, NHWC, NCT, NTC, NC and CN"),
            };
        }
    }
}
