using System.Text.Json.Serialization;
using Smaug.Accelerators.Systolic.Device;
using Smaug.Core;
using Smaug.Core.Tensors;
using Smaug.Core.Units;

namespace Smaug;

/// <summary>The accelerators of the pool and how they reach host memory.</summary>
public sealed record AcceleratorConfiguration
{
    /// <summary>Accelerators in the pool; 1 to 8, default 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Clock of the accelerators; 1 MHz and more, default 1 GHz.</summary>
    [JsonPropertyName("frequencyHertz")]
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(1);

    /// <summary>
    /// Time to flush or invalidate one cache line before a DMA transfer; at most 1 ms, default 12 ns. It costs whole accelerator cycles,
    /// rounded down; for stores as for loads.
    /// </summary>
    [JsonPropertyName("flushPerLineNanoseconds")]
    public SimTime FlushPerLine { get; init; } = SimTime.FromNanoseconds(12);

    /// <summary>Whether caches need no flush before a DMA transfer; default false.</summary>
    public bool IgnoreCacheFlush { get; init; }

    /// <summary>Whether a DMA transfer starts when its own lines are flushed; otherwise when all waiting ones are. Default true.</summary>
    public bool PipelinedDma { get; init; } = true;

    /// <summary>Whether lines are invalidated before a DMA store, which reads each of them; default true.</summary>
    public bool InvalidateOnStore { get; init; } = true;

    /// <summary>Cache lines that a DMA engine may have under way; 1 to 1,024, default 16.</summary>
    public int MaxDmaRequests { get; init; } = 16;

    /// <summary>
    /// Queues between which a DMA engine divides the lines of its transfers at transaction fidelity; 1 to 64, default 1. Without effect in
    /// the analytical model.
    /// </summary>
    public int DmaChannels { get; init; } = 1;

    /// <summary>Whether accelerators have a coherency port; default true. Without it only the memory policy AllDma can be run.</summary>
    public bool HasCoherencyPort { get; init; } = true;

    /// <summary>Cycles from activation to the first transfer request; default 7, measured.</summary>
    public int ActivationCycles { get; init; } = 7;

    /// <summary>
    /// Cycles from the end of a kernel until the CPU is awake: write of the finish flag through the coherent caches and its
    /// acknowledgement; default 14, measured.
    /// </summary>
    public int FinishCycles { get; init; } = 14;

    /// <summary>Bytes of one scratchpad in host elements; default 32 KiB. An SMV engine has three.</summary>
    public int ScratchpadBytes { get; init; } = 32768;

    /// <summary>
    /// An output-stationary array device in each place of the pool, which runs the convolutions of models for the SMV backend
    /// instead of the SMV engine; null, the default, for none.
    /// </summary>
    public OutputStationaryOptions? ConvolutionArray { get; init; }

    /// <summary>
    /// A systolic array in each place of the pool, which runs convolutions, depthwise convolutions and inner products of models
    /// for the backends SMV and Systolic; other operators run on the SMV engine or on the host. Null, the default, for none.
    /// </summary>
    public SystolicArrayConfiguration? SystolicArray { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Require.Range("Accelerators.Count", Count, 1, 8);
        Require.Clock("Accelerators.Frequency", Frequency);
        Require.Time("Accelerators.FlushPerLine", FlushPerLine, SimTime.FromMicroseconds(1000));
        Require.Range("Accelerators.MaxDmaRequests", MaxDmaRequests, 1, 1024);
        Require.Range("Accelerators.DmaChannels", DmaChannels, 1, 64);
        Require.Range("Accelerators.ActivationCycles", ActivationCycles, 0, 1_000_000);
        Require.Range("Accelerators.FinishCycles", FinishCycles, 0, 1_000_000);
        Require.Range("Accelerators.ScratchpadBytes", ScratchpadBytes, 16, 1 << 30);
        if (ConvolutionArray is not null) Require.Under("Accelerators.ConvolutionArray", ConvolutionArray.Validate);
        SystolicArray?.Validate();
        if (ConvolutionArray is not null && SystolicArray is not null)
            throw new ConfigurationException("Accelerators.ConvolutionArray and Accelerators.SystolicArray exclude each other: set one of them");
        if (ConvolutionArray is { DataType: not DataType.Float16 and var type })
            throw new ConfigurationException($"Accelerators.ConvolutionArray.DataType = {type}: must be Float16, which the tensors of the SMV backend hold");
    }

    /// <summary>Accelerator cycles to flush one line: the time in whole cycles, rounded down.</summary>
    internal long FlushCyclesPerLine => IgnoreCacheFlush ? 0 : FlushPerLine.Picoseconds / Frequency.PeriodPicoseconds;
}
