using System.Numerics.Tensors;
using Smaug.Accelerators.Reference;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Tensor = Smaug.Core.Tensors.Tensor;

namespace Smaug.Accelerators.Systolic.Execution;

/// <summary>
/// Computes the values of an operator in the order of the array: a window runs over rows, columns, channels. OS adds a whole
/// window in one element; WS and IS add the positions of one row fold down a column and then the folds one after the other.
/// </summary>
internal sealed class SystolicValues
{
    private readonly Node _node;
    private readonly SystolicPrecision _precision;
    private readonly int _foldDepth;
    private readonly Im2Col _columns;
    private readonly float[][] _weights;
    private readonly float _scale = 1;

    public SystolicValues(Node node, SystolicBackendOptions options, Tensor input, Tensor weights)
    {
        _node = node;
        _precision = options.Precision;
        _foldDepth = options.Array.Dataflow == Dataflow.OutputStationary ? int.MaxValue : options.Array.Rows;
        float[] values = FloatTensors.LoadPlanes(input).Span<float>().ToArray();
        float[] kernels = FloatTensors.LoadPlanes(weights).Span<float>().ToArray();
        if (_precision == SystolicPrecision.Int8) _scale = Quantise(values) * Quantise(kernels);
        if (_precision == SystolicPrecision.Float16)
        {
            RoundToHalf(values);
            RoundToHalf(kernels);
        }

        _columns = new Im2Col(node, values);
        _weights = _columns.Weights(node, kernels, weights.Shape);
    }

    public void Run(Tensor output, ComputeOptions options)
    {
        Tensor result = FloatTensors.ResultFor(output, inPlanes: true);
        options.ForEach(_columns.Images * _columns.Pixels, row => ComputePixel(row, result));
        ReferenceActivation.Apply(_node.Activation, result.Span<float>());
        FloatTensors.Store(result, output);
    }

    /// <summary>All filters of one output pixel; the lanes of a vector are filters, so no sum is reordered.</summary>
    private void ComputePixel(int row, Tensor result)
    {
        (int image, int pixel) = Math.DivRem(row, _columns.Pixels);
        int filters = _columns.Filters;
        float[] window = new float[_columns.Depth];
        float[] sums = new float[filters];
        float[] fold = new float[filters];
        float[] products = new float[filters];
        Half[] halves = _precision == SystolicPrecision.Float16 ? new Half[filters] : [];
        for (int group = 0; group < _columns.Groups; group++)
        {
            _columns.Gather(image, pixel, group, window);
            Array.Clear(sums);
            for (int from = 0; from < window.Length;)
            {
                int end = (int)Math.Min(window.Length, (long)from + _foldDepth);
                Array.Clear(fold);
                for (int k = from; k < end; k++)
                {
                    TensorPrimitives.Multiply(_weights[group].AsSpan(k * filters, filters), window[k], products);
                    Accumulate(fold, products, halves);
                }

                if (from == 0) fold.CopyTo(sums, 0);
                else Accumulate(sums, fold, halves);
                from = end;
            }

            Span<float> target = result.Span<float>();
            int plane = image * filters * _columns.Groups + group * filters;
            for (int n = 0; n < filters; n++) target[(plane + n) * _columns.Pixels + pixel] = sums[n] * _scale;
        }
    }

    private static void Accumulate(Span<float> sums, ReadOnlySpan<float> terms, Span<Half> halves)
    {
        TensorPrimitives.Add(sums, terms, sums);
        if (halves.IsEmpty) return;
        HalfConversion.ToHalf(sums, halves);
        HalfConversion.ToSingle(halves, sums);
    }

    /// <summary>Scales to -127 … 127 and rounds; products and sums of such integers are exact in float32 up to 2^24.</summary>
    private static float Quantise(Span<float> values)
    {
        float largest = values.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude(values));
        if (largest == 0) return 1;
        float scale = largest / sbyte.MaxValue;
        foreach (ref float value in values) value = MathF.Round(value / scale);
        return scale;
    }

    private static void RoundToHalf(Span<float> values)
    {
        var halves = new Half[values.Length];
        HalfConversion.ToHalf(values, halves);
        HalfConversion.ToSingle(halves, values);
    }
}
