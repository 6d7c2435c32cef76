using System.Text.Json.Serialization;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Dram.Levels;
using Smaug.Memory.Dram.Transaction;

namespace Smaug;

/// <summary>
/// DRAM as bandwidth and latency (<see cref="DramFidelity.Analytical"/>). What is not given comes from the class
/// <see cref="HostMemoryConfiguration.Dram"/>: its peak bandwidth, the latency of a closed row, and writes that the controller takes in.
/// </summary>
public sealed record AnalyticalDramConfiguration
{
    /// <summary>Bytes per nanosecond (GB/s) that all requesters share, at least 0.000001; null, the default, for the peak of the class.</summary>
    public double? BytesPerNanosecond { get; init; }

    /// <summary>Latency of a read; null, the default, for that of a closed row of the class.</summary>
    [JsonPropertyName("readLatencyNanoseconds")]
    public SimTime? ReadLatency { get; init; }

    /// <summary>Time until a write is acknowledged; null, the default, for the front end of the class's controller.</summary>
    [JsonPropertyName("writeLatencyNanoseconds")]
    public SimTime? WriteLatency { get; init; }

    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    internal AnalyticalDram ToModel(TransactionConfiguration channel)
    {
        BandwidthLatencyMemoryOptions options = AnalyticalDram.Of(channel).Options;
        if (BytesPerNanosecond is { } rate && !(rate >= 1e-6 && double.IsFinite(rate))) throw new ConfigurationException(FormattableString.Invariant($"Memory.AnalyticalDram.BytesPerNanosecond = {rate}: must be at least 0.000001 and finite"));
        Check(nameof(ReadLatency), ReadLatency);
        Check(nameof(WriteLatency), WriteLatency);
        return new AnalyticalDram(options with
        {
            BytesPerNanosecond = BytesPerNanosecond ?? options.BytesPerNanosecond,
            ReadLatency = ReadLatency ?? options.ReadLatency,
            WriteLatency = WriteLatency ?? options.WriteLatency,
        });
    }

    private static void Check(string property, SimTime? value)
    {
        if (value is { } time) Require.Time($"Memory.AnalyticalDram.{property}", time, SimTime.FromSeconds(1));
    }
}
