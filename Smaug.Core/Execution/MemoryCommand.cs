namespace Smaug.Core.Execution;

/// <summary>What a memory request does.</summary>
public enum MemoryCommand : byte
{
    /// <summary>Reads the bytes.</summary>
    Read,

    /// <summary>Writes the bytes.</summary>
    Write,

    /// <summary>Reads and writes the bytes in one step: caches hold the line exclusively for it; memories take it as a write.</summary>
    Atomic,

    /// <summary>Drops all cached copies of the line without writing them back; moves no data.</summary>
    Invalidate,

    /// <summary>Writes a cached modified copy back and keeps it clean; moves no data for the requester.</summary>
    Clean,

    /// <summary>A modified line on its way from a cache to the memory below it.</summary>
    WriteBack,

    /// <summary>Tells the levels below that a cache has dropped a clean line; moves no data.</summary>
    CleanEvict,

    /// <summary>Brings the line into a cache without a requester waiting for it.</summary>
    Prefetch,
}

/// <summary>Properties of a memory request that some components act on.</summary>
[Flags]
public enum MemoryAttributes : byte
{
    /// <summary>An ordinary cacheable access.</summary>
    None = 0,

    /// <summary>Caches pass it on without keeping the line (device and DMA accesses).</summary>
    Uncacheable = 1,

    /// <summary>Fetches instructions.</summary>
    Instruction = 2,

    /// <summary>The requester wants to write the line: it must come without other copies.</summary>
    Exclusive = 4,

    /// <summary>A write that covers the whole line, so that its old content is not needed.</summary>
    WholeLine = 8,

    /// <summary>The requester has a copy already and asks only for the right to write it.</summary>
    Upgrade = 16,

    /// <summary>Of a line that leaves a cache which has not kept it: caches above may still hold copies, so that they are asked on.</summary>
    HeldAbove = 32,
}
