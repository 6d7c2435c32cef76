using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Device;

/// <summary>Computes an invocation in the order in which a processing element sees its window: rows, columns, channels.</summary>
internal sealed class DeviceArithmetic<T, TElements>
    where T : unmanaged
    where TElements : IDeviceElements<T>
{
    private readonly DeviceInvocation _invocation;
    private readonly bool _sendsUnpadded;
    private readonly int _inputPitch;
    private readonly int _weightPitch;
    private readonly int _outputPitch;

    /// <param name="invocation">The invocation.</param>
    /// <param name="sendsUnpadded">
    /// Whether only as many elements are sent as the unpadded output has: the tail of a padded one stays behind.
    /// </param>
    public DeviceArithmetic(DeviceInvocation invocation, bool sendsUnpadded)
    {
        invocation.Validate();
        _invocation = invocation;
        _sendsUnpadded = sendsUnpadded;
        _inputPitch = OutputStationaryDevice.PaddedChannels(invocation.InputChannels);
        _weightPitch = OutputStationaryDevice.PaddedChannels(invocation.KernelChannels);
        _outputPitch = OutputStationaryDevice.PaddedChannels(invocation.OutputChannels);
    }

    public void Run(ReadOnlySpan<T> input, ReadOnlySpan<T> weights, Span<T> output, CancellationToken cancellation)
    {
        Require("input", input.Length, (long)_invocation.InputRows * _invocation.InputColumns * _inputPitch);
        Require("weights", weights.Length, (long)_invocation.Kernels * _invocation.KernelRows * _invocation.KernelColumns * _weightPitch);
        Require("output", output.Length, (long)_invocation.OutputPixels * _outputPitch);
        long sent = _sendsUnpadded ? (long)_invocation.OutputPixels * _invocation.OutputChannels : long.MaxValue;
        for (int pixel = 0; pixel < _invocation.OutputPixels; pixel++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int kernel = 0; kernel < _invocation.EffectiveKernels; kernel++)
            {
                int index = pixel * _outputPitch + kernel;
                if (index >= sent) break;
                T value = Window(pixel, _invocation.FirstKernel + kernel, input, weights);
                if (_invocation.Accumulate) value = TElements.Add(output[index], value);
                output[index] = _invocation.Activation is { } activation ? TElements.Activate(value, activation) : value;
            }
        }
    }

    private static void Require(string tensor, int length, long needed)
    {
        if (length < needed) throw new ModelException($"{tensor} of the output-stationary device: {length} elements, {needed} are needed with channels padded to 8");
    }

    private T Window(int pixel, int kernel, ReadOnlySpan<T> input, ReadOnlySpan<T> weights)
    {
        T sum = default;
        int firstRow = pixel / _invocation.OutputColumns * _invocation.Stride - _invocation.PaddingTop;
        int firstColumn = pixel % _invocation.OutputColumns * (_invocation.ColumnStride ?? _invocation.Stride) - _invocation.PaddingLeft;
        int weight = kernel * _invocation.KernelRows * _invocation.KernelColumns * _weightPitch;
        for (int r = 0; r < _invocation.KernelRows; r++)
        {
            for (int c = 0; c < _invocation.KernelColumns; c++, weight += _weightPitch)
            {
                (int row, int column) = (firstRow + r, firstColumn + c);
                ReadOnlySpan<T> kernelChannels = weights.Slice(weight, _invocation.KernelChannels);
                if ((uint)row >= (uint)_invocation.InputRows || (uint)column >= (uint)_invocation.InputColumns)
                {
                    foreach (T w in kernelChannels) sum = TElements.MultiplyAdd(default, w, sum);
                    continue;
                }

                int start = (row * _invocation.InputColumns + column) * _inputPitch + _invocation.FirstInputChannel;
                ReadOnlySpan<T> channels = input.Slice(start, _invocation.KernelChannels);
                for (int i = 0; i < channels.Length; i++) sum = TElements.MultiplyAdd(channels[i], kernelChannels[i], sum);
            }
        }

        return sum;
    }
}
