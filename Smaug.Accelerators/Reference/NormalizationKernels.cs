using Smaug.Core.Execution;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Reference;

/// <summary>Batch normalisation and softmax.</summary>
internal static class NormalizationKernels
{
    /// <summary>
    /// (x - mean) · (variance · gamma) + beta in each channel; <c>variance</c> holds 1 / sqrt(variance + epsilon). Inputs are
    /// (batch, channels) or NCHW.
    /// </summary>
    public static void BatchNorm(Tensor input, ReadOnlySpan<Tensor> parameters, Tensor output, ComputeOptions options)
    {
        Tensor mean = parameters[0], variance = parameters[1], gamma = parameters[2], beta = parameters[3];
        int channels = input.Shape[1];
        int plane = (int)(input.Shape.Size / input.Shape[0] / channels);
        options.ForEach(input.Shape[0], n =>
        {
            ReadOnlySpan<float> source = input.Span<float>();
            Span<float> target = output.Span<float>();
            for (int c = 0; c < channels; c++)
            {
                float scale = variance.Span<float>()[c] * gamma.Span<float>()[c];
                float shift = mean.Span<float>()[c], offset = beta.Span<float>()[c];
                int start = (n * channels + c) * plane;
                for (int i = start; i < start + plane; i++) target[i] = (source[i] - shift) * scale + offset;
            }
        });
    }

    /// <summary>
    /// Softmax of each row: e^(x - maximum), float32 sum in order, times float32(1 / (sum + 1e-6)).
    /// </summary>
    public static void Softmax(Tensor input, Tensor output, ComputeOptions options)
    {
        int length = input.Shape[-1];
        options.ForEach((int)(input.Shape.Size / length), row =>
        {
            ReadOnlySpan<float> source = input.Span<float>().Slice(row * length, length);
            Span<float> target = output.Span<float>().Slice(row * length, length);
            float maximum = source[0];
            foreach (float x in source) maximum = maximum < x ? x : maximum;
            float sum = 0;
            for (int i = 0; i < length; i++)
            {
                target[i] = ReferenceActivation.Exp(source[i] - maximum);
                sum += target[i];
            }

            float inverse = (float)(1.0 / (sum + 1e-6));
            foreach (ref float y in target) y *= inverse;
        });
    }
}
