using Smaug.Core;
using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Systolic.Device;

/// <summary>
/// One invocation of the output-stationary device: a convolution, or a matrix product as a 1 × 1 convolution. All tensors
/// are NHWC with one image; the last dimension is padded to a multiple of 8 elements in memory.
/// </summary>
public sealed record DeviceInvocation
{
    /// <summary>Rows of the input.</summary>
    public required int InputRows { get; init; }

    /// <summary>Columns of the input.</summary>
    public required int InputColumns { get; init; }

    /// <summary>Channels of the input.</summary>
    public required int InputChannels { get; init; }

    /// <summary>Kernels that the weights hold.</summary>
    public required int Kernels { get; init; }

    /// <summary>Rows of a kernel.</summary>
    public required int KernelRows { get; init; }

    /// <summary>Columns of a kernel.</summary>
    public required int KernelColumns { get; init; }

    /// <summary>Channels of a kernel, which may be a part of the input's.</summary>
    public required int KernelChannels { get; init; }

    /// <summary>Rows of the output.</summary>
    public required int OutputRows { get; init; }

    /// <summary>Columns of the output.</summary>
    public required int OutputColumns { get; init; }

    /// <summary>Channels of the output.</summary>
    public required int OutputChannels { get; init; }

    /// <summary>Stride in both directions; default 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Stride of columns where it differs from <see cref="Stride"/>; null, the default, where it does not.</summary>
    public int? ColumnStride { get; init; }

    /// <summary>Rows of zeros above the input.</summary>
    public int PaddingTop { get; init; }

    /// <summary>Columns of zeros left of the input. Zeros below and to the right follow from the output's size.</summary>
    public int PaddingLeft { get; init; }

    /// <summary>First input channel used.</summary>
    public int FirstInputChannel { get; init; }

    /// <summary>First kernel used.</summary>
    public int FirstKernel { get; init; }

    /// <summary>Adds to what the output holds, as for a later part of the channels.</summary>
    public bool Accumulate { get; init; }

    /// <summary>Activation function; null for none.</summary>
    public Activation? Activation { get; init; }

    /// <summary>Kernels that are computed: at most those of the weights and of the output.</summary>
    public int EffectiveKernels => Math.Min(Kernels - FirstKernel, OutputChannels);

    /// <summary>Multiply-accumulates of one result.</summary>
    public long WindowElements => (long)KernelRows * KernelColumns * KernelChannels;

    /// <summary>Results per kernel.</summary>
    public int OutputPixels => OutputRows * OutputColumns;

    /// <summary>Multiply-accumulates of the invocation.</summary>
    public long MultiplyAccumulates => WindowElements * OutputPixels * EffectiveKernels;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A dimension is below 1, or ranges do not fit together.</exception>
    public void Validate()
    {
        int[] dimensions =
        [
            InputRows, InputColumns, InputChannels, Kernels, KernelRows, KernelColumns, KernelChannels,
            OutputRows, OutputColumns, OutputChannels, Stride, ColumnStride ?? Stride,
        ];
        if (dimensions.Min() < 1) throw new ConfigurationException("invocation of the output-stationary device: every dimension and the stride must be at least 1");
        if (PaddingTop < 0 || PaddingLeft < 0) throw new ConfigurationException("invocation of the output-stationary device: padding must not be negative");
        if (FirstInputChannel < 0 || FirstInputChannel + KernelChannels > InputChannels)
            throw new ConfigurationException($"FirstInputChannel = {FirstInputChannel}: {KernelChannels} kernel channels do not fit the {InputChannels} input channels from there");
        Require.Range(nameof(FirstKernel), FirstKernel, 0, Kernels - 1);
    }
}
