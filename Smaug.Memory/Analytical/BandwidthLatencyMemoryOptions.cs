using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug.Memory.Analytical;

/// <summary>What a <see cref="BandwidthLatencyMemory"/> is like. The defaults are an LPDDR4-3200 2×16 channel: 12.8 GB/s,
/// 60.5 ns for a read of a closed row and 10 ns until a write is accepted (controller front end included).</summary>
public sealed record BandwidthLatencyMemoryOptions
{
    /// <summary>First address; at least 0.</summary>
    public long BaseAddress { get; init; }

    /// <summary>Number of bytes it holds, above 0. Default 4 GiB.</summary>
    public ByteSize Size { get; init; } = ByteSize.FromGibibytes(4);

    /// <summary>Bytes that all requesters together move per nanosecond (GB/s), above 0. Default 12.8.</summary>
    public double BytesPerNanosecond { get; init; } = 12.8;

    /// <summary>From the acceptance of a read on an idle memory to its answer. Default 60.5 ns.</summary>
    public SimTime ReadLatency { get; init; } = SimTime.FromPicoseconds(60_500);

    /// <summary>From the acceptance of a write on an idle memory to its acknowledgement. Default 10 ns.</summary>
    public SimTime WriteLatency { get; init; } = SimTime.FromPicoseconds(10_000);

    /// <summary>Requests under way at most, at least 1; further ones are refused. Default 64.</summary>
    public int MaximumOutstanding { get; init; } = 64;

    /// <summary>Bytes that any access moves at least (the burst of the memory), at least 1. Default 64.</summary>
    public int MinimumAccessBytes { get; init; } = 64;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (BaseAddress < 0) throw new ConfigurationException($"{nameof(BaseAddress)} = {BaseAddress}: must be at least 0");
        if (Size.Bytes < 1) throw new ConfigurationException($"{nameof(Size)} = {Size}: must be above 0");
        if (!(BytesPerNanosecond > 0) || !double.IsFinite(BytesPerNanosecond))
        {
            throw new ConfigurationException(FormattableString.Invariant($"{nameof(BytesPerNanosecond)} = {BytesPerNanosecond}: must be above 0 and finite"));
        }

        if (ReadLatency < SimTime.Zero) throw new ConfigurationException($"{nameof(ReadLatency)} = {ReadLatency}: must be at least 0");
        if (WriteLatency < SimTime.Zero) throw new ConfigurationException($"{nameof(WriteLatency)} = {WriteLatency}: must be at least 0");
        if (MaximumOutstanding < 1) throw new ConfigurationException($"{nameof(MaximumOutstanding)} = {MaximumOutstanding}: must be at least 1");
        if (MinimumAccessBytes < 1) throw new ConfigurationException($"{nameof(MinimumAccessBytes)} = {MinimumAccessBytes}: must be at least 1");
    }
}
