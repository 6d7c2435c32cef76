using Smaug.Core.Execution;

namespace Smaug.Accelerators.Aladdin.Device;

/// <summary>Where an accelerator's requests enter the memory system.</summary>
/// <param name="Dma">Port of its DMA engine.</param>
/// <param name="Cache">Port of its private cache, which also carries the finish flag.</param>
/// <param name="Acp">Coherency port; null when the accelerator has none (<c>enable_acp</c> off).</param>
public sealed record AladdinPorts(MemoryPort Dma, MemoryPort Cache, MemoryPort? Acp = null);
