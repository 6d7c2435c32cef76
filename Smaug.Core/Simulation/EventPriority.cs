namespace Smaug.Core.Simulation;

/// <summary>
/// Order of events that fall on the same time: smaller goes first; equal priorities go in the order in which they were
/// scheduled. Any value from -128 to 127 may be used; these are the conventional ones.
/// </summary>
public enum EventPriority : sbyte
{
    /// <summary>Before everything else at this time.</summary>
    First = -128,

    /// <summary>Before ordinary events: clock-like work that others of the same time must see.</summary>
    Early = -32,

    /// <summary>The usual priority.</summary>
    Normal = 0,

    /// <summary>After ordinary events: decisions that want to see every arrival of this time, such as arbitration.</summary>
    Late = 32,

    /// <summary>After everything else at this time: statistics, ends of windows.</summary>
    Last = 127,
}
