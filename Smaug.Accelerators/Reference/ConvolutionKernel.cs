using System.Numerics;
using System.Runtime.InteropServices;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Reference;

/// <summary>
/// Convolution of NCHW tensors. Each output has one float32 accumulator to which the products are added in the order
/// channel, kernel row, kernel column; elements outside the input count as zero.
/// </summary>
internal static class ConvolutionKernel
{
    /// <summary>Convolves all channels: kernels (ofmaps, channels, rows, columns).</summary>
    public static void Convolve(Tensor input, Tensor kernels, Tensor output, ConvolutionParameters parameters, ComputeOptions options)
    {
        var geometry = new Geometry(input.Shape, kernels.Shape, output.Shape, parameters);
        int channels = input.Shape[1], ofmaps = output.Shape[1];
        options.ForEach(output.Shape[0] * ofmaps, plane =>
        {
            (int image, int ofmap) = Math.DivRem(plane, ofmaps);
            Span<float> target = output.Span<float>().Slice(plane * geometry.OutputPlane, geometry.OutputPlane);
            target.Clear();
            for (int c = 0; c < channels; c++)
            {
                ReadOnlySpan<float> source = input.Span<float>().Slice((image * channels + c) * geometry.InputPlane, geometry.InputPlane);
                ReadOnlySpan<float> kernel = kernels.Span<float>().Slice((ofmap * channels + c) * geometry.KernelPlane, geometry.KernelPlane);
                Accumulate(geometry, source, kernel, target);
            }
        });
    }

    /// <summary>Convolves each channel with its own kernel: kernels (1, channels, rows, columns).</summary>
    public static void ConvolveDepthwise(Tensor input, Tensor kernels, Tensor output, ConvolutionParameters parameters, ComputeOptions options)
    {
        var geometry = new Geometry(input.Shape, kernels.Shape, output.Shape, parameters);
        int channels = input.Shape[1];
        options.ForEach(output.Shape[0] * channels, plane =>
        {
            Span<float> target = output.Span<float>().Slice(plane * geometry.OutputPlane, geometry.OutputPlane);
            target.Clear();
            ReadOnlySpan<float> source = input.Span<float>().Slice(plane * geometry.InputPlane, geometry.InputPlane);
            ReadOnlySpan<float> kernel = kernels.Span<float>().Slice(plane % channels * geometry.KernelPlane, geometry.KernelPlane);
            Accumulate(geometry, source, kernel, target);
        });
    }

    private static void Accumulate(in Geometry g, ReadOnlySpan<float> source, ReadOnlySpan<float> kernel, Span<float> target)
    {
        for (int kr = 0; kr < g.KernelRows; kr++)
        {
            (int firstRow, int endRow) = Range(kr - g.Top, g.RowStride, g.InputRows, g.OutputRows);
            for (int kc = 0; kc < g.KernelColumns; kc++)
            {
                (int first, int end) = Range(kc - g.Left, g.ColumnStride, g.InputColumns, g.OutputColumns);
                if (first >= end) continue;
                float weight = kernel[kr * g.KernelColumns + kc];
                for (int row = firstRow; row < endRow; row++)
                {
                    int read = (row * g.RowStride + kr - g.Top) * g.InputColumns + first * g.ColumnStride + kc - g.Left;
                    AddScaled(source[read..], g.ColumnStride, weight, target.Slice(row * g.OutputColumns + first, end - first));
                }
            }
        }
    }

    /// <summary>The outputs whose input coordinate, output · stride + offset, lies inside the input.</summary>
    private static (int First, int End) Range(int offset, int stride, int inputs, int outputs)
    {
        int first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
        int end = offset >= inputs ? 0 : Math.Min(outputs, (inputs - 1 - offset) / stride + 1);
        return (first, end);
    }

    private static void AddScaled(ReadOnlySpan<float> source, int stride, float weight, Span<float> target)
    {
        int i = 0;
        if (stride == 1)
        {
            Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(target);
            ReadOnlySpan<Vector<float>> sources = MemoryMarshal.Cast<float, Vector<float>>(source)[..vectors.Length];
            for (int v = 0; v < vectors.Length; v++) vectors[v] += sources[v] * weight;
            i = vectors.Length * Vector<float>.Count;
        }

        for (; i < target.Length; i++) target[i] += source[i * stride] * weight;
    }

    private readonly struct Geometry
    {
        public Geometry(TensorShape input, TensorShape kernels, TensorShape output, ConvolutionParameters parameters)
        {
            (InputRows, InputColumns) = (input[2], input[3]);
            (KernelRows, KernelColumns) = (kernels[2], kernels[3]);
            (OutputRows, OutputColumns) = (output[2], output[3]);
            (RowStride, ColumnStride) = (parameters.RowStride, parameters.ColumnStride);
            (Top, Left) = parameters.Padding == Padding.Same ? (KernelRows / 2, KernelColumns / 2) : (0, 0);
        }

        public int InputRows { get; }

        public int InputColumns { get; }

        public int KernelRows { get; }

        public int KernelColumns { get; }

        public int OutputRows { get; }

        public int OutputColumns { get; }

        public int RowStride { get; }

        public int ColumnStride { get; }

        public int Top { get; }

        public int Left { get; }

        public int InputPlane => InputRows * InputColumns;

        public int OutputPlane => OutputRows * OutputColumns;

        public int KernelPlane => KernelRows * KernelColumns;
    }
}
