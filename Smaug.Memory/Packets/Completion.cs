using Smaug.Core.Simulation;

namespace Smaug.Memory.Packets;

/// <summary>Who is told of the end of a block.</summary>
internal readonly record struct Completion(EventTarget Target, long Tag)
{
    /// <summary>Tells of it by an event of the same instant.</summary>
    public void Announce(Simulator simulator) => simulator.Schedule(simulator.Now, Target, Tag);
}
