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
/// Sums of int8 products are exact in 32 bits, in whatever order.
/// </summary>
internal sealed class SystolicValues
{
    private const int PixelsPerTask = 16;
    private readonly Node _node;
    private readonly SystolicPrecision _precision;
    private readonly int _foldDepth;
    private readonly Im2Col _columns;
    private readonly float[][] _weights;
    private readonly int[][] _integers = [];
    private readonly double _scale = 1;

    public SystolicValues(Node node, SystolicBackendOptions options, Tensor input, Tensor weights)
    {
        _node = node;
        _precision = options.Precision;
        _foldDepth = options.Array.Dataflow == Dataflow.OutputStationary ? int.MaxValue : options.Array.Rows;
        float[] values = FloatTensors.LoadPlanes(input).Span<float>().ToArray();
        float[] kernels = FloatTensors.LoadPlanes(weights).Span<float>().ToArray();
        if (_precision == SystolicPrecision.Int8) _scale = (double)Quantise(values) * Quantise(kernels);
        if (_precision == SystolicPrecision.Float16)
        {
            RoundToHalf(values);
            RoundToHalf(kernels);
        }

        _columns = new Im2Col(node, values);
        _weights = _columns.Weights(node, kernels, weights.Shape);
        if (_precision == SystolicPrecision.Int8) _integers = Array.ConvertAll(_weights, group => Array.ConvertAll(group, weight => (int)weight));
    }

    public void Run(Tensor output, ComputeOptions options)
    {
        Tensor result = FloatTensors.ResultFor(output, inPlanes: true);
        int rows = _columns.Images * _columns.Pixels;
        options.ForEach((rows + PixelsPerTask - 1) / PixelsPerTask, task =>
        {
            var lane = new Lanes(_columns.Depth, _columns.Filters);
            int end = Math.Min(rows, (task + 1) * PixelsPerTask);
            for (int row = task * PixelsPerTask; row < end; row++) ComputePixel(row, result, lane);
        });
        ReferenceActivation.Apply(_node.Activation, result.Span<float>());
        FloatTensors.Store(result, output);
    }

    /// <summary>All filters of one output pixel; the lanes of a vector are filters, so no sum is reordered.</summary>
    private void ComputePixel(int row, Tensor result, Lanes lanes)
    {
        (int image, int pixel) = Math.DivRem(row, _columns.Pixels);
        int filters = _columns.Filters;
        for (int group = 0; group < _columns.Groups; group++)
        {
            _columns.Gather(image, pixel, group, lanes.Window);
            if (_precision == SystolicPrecision.Int8) SumIntegers(group, lanes);
            else SumFolds(group, lanes);
            Span<float> target = result.Span<float>();
            int plane = image * filters * _columns.Groups + group * filters;
            for (int n = 0; n < filters; n++) target[(plane + n) * _columns.Pixels + pixel] = lanes.Sums[n];
        }
    }

    private void SumIntegers(int group, Lanes lanes)
    {
        int filters = lanes.Sums.Length;
        int[] sums = lanes.Integers;
        Array.Clear(sums);
        for (int k = 0; k < lanes.Window.Length; k++)
        {
            int value = (int)lanes.Window[k];
            if (value != 0) TensorPrimitives.MultiplyAdd(_integers[group].AsSpan(k * filters, filters), value, sums, sums);
        }

        for (int n = 0; n < filters; n++) lanes.Sums[n] = (float)(sums[n] * _scale);
    }

    private void SumFolds(int group, Lanes lanes)
    {
        int filters = lanes.Sums.Length;
        for (int from = 0; from < lanes.Window.Length;)
        {
            int end = (int)Math.Min(lanes.Window.Length, (long)from + _foldDepth);
            Array.Clear(lanes.Fold);
            for (int k = from; k < end; k++)
            {
                TensorPrimitives.Multiply(_weights[group].AsSpan(k * filters, filters), lanes.Window[k], lanes.Products);
                Accumulate(lanes.Fold, lanes.Products, lanes.Halves);
            }

            if (from == 0) lanes.Fold.CopyTo(lanes.Sums, 0);
            else Accumulate(lanes.Sums, lanes.Fold, lanes.Halves);
            from = end;
        }
    }

    private void Accumulate(Span<float> sums, ReadOnlySpan<float> terms, Span<Half> halves)
    {
        TensorPrimitives.Add(sums, terms, sums);
        if (_precision != SystolicPrecision.Float16) return;
        HalfConversion.ToHalf(sums, halves);
        HalfConversion.ToSingle(halves, sums);
    }

    /// <summary>Scales to -127 … 127 and rounds.</summary>
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

    /// <summary>Working memory of one thread.</summary>
    private sealed class Lanes(int depth, int filters)
    {
        public float[] Window { get; } = new float[depth];

        public float[] Sums { get; } = new float[filters];

        public float[] Fold { get; } = new float[filters];

        public float[] Products { get; } = new float[filters];

        public Half[] Halves { get; } = new Half[filters];

        public int[] Integers { get; } = new int[filters];
    }
}
