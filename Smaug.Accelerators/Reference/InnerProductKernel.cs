using System.Numerics;
using System.Runtime.InteropServices;
using Smaug.Core.Execution;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Reference;

/// <summary>
/// Inner product of activations (batch, activations) with weights. Each output has one float32 accumulator to which the
/// products are added in the order of the activations.
/// </summary>
internal static class InnerProductKernel
{
    // Neurons whose accumulators and weights are worked on together, so that vectors hold neurons and no sum is reordered.
    private const int Block = 64;

    /// <summary>Multiplies; weights are (neurons, activations) in layout NC or (activations, neurons) in layout CN.</summary>
    public static void Multiply(Tensor input, Tensor weights, Tensor output, ComputeOptions options)
    {
        int batches = input.Shape[0], activations = input.Shape[1], neurons = output.Shape[1];
        bool isTransposed = weights.Shape.Layout == DataLayout.CN;
        options.ForEach((neurons + Block - 1) / Block, block =>
        {
            int first = block * Block, count = Math.Min(Block, neurons - first);
            Span<float> column = stackalloc float[Block];
            Span<float> sums = stackalloc float[Block];
            ReadOnlySpan<float> w = weights.Span<float>(), x = input.Span<float>();
            for (int n = 0; n < batches; n++)
            {
                sums.Clear();
                for (int k = 0; k < activations; k++)
                {
                    if (isTransposed) w.Slice(k * neurons + first, count).CopyTo(column);
                    else Gather(w, first * activations + k, activations, column[..count]);
                    AddScaled(column, x[n * activations + k], sums);
                }

                sums[..count].CopyTo(output.Span<float>()[(n * neurons + first)..]);
            }
        });
    }

    private static void Gather(ReadOnlySpan<float> source, int start, int stride, Span<float> target)
    {
        for (int i = 0; i < target.Length; i++) target[i] = source[start + i * stride];
    }

    private static void AddScaled(ReadOnlySpan<float> source, float factor, Span<float> target)
    {
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(target);
        ReadOnlySpan<Vector<float>> sources = MemoryMarshal.Cast<float, Vector<float>>(source)[..vectors.Length];
        for (int v = 0; v < vectors.Length; v++) vectors[v] += sources[v] * factor;
    }
}
