using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Dram.Levels;

/// <summary>
/// Bandwidth and latency: all accesses share the bandwidth in order of arrival and then take a fixed latency. It refuses nothing, has
/// no banks and is never refreshed. A write is answered after its latency, whenever the bandwidth comes to it.
/// </summary>
/// <param name="Options">Its figures. <see cref="BandwidthLatencyMemoryOptions.BaseAddress"/>, <see cref="BandwidthLatencyMemoryOptions.Size"/>
/// and <see cref="BandwidthLatencyMemoryOptions.MaximumOutstanding"/> are not used.</param>
public sealed record AnalyticalDram(BandwidthLatencyMemoryOptions Options) : DramModel
{
    /// <summary>The figures of a channel of devices: its peak bandwidth and bursts, the latency of a closed row, and writes taken in at once.</summary>
    /// <param name="channel">For example a preset of <see cref="TransactionPresets"/>.</param>
    public static AnalyticalDram Of(TransactionConfiguration channel)
    {
        TransactionTiming timing = channel.Timing;
        return new AnalyticalDram(new BandwidthLatencyMemoryOptions
        {
            BytesPerNanosecond = channel.PeakBytesPerSecond / 1e9,
            ReadLatency = channel.FrontendLatency + channel.BackendLatency + timing.ActivateToColumn + timing.ColumnToData + timing.Burst,
            WriteLatency = channel.FrontendLatency,
            MinimumAccessBytes = channel.BurstBytes,
        });
    }

    /// <inheritdoc/>
    public override void Validate(ByteSize capacity, string capacityName = "capacity")
    {
        if (capacity.Bytes < 1) throw new ConfigurationException($"{capacityName} = {capacity}: must be above 0");
        Options.Validate();
    }

    internal override DramController Create(ITransactionListener listener, SimTime start, ByteSize capacity) => new AnalyticalLevelController(Options, listener, start);
}
