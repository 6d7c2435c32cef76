using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Smaug.Accelerators.Smv.Kernels;

/// <summary>
/// The arithmetic of SMV's convolution datapath, which inner products use too: 8 processing elements (one ofmap or neuron
/// each) with 4 × 8 multipliers. For every kernel position and every 32 channels, each element multiplies four vectors of
/// 8 channels, adds the four products lane by lane, adds the 8 lanes in order, and adds that sum to its result. float32
/// throughout, no fused operations.
/// </summary>
internal static class MacArray
{
    /// <summary>Processing elements, and channels in a vector.</summary>
    public const int Lanes = 8;

    /// <summary>Vectors of channels that an element multiplies at once.</summary>
    public const int Vectors = 4;

    private const int Channels = Lanes * Vectors;

    /// <summary>
    /// Adds the products of one block of 8 ofmaps to the results of all pixels, with the widest vectors of this machine.
    /// </summary>
    /// <param name="window">Which elements of <paramref name="inputs"/> a pixel's window covers.</param>
    /// <param name="inputs">Input vectors.</param>
    /// <param name="weights">The block's weights as <c>WeightPacking</c> lays them out.</param>
    /// <param name="pixels">First input element of each pixel's window.</param>
    /// <param name="results">Results, read and written; element 0 is that of the first pixel and ofmap.</param>
    /// <param name="pitch">Elements from one pixel's results to the next.</param>
    public static void Accumulate(
        in MacWindow window, ReadOnlySpan<float> inputs, ReadOnlySpan<float> weights, ReadOnlySpan<int> pixels, Span<float> results, int pitch)
    {
        if (Vector256.IsHardwareAccelerated) Accumulate<Lanes256>(window, inputs, weights, pixels, results, pitch);
        else if (Vector128.IsHardwareAccelerated) Accumulate<Lanes128>(window, inputs, weights, pixels, results, pitch);
        else AccumulateScalar(window, inputs, weights, pixels, results, pitch);
    }

    /// <summary>The same, one multiplication at a time, as the definition reads.</summary>
    public static void AccumulateScalar(
        in MacWindow window, ReadOnlySpan<float> inputs, ReadOnlySpan<float> weights, ReadOnlySpan<int> pixels, Span<float> results, int pitch)
    {
        Span<float> lanes = stackalloc float[Lanes];
        for (int pixel = 0; pixel < pixels.Length; pixel++)
        {
            for (int element = 0; element < Lanes; element++)
            {
                int w = element;
                for (int position = 0; position < window.Rows * window.Columns; position++)
                {
                    int x = pixels[pixel] + window.Offset(position / window.Columns, position % window.Columns);
                    for (int first = 0; first < window.Channels; first += Channels, x += Channels)
                    {
                        int count = Math.Min(Channels, window.Channels - first);
                        lanes.Clear();
                        for (int c = 0; c < count; c++, w += Lanes) lanes[c % Lanes] += weights[w] * inputs[x + c];
                        float sum = 0;
                        foreach (float lane in lanes) sum += lane;
                        results[pixel * pitch + element] += sum;
                    }
                }
            }
        }
    }

