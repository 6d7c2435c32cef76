namespace Smaug.Accelerators.Smv.Sampling;

/// <summary>How much of each kernel is run when loops are sampled; each level samples the loops of those before it too.</summary>
public enum SamplingLevel
{
    /// <summary>Every iteration of every loop.</summary>
    No = 0,

    /// <summary>Convolution: blocks of 8 ofmaps.</summary>
    Low = 1,

    /// <summary>Convolution: kernel rows and columns.</summary>
    Medium = 2,

    /// <summary>Convolution: blocks of 32 channels.</summary>
    High = 3,

    /// <summary>
    /// Convolution: output rows and columns. Inner product: activations. Pooling and batch norm behind a convolution: all
    /// loops but the window's.
    /// </summary>
    VeryHigh = 4,
}
