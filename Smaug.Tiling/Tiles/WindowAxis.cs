using System.Collections.Immutable;

namespace Smaug.Tiling.Tiles;

/// <summary>
/// One dimension of an operator with windows (convolution, pooling): which input elements the outputs need. Output i is the
/// window from i · stride - leading padding on.
/// </summary>
/// <param name="InputSize">Size of the input.</param>
/// <param name="OutputSize">Size of the output.</param>
/// <param name="Field">Size of the window.</param>
/// <param name="Stride">Distance of windows.</param>
/// <param name="LeadingPadding">Zeros before the input.</param>
/// <param name="TrailingPadding">Zeros behind the input.</param>
internal readonly record struct WindowAxis(int InputSize, int OutputSize, int Field, int Stride, int LeadingPadding, int TrailingPadding)
{
    /// <summary>
    /// Cuts outputs into tiles, as many at a time as fit, and derives the input tile of each from its windows.
    /// </summary>
    /// <param name="inputTile">Most input elements of a tile.</param>
    /// <param name="outputTile">Most outputs of a tile.</param>
    /// <returns>The spans, or null when not even one window fits.</returns>
    public (ImmutableArray<TileSpan> Input, ImmutableArray<TileSpan> Output)? Cut(int inputTile, int outputTile)
    {
        var inputs = ImmutableArray.CreateBuilder<TileSpan>();
        var outputs = ImmutableArray.CreateBuilder<TileSpan>();
        for (int first = 0; first < OutputSize;)
        {
            int count = Math.Min(outputTile, OutputSize - first);
            while (count > 0 && Needed(first, count).Size > inputTile) count--;
            if (count == 0) return null;
            inputs.Add(Needed(first, count));
            outputs.Add(new TileSpan(first, count));
            first += count;
        }

        return (inputs.ToImmutable(), outputs.ToImmutable());
    }

    /// <summary>
    /// Whether tiles of input and output agree: outputs cover all, in order, and each input tile begins at its first window,
    /// holds all of them, and gives just as many outputs. The input may have more tiles than the output.
    /// </summary>
    public bool Agrees(ImmutableArray<TileSpan> input, ImmutableArray<TileSpan> output)
    {
        if (input.Length < output.Length) return false;
        int next = 0;
        for (int i = 0; i < output.Length; i++)
        {
            if (output[i].Start != next) return false;
            next = output[i].End;
            TileSpan needed = Needed(output[i].Start, output[i].Size);
            if (input[i].Start != needed.Start || input[i].End < needed.End) return false;
            (int before, int behind) = Halo(input[i], output[i]);
            if ((input[i].Size + before + behind - Field) / Stride + 1 != output[i].Size) return false;
        }

        return next == OutputSize;
    }

    /// <summary>Zeros that a kernel must add before and behind an input tile to compute an output tile from it.</summary>
    public (int Before, int Behind) Halo(TileSpan input, TileSpan output)
    {
        int before = Math.Max(0, LeadingPadding - output.Start * Stride);
        if (input.End != InputSize) return (before, 0);
        if (output.End == OutputSize) return (before, TrailingPadding);
        return (before, Math.Max(0, (output.End - 1) * Stride - LeadingPadding + Field - InputSize));
    }

    private TileSpan Needed(int first, int count)
    {
        int start = Math.Max(0, first * Stride - LeadingPadding);
        int end = Math.Min(InputSize, (first + count - 1) * Stride - LeadingPadding + Field);
        return new TileSpan(start, end - start);
    }
}
