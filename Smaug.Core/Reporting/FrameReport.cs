using Smaug.Core.Units;

namespace Smaug.Core.Reporting;

/// <summary>One run of the network over one input, of a stream of them.</summary>
/// <param name="Index">Its place in the stream, from 0.</param>
/// <param name="Offered">When its input was complete in memory; without a source of frames, when the run began.</param>
/// <param name="Started">When the network began with it.</param>
/// <param name="Done">When its result was complete.</param>
public readonly record struct FrameReport(int Index, SimTime Offered, SimTime Started, SimTime Done)
{
    /// <summary>From the input in memory to the result.</summary>
    public SimTime Latency => Done - Offered;
}
