namespace Smaug.Core.Graphs;

/// <summary>How accelerators reach host memory. The values are those of SMAUG's model files.</summary>
public enum MemoryPolicy
{
    /// <summary>Not set.</summary>
    Unknown = 0,

    /// <summary>Inputs, weights and outputs by DMA.</summary>
    AllDma = 1,

    /// <summary>Inputs, weights and outputs through the accelerator coherency port.</summary>
    AllAcp = 2,

    /// <summary>Inputs and outputs through the accelerator coherency port, weights by DMA.</summary>
    AllAcpWithDmaForWeights = 4,
}
