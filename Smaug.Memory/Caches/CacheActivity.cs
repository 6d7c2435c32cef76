namespace Smaug.Memory.Caches;

/// <summary>What a cache has done since the simulation began, for its energy.</summary>
/// <param name="Accesses">Times that it was looked up for a requester: hits and misses.</param>
/// <param name="LinesIn">Whole lines written into it: fetched from below, or written back from a cache above.</param>
/// <param name="LinesOut">Modified lines that left it: written back to the level below, or supplied to another agent that asked for them.</param>
public readonly record struct CacheActivity(long Accesses, long LinesIn, long LinesOut);
