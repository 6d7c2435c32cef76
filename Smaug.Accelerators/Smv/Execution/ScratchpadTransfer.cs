using Smaug.Accelerators.Smv.Kernels;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Smv.Execution;

/// <summary>
/// The engine's load and store routines: float16 in host tensors, float32 in scratchpads. Stores round to nearest even and
/// write logical elements only, so that the padding of tensors stays zero.
/// </summary>
internal static class ScratchpadTransfer
{
    /// <summary>Loads a box, with a halo of zeros, as (image, row, column, channel) with whole vectors of channels.</summary>
    public static void Load(in ImageBox box, in Halo halo, Span<float> scratchpad)
    {
        int pitch = box.PaddedChannels;
        int columns = box.Columns + halo.Columns, rows = box.Rows + halo.Rows;
        if (halo != default || pitch != box.Channels) scratchpad[..(box.Images * rows * columns * pitch)].Clear();
        ReadOnlySpan<Half> source = box.Tensor.Span<Half>();
        for (int image = 0; image < box.Images; image++)
        {
            for (int row = 0; row < box.Rows; row++)
            {
                int target = ((image * rows + halo.Top + row) * columns + halo.Left) * pitch;
                if (box.HasWholePixels)
                {
                    HalfConversion.ToSingle(source.Slice(box.StorageIndex(image, row, 0), box.Columns * pitch), scratchpad[target..]);
                    continue;
                }

                for (int column = 0; column < box.Columns; column++)
                {
                    HalfConversion.ToSingle(source.Slice(box.StorageIndex(image, row, column), box.Channels), scratchpad[(target + column * pitch)..]);
                }
            }
        }
    }

    /// <summary>
    /// Applies an activation to a box of results, (image, row, column, channel) with whole vectors of channels, and stores
    /// it. The results themselves stay as they are.
    /// </summary>
    public static void Store(ReadOnlySpan<float> scratchpad, Activation? activation, in ImageBox box, Scratchpads scratchpads)
    {
        int pitch = box.PaddedChannels;
        Span<Half> target = box.Tensor.Span<Half>();
        bool isWhole = box.HasWholePixels && pitch == box.Channels;
        int run = isWhole ? box.Columns * pitch : box.Channels;
        for (int image = 0; image < box.Images; image++)
        {
            for (int row = 0; row < box.Rows; row++)
            {
                ReadOnlySpan<float> results = scratchpad.Slice((image * box.Rows + row) * box.Columns * pitch, box.Columns * pitch);
                Span<float> staging = scratchpads.Staging(results.Length);
                results.CopyTo(staging);
                SmvActivation.Apply(activation, staging);
                for (int column = 0; column < box.Columns; column += isWhole ? box.Columns : 1)
                {
                    HalfConversion.ToHalf(staging.Slice(column * pitch, run), target[box.StorageIndex(image, row, column)..]);
                }
            }
        }
    }

    /// <summary>Zeroes what a kernel that works on raw storage wrote into the padding of a tensor.</summary>
    public static void ClearPadding(Tensor tensor)
    {
        int elementBytes = tensor.Type.SizeInBytes();
        int padding = tensor.Shape.Padding * elementBytes, row = tensor.Shape[-1] * elementBytes;
        if (padding == 0) return;
        Span<byte> bytes = tensor.Bytes;
        for (int start = row; start < bytes.Length; start += row + padding) bytes.Slice(start, padding).Clear();
    }
}
