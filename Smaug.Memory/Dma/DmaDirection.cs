namespace Smaug.Memory.Dma;

/// <summary>Which way a DMA transfer goes.</summary>
public enum DmaDirection
{
    /// <summary>From host memory to the accelerator's scratchpad.</summary>
    Load,

    /// <summary>From the accelerator's scratchpad to host memory.</summary>
    Store,
}
