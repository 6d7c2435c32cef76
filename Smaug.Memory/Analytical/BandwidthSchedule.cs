using Smaug.Core.Units;

namespace Smaug.Memory.Analytical;

/// <summary>When a memory that all requesters share in order of arrival begins and ends its transfers.</summary>
internal sealed class BandwidthSchedule(BandwidthLatencyMemoryOptions options)
{
    private readonly double _picosecondsPerByte = 1e3 / options.BytesPerNanosecond;
    private double _busyUntil;

    /// <summary>Takes the memory for an access.</summary>
    /// <param name="arrival">When it comes.</param>
    /// <param name="bytes">Its bytes; fewer than the smallest access count as that.</param>
    /// <param name="duration">For how long it keeps the memory.</param>
    /// <returns>When the smallest access at its end begins; its latency follows.</returns>
    public SimTime Transfer(SimTime arrival, int bytes, out SimTime duration)
    {
        bytes = Math.Max(bytes, options.MinimumAccessBytes);
        double begin = Math.Max(arrival.Picoseconds, _busyUntil);
        duration = new SimTime((long)(bytes * _picosecondsPerByte));
        _busyUntil = begin + (bytes * _picosecondsPerByte);
        return new SimTime((long)Math.Ceiling(begin + ((bytes - options.MinimumAccessBytes) * _picosecondsPerByte)));
    }
}
