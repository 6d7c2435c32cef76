namespace Smaug.Core.Tensors;

/// <summary>
/// Order and meaning of a tensor's dimensions. The values are bits, so that a set of acceptable layouts is their union.
/// </summary>
[Flags]
public enum DataLayout
{
    /// <summary>Not set.</summary>
    Unknown = 0,

    /// <summary>Batch, channel, row, column.</summary>
    NCHW = 1,

    /// <summary>Batch, row, column, channel.</summary>
    NHWC = 2,

    /// <summary>Batch, channels; for weights: neurons, activations.</summary>
    NC = 4,

    /// <summary>Transposed weights: activations, neurons.</summary>
    CN = 8,

    /// <summary>Batch, channel, time.</summary>
    NCT = 16,

    /// <summary>Batch, time, channel.</summary>
    NTC = 32,

    /// <summary>A vector or scalar.</summary>
    N = 64,

    /// <summary>Any layout.</summary>
    Any = 127,
}
