using System.Numerics;
using System.Runtime.InteropServices;

namespace Smaug.Accelerators.Smv.Kernels;

/// <summary>SMV's pooling arithmetic, on the channels of one pixel at a time.</summary>
internal static class PoolingUnit
{
    /// <summary>Where a maximum starts.</summary>
    public const float LeastValue = float.MinValue;

    /// <summary>Replaces each result by the value at its place where that is greater.</summary>
    public static void TakeMaximum(Span<float> results, ReadOnlySpan<float> values)
    {
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(results);
        ReadOnlySpan<Vector<float>> others = MemoryMarshal.Cast<float, Vector<float>>(values)[..vectors.Length];
        for (int v = 0; v < vectors.Length; v++)
        {
            vectors[v] = Vector.ConditionalSelect(Vector.LessThan(vectors[v], others[v]), others[v], vectors[v]);
        }

        for (int i = vectors.Length * Vector<float>.Count; i < results.Length; i++)
        {
            if (results[i] < values[i]) results[i] = values[i];
        }
    }

    /// <summary>Adds to each result the value at its place.</summary>
    public static void Add(Span<float> results, ReadOnlySpan<float> values)
    {
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(results);
        ReadOnlySpan<Vector<float>> others = MemoryMarshal.Cast<float, Vector<float>>(values)[..vectors.Length];
        for (int v = 0; v < vectors.Length; v++) vectors[v] += others[v];
        for (int i = vectors.Length * Vector<float>.Count; i < results.Length; i++) results[i] += values[i];
    }

    /// <summary>Multiplies sums by the reciprocal of the window's size, which is rounded to float32.</summary>
    public static void Divide(Span<float> sums, int windowSize)
    {
        float factor = (float)(1.0 / windowSize);
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(sums);
        foreach (ref Vector<float> v in vectors) v *= factor;
        foreach (ref float x in sums[(vectors.Length * Vector<float>.Count)..]) x *= factor;
    }
}
