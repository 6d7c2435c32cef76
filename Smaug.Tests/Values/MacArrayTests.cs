using Smaug.Accelerators.Smv.Kernels;

namespace Smaug.Tests.Values;

/// <summary>The vector forms of the multiply-accumulate array compute the bits of its scalar definition.</summary>
[TestFixture]
internal sealed class MacArrayTests
{
    private static readonly int[] PixelCounts = [1, 3, 4, 11];

    [Test]
    public void Eight_lanes_equal_the_definition([Values(8, 24, 32, 40, 96)] int channels, [Values(1, 3)] int kernel) =>
        AssertEqualsDefinition(channels, kernel, MacArray.Accumulate<Lanes256>);

    [Test]
    public void Four_lanes_equal_the_definition([Values(8, 24, 32, 40, 96)] int channels, [Values(1, 3)] int kernel) =>
        AssertEqualsDefinition(channels, kernel, MacArray.Accumulate<Lanes128>);

    [Test]
    public void A_window_outside_the_inputs_is_refused()
    {
        var window = new MacWindow(1, 1, 8, 0, 0);
        Assert.That(() => MacArray.Accumulate(window, new float[8], new float[64], [1], new float[8], 8), Throws.InstanceOf<ArgumentException>());
    }

    private delegate void Kernel(
        in MacWindow window, ReadOnlySpan<float> inputs, ReadOnlySpan<float> weights, ReadOnlySpan<int> pixels, Span<float> results, int pitch);

    private static void AssertEqualsDefinition(int channels, int kernel, Kernel accumulate)
    {
        const int Columns = 13;
        var random = new Random(channels * 10 + kernel);
        var window = new MacWindow(kernel, kernel, channels, Columns * channels, channels);
        float[] inputs = Numbers(random, kernel * Columns * channels);
        float[] weights = Numbers(random, kernel * kernel * channels * MacArray.Lanes);
        foreach (int count in PixelCounts)
        {
            int[] pixels = [.. Enumerable.Range(0, count).Select(i => (Columns - kernel - i % 8) * channels)];
            float[] expected = Numbers(random, count * 16), actual = [.. expected];
            MacArray.AccumulateScalar(window, inputs, weights, pixels, expected, 16);
            accumulate(window, inputs, weights, pixels, actual, 16);
            Assert.That(Array.ConvertAll(actual, BitConverter.SingleToInt32Bits), Is.EqualTo(Array.ConvertAll(expected, BitConverter.SingleToInt32Bits)));
        }
    }

    // Magnitudes far apart, so that another order of additions gives other bits.
    private static float[] Numbers(Random random, int count)
    {
        float[] numbers = new float[count];
        foreach (ref float x in numbers.AsSpan()) x = (random.NextSingle() - 0.5f) * MathF.Pow(2, random.Next(-12, 12));
        return numbers;
    }
}
