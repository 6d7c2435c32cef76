using Smaug.Core;
using Smaug.Memory.Dma;
using Smaug.Memory.Tlb;

namespace Smaug.Accelerators.Aladdin.Device;

/// <summary>
/// How a trace-driven accelerator is attached to its SoC: clock, DMA engine, queue of cache and ACP accesses, TLB. Defaults
/// are gem5-Aladdin's for an accelerator with scratchpads.
/// </summary>
public sealed record AladdinDeviceOptions
{
    /// <summary>
    /// The DMA engine. Its <see cref="DmaOptions.Frequency"/> is the clock of the whole accelerator and its
    /// <see cref="DmaOptions.LineBytes"/> the line size of the system.
    /// </summary>
    public DmaOptions Dma { get; init; } = new();

    /// <summary>Cache and ACP requests issued per cycle; 0 = unlimited. Default 4.</summary>
    public int RequestsPerCycle { get; init; } = 4;

    /// <summary>Translation of single accesses through the private cache. DMA and ACP translate in no time.</summary>
    public TlbOptions Tlb { get; init; } = new();

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Dma.Validate();
        Tlb.Validate();
        if (RequestsPerCycle < 0) throw new ConfigurationException($"{nameof(RequestsPerCycle)} = {RequestsPerCycle}: must be 0 (unlimited) or more");
    }
}
