using Smaug.Core.Units;

namespace Smaug.Memory.Interconnect;

/// <summary>What another agent is about to do with a line.</summary>
internal enum SnoopKind : byte
{
    /// <summary>Read it and keep a copy: writers become sharers; a modified copy stays responsible for the line.</summary>
    Share,

    /// <summary>Read it without keeping a copy: nothing changes.</summary>
    Peek,

    /// <summary>Have it alone: all copies are dropped.</summary>
    Own,
}

/// <summary>A question to a cache about a line.</summary>
/// <param name="Line">The line.</param>
/// <param name="Kind">What the asking agent is about to do with it.</param>
/// <param name="Header">Delay that the asking request carries and the holder pays before it supplies the line; none for a question
/// that a cache passes on to those above it.</param>
/// <param name="WantsData">Whether the content moves with the answer.</param>
internal readonly record struct SnoopRequest(long Line, SnoopKind Kind, SimTime Header = default, bool WantsData = true);

/// <summary>What a cache (with everything above it) knew of a line when it was asked.</summary>
internal struct SnoopResult
{
    /// <summary>A copy was, and unless the line is to be owned still is, there.</summary>
    public bool HasCopy;

    /// <summary>The newest content is here and differs from memory.</summary>
    public bool IsDirty;

    /// <summary>The copy could be written without asking, so no other copy exists anywhere.</summary>
    public bool WasWritable;

    /// <summary>The content, when dirty.</summary>
    public long Value;

    /// <summary>When the content reaches the crossbar that asked, when dirty.</summary>
    public SimTime SuppliedAt;

    /// <summary>Time that the look-ups take, by which the request is late at the memory when nobody supplies the line.</summary>
    public SimTime Delay;
}

/// <summary>A cache that a crossbar asks for lines. State changes at once; the time for it is part of the result.</summary>
internal interface ISnooper
{
    SnoopResult Snoop(in SnoopRequest request);

    /// <summary>Whether nothing is on its way between this cache and those above it for a line, so that it can be asked now.</summary>
    bool IsSettled(long line);
}
