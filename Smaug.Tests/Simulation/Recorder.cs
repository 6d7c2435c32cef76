using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Tests.Simulation;

/// <summary>Notes when which tag came.</summary>
internal sealed class Recorder : EventTarget
{
    public List<(long Time, long Tag)> Seen { get; } = [];

    public Action<SimTime, long>? Then { get; set; }

    public override void Handle(SimTime now, long tag)
    {
        Seen.Add((now.Picoseconds, tag));
        Then?.Invoke(now, tag);
    }
}
