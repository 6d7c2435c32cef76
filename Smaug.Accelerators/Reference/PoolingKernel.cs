using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Reference;

/// <summary>
/// Pooling of NCHW tensors over windows that lie inside the input. The mean is the sum, rows then columns, times
/// float32(1 / window size).
/// </summary>
internal static class PoolingKernel
{
    public static void Pool(Tensor input, Tensor output, PoolParameters parameters, bool isMaximum, ComputeOptions options)
    {
        int inputRows = input.Shape[2], inputColumns = input.Shape[3];
        int rows = output.Shape[2], columns = output.Shape[3];
        options.ForEach(output.Shape[0] * output.Shape[1], plane =>
        {
            ReadOnlySpan<float> source = input.Span<float>().Slice(plane * inputRows * inputColumns, inputRows * inputColumns);
            Span<float> target = output.Span<float>().Slice(plane * rows * columns, rows * columns);
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    ReadOnlySpan<float> window = source[(row * parameters.RowStride * inputColumns + column * parameters.ColumnStride)..];
                    target[row * columns + column] = isMaximum
                        ? Maximum(window, inputColumns, parameters)
                        : Sum(window, inputColumns, parameters) * (float)(1.0 / (parameters.Rows * parameters.Columns));
                }
            }
        });
    }

    private static float Maximum(ReadOnlySpan<float> window, int pitch, PoolParameters parameters)
    {
        float maximum = float.MinValue;
        for (int r = 0; r < parameters.Rows; r++)
        {
            foreach (float x in window.Slice(r * pitch, parameters.Columns)) maximum = maximum < x ? x : maximum;
        }

        return maximum;
    }

    private static float Sum(ReadOnlySpan<float> window, int pitch, PoolParameters parameters)
    {
        float sum = 0;
        for (int r = 0; r < parameters.Rows; r++)
        {
            foreach (float x in window.Slice(r * pitch, parameters.Columns)) sum += x;
        }

        return sum;
    }
}
