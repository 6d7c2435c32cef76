using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Analytical;

/// <summary>What a <see cref="BandwidthLatencyMemory"/> is like. The defaults are an LPDDR4-3200 2×16 channel: 12.8 GB/s,
/// 60.5 ns for a read of a closed row and 10 ns until a write is accepted (controller front end included).</summary>
public sealed record BandwidthLatencyMemoryOptions
{
    private const double SlowestBytesPerNanosecond = 1e-6;
    private static readonly SimTime LongestLatency = SimTime.FromSeconds(1);

    /// <summary>First address; at least 0.</summary>
    public long BaseAddress { get; init; }

    /// <summary>Number of bytes it holds, above 0. Default 4 GiB.</summary>
    public ByteSize Size { get; init; } = ByteSize.FromGibibytes(4);

    /// <summary>Bytes that all requesters together move per nanosecond (GB/s), at least 0.000001. Default 12.8.</summary>
    public double BytesPerNanosecond { get; init; } = 12.8;

    /// <summary>From the acceptance of a read on an idle memory to its answer, at most 1 s. Default 60.5 ns.</summary>
    public SimTime ReadLatency { get; init; } = SimTime.FromPicoseconds(60_500);

    /// <summary>From the acceptance of a write on an idle memory to its acknowledgement, at most 1 s. Default 10 ns.</summary>
    public SimTime WriteLatency { get; init; } = SimTime.FromPicoseconds(10_000);

    /// <summary>Requests under way at most, 1 to 65,536; further ones are refused. Default 64.</summary>
    public int MaximumOutstanding { get; init; } = 64;

    /// <summary>Bytes that any access moves at least (the burst of the memory), 1 to 65,536. Default 64.</summary>
    public int MinimumAccessBytes { get; init; } = 64;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (BaseAddress < 0) throw new ConfigurationException($"{nameof(BaseAddress)} = {BaseAddress}: must be at least 0");
        if (Size.Bytes < 1 || BaseAddress > long.MaxValue - Size.Bytes) throw new ConfigurationException($"{nameof(Size)} = {Size}: must be above 0, and end before the last address when it begins at 0x{BaseAddress:x}");
        if (!(BytesPerNanosecond >= SlowestBytesPerNanosecond) || !double.IsFinite(BytesPerNanosecond))
        {
            throw new ConfigurationException(FormattableString.Invariant($"{nameof(BytesPerNanosecond)} = {BytesPerNanosecond}: must be at least 0.000001 and finite"));
        }

        Require.Time(nameof(ReadLatency), ReadLatency, LongestLatency);
        Require.Time(nameof(WriteLatency), WriteLatency, LongestLatency);
        Require.Range(nameof(MaximumOutstanding), MaximumOutstanding, 1, Require.MaximumRequests);
        Require.Range(nameof(MinimumAccessBytes), MinimumAccessBytes, 1, 65_536);
    }
}
