using Smaug.Accelerators.Smv.Kernels;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Smv.Execution;

/// <summary>
/// Lays weights out as the <see cref="MacArray"/> reads them: for each block of 8 ofmaps or neurons, for each kernel
/// position, for each channel (whole vectors), the 8 weights of the block. What is missing in the last block or vector is
/// zero.
/// </summary>
internal static class WeightPacking
{
    /// <summary>Elements that one block takes.</summary>
    public static int BlockElements(int positions, int paddedChannels) => positions * paddedChannels * MacArray.Lanes;

    /// <summary>Packs all blocks.</summary>
    /// <param name="weights">Float16 weights (ofmaps, …, channels).</param>
    /// <param name="first">First ofmap.</param>
    /// <param name="count">Ofmaps.</param>
    /// <param name="positions">Kernel rows × columns.</param>
    /// <param name="firstChannel">First channel.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="scratchpads">Holds the result.</param>
    /// <returns>The packed blocks.</returns>
    public static ReadOnlySpan<float> Pack(
        Tensor weights, int first, int count, int positions, int firstChannel, int channels, Scratchpads scratchpads)
    {
        int padded = (channels + 7) / 8 * 8;
        int blocks = (count + MacArray.Lanes - 1) / MacArray.Lanes;
        int pitch = weights.Shape[-1] + weights.Shape.Padding;
        ReadOnlySpan<Half> source = weights.Span<Half>();
        Span<float> packed = scratchpads.Weights(blocks * BlockElements(positions, padded));
        Span<float> row = scratchpads.Staging(padded);
        if (padded != channels || count % MacArray.Lanes != 0) packed.Clear();
        for (int ofmap = 0; ofmap < count; ofmap++)
        {
            Span<float> block = packed[(ofmap / MacArray.Lanes * BlockElements(positions, padded))..];
            for (int position = 0; position < positions; position++)
            {
                int read = ((first + ofmap) * positions + position) * pitch + firstChannel;
                HalfConversion.ToSingle(source.Slice(read, channels), row);
                int write = position * padded * MacArray.Lanes + ofmap % MacArray.Lanes;
                foreach (float weight in row[..channels])
                {
                    block[write] = weight;
                    write += MacArray.Lanes;
                }
            }
        }

        return packed;
    }
}
