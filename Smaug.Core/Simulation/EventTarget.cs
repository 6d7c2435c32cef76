using Smaug.Core.Units;

namespace Smaug.Core.Simulation;

/// <summary>
/// Something that events happen to: a cache, a DRAM channel, an accelerator. A component derives from it and tells its
/// kinds of events apart by the tag it scheduled them with.
/// </summary>
public abstract class EventTarget
{
    /// <summary>Called by the simulator when a scheduled event is due.</summary>
    /// <param name="now">The current simulated time.</param>
    /// <param name="tag">The value given when the event was scheduled; its meaning is the target's own.</param>
    public abstract void Handle(SimTime now, long tag);
}
