using System.Numerics;
using System.Runtime.InteropServices;

namespace Smaug.Accelerators.Smv.Kernels;

/// <summary>SMV's batch normalisation and softmax arithmetic.</summary>
internal static class NormalizationUnit
{
    /// <summary>(x - mean) · scale + beta, with scale = variance · gamma, on the channels of one pixel or row.</summary>
    public static void Normalize(
        ReadOnlySpan<float> x, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, ReadOnlySpan<float> beta, Span<float> results)
    {
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(results);
        ReadOnlySpan<Vector<float>> xs = MemoryMarshal.Cast<float, Vector<float>>(x);
        ReadOnlySpan<Vector<float>> means = MemoryMarshal.Cast<float, Vector<float>>(mean);
        ReadOnlySpan<Vector<float>> scales = MemoryMarshal.Cast<float, Vector<float>>(scale);
        ReadOnlySpan<Vector<float>> betas = MemoryMarshal.Cast<float, Vector<float>>(beta);
        for (int v = 0; v < vectors.Length; v++) vectors[v] = (xs[v] - means[v]) * scales[v] + betas[v];
        for (int i = vectors.Length * Vector<float>.Count; i < results.Length; i++) results[i] = (x[i] - mean[i]) * scale[i] + beta[i];
    }

    /// <summary>
    /// Softmax of one row, in place: e^x in double rounded to float32, float32 sum in order, times
    /// float32(1 / (sum + 1e-6)). The maximum is not subtracted: large inputs overflow, as in the hardware.
    /// </summary>
    public static void Softmax(Span<float> row)
    {
        float sum = 0;
        foreach (ref float x in row)
        {
            x = (float)Math.Exp(x);
            sum += x;
        }

        float inverse = (float)(1.0 / (sum + 1e-6));
        foreach (ref float x in row) x *= inverse;
    }
}