    /// <summary>The same with one lane for each processing element and four pixels at a time.</summary>
    public static void Accumulate<T>(
        in MacWindow window, ReadOnlySpan<float> inputs, ReadOnlySpan<float> weights, ReadOnlySpan<int> pixels, Span<float> results, int pitch)
        where T : struct, IFloatLanes<T>
    {
        CheckBounds(window, inputs, weights, pixels, results, pitch);
        for (int element = 0; element < Lanes; element += T.Count)
        {
            ref float w = ref Unsafe.Add(ref MemoryMarshal.GetReference(weights), element);
            ref float x = ref MemoryMarshal.GetReference(inputs);
            int pixel = 0;
            for (; pixel + 4 <= pixels.Length; pixel += 4)
            {
                AccumulateFour<T>(window, ref x, ref w, pixels.Slice(pixel, 4), results[(pixel * pitch + element)..], pitch);
            }

            for (; pixel < pixels.Length; pixel++)
            {
                AccumulateOne<T>(window, ref Unsafe.Add(ref x, pixels[pixel]), ref w, results[(pixel * pitch + element)..]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AccumulateFour<T>(
        in MacWindow window, ref float inputs, ref float weights, ReadOnlySpan<int> pixels, Span<float> results, int pitch)
        where T : struct, IFloatLanes<T>
    {
        ref float result = ref MemoryMarshal.GetReference(results);
        T r0 = T.Load(ref result, 0), r1 = T.Load(ref result, pitch);
        T r2 = T.Load(ref result, 2 * pitch), r3 = T.Load(ref result, 3 * pitch);
        ref float w = ref weights;
        for (int row = 0; row < window.Rows; row++)
        {
            for (int column = 0; column < window.Columns; column++)
            {
                int offset = window.Offset(row, column);
                ref float x0 = ref Unsafe.Add(ref inputs, pixels[0] + offset);
                ref float x1 = ref Unsafe.Add(ref inputs, pixels[1] + offset);
                ref float x2 = ref Unsafe.Add(ref inputs, pixels[2] + offset);
                ref float x3 = ref Unsafe.Add(ref inputs, pixels[3] + offset);
                for (int first = 0; first < window.Channels; first += Channels)
                {
                    int count = Math.Min(Channels, window.Channels - first);
                    T s0 = default, s1 = default, s2 = default, s3 = default;
                    for (int lane = 0; lane < Lanes; lane++)
                    {
                        T t0 = default, t1 = default, t2 = default, t3 = default;
                        for (int c = lane; c < count; c += Lanes)
                        {
                            T weight = T.Load(ref w, c * Lanes);
                            t0 += weight * T.Broadcast(Unsafe.Add(ref x0, c));
                            t1 += weight * T.Broadcast(Unsafe.Add(ref x1, c));
                            t2 += weight * T.Broadcast(Unsafe.Add(ref x2, c));
                            t3 += weight * T.Broadcast(Unsafe.Add(ref x3, c));
                        }

                        (s0, s1, s2, s3) = (s0 + t0, s1 + t1, s2 + t2, s3 + t3);
                    }

                    (r0, r1, r2, r3) = (r0 + s0, r1 + s1, r2 + s2, r3 + s3);
                    w = ref Unsafe.Add(ref w, count * Lanes);
                    x0 = ref Unsafe.Add(ref x0, Channels);
                    x1 = ref Unsafe.Add(ref x1, Channels);
                    x2 = ref Unsafe.Add(ref x2, Channels);
                    x3 = ref Unsafe.Add(ref x3, Channels);
                }
            }
        }

        r0.Store(ref result, 0);
        r1.Store(ref result, pitch);
        r2.Store(ref result, 2 * pitch);
        r3.Store(ref result, 3 * pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AccumulateOne<T>(in MacWindow window, ref float inputs, ref float weights, Span<float> results)
        where T : struct, IFloatLanes<T>
    {
        T r = T.Load(ref MemoryMarshal.GetReference(results), 0);
        ref float w = ref weights;
        for (int row = 0; row < window.Rows; row++)
        {
            for (int column = 0; column < window.Columns; column++)
            {
                ref float x = ref Unsafe.Add(ref inputs, window.Offset(row, column));
                for (int first = 0; first < window.Channels; first += Channels)
                {
                    int count = Math.Min(Channels, window.Channels - first);
                    T s = default;
                    for (int lane = 0; lane < Lanes; lane++)
                    {
                        T t = default;
                        for (int c = lane; c < count; c += Lanes) t += T.Load(ref w, c * Lanes) * T.Broadcast(Unsafe.Add(ref x, c));
                        s += t;
                    }

                    r += s;
                    w = ref Unsafe.Add(ref w, count * Lanes);
                    x = ref Unsafe.Add(ref x, Channels);
                }
            }
        }

        r.Store(ref MemoryMarshal.GetReference(results), 0);
    }

    // The loops above index without checks.
    private static void CheckBounds(
        in MacWindow window, ReadOnlySpan<float> inputs, ReadOnlySpan<float> weights, ReadOnlySpan<int> pixels, Span<float> results, int pitch)
    {
        int reach = window.Offset(window.Rows - 1, window.Columns - 1) + window.Channels;
        foreach (int pixel in pixels) ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(pixel + reach), (uint)inputs.Length, nameof(pixels));
        ArgumentOutOfRangeException.ThrowIfLessThan(weights.Length, window.Rows * window.Columns * window.Channels * Lanes, nameof(weights));
        ArgumentOutOfRangeException.ThrowIfLessThan(pitch, Lanes);
        ArgumentOutOfRangeException.ThrowIfLessThan(results.Length, (pixels.Length - 1) * pitch + Lanes, nameof(results));
    }
}
