namespace Smaug.Accelerators.Aladdin;

/// <summary>Where an array of an accelerator lives.</summary>
public enum ArrayMemory
{
    /// <summary>A scratchpad with ports per partition.</summary>
    Scratchpad,

    /// <summary>Registers: one access per cycle and word, no port limit.</summary>
    Register,

    /// <summary>Host memory, reached by DMA.</summary>
    Dma,

    /// <summary>Host memory, reached through the coherency port (inside a SoC only).</summary>
    Acp,

    /// <summary>Host memory, reached through the accelerator's private cache (inside a SoC only).</summary>
    Cache,
}

/// <summary>How the words of an array are spread over partitions.</summary>
public enum ArrayPartitioning
{
    /// <summary>Not partitioned.</summary>
    None,

    /// <summary>Word-interleaved.</summary>
    Cyclic,

    /// <summary>Contiguous blocks.</summary>
    Block,

    /// <summary>Every word its own register.</summary>
    Complete,
}

/// <summary>One array of an accelerator as the configuration describes it.</summary>
/// <param name="Name">The variable's name in the top-level function, or the local array's name.</param>
/// <param name="Memory">Where the array lives.</param>
/// <param name="Partitioning">How words are spread.</param>
/// <param name="Bytes">Size in bytes.</param>
/// <param name="WordBytes">Word size in bytes; 0 (registers only) means: no dynamic energy.</param>
/// <param name="Factor">Number of partitions.</param>
public sealed record DatapathArray(
    string Name, ArrayMemory Memory, ArrayPartitioning Partitioning, long Bytes, int WordBytes, int Factor)
{
    /// <summary>A scratchpad array, word-interleaved.</summary>
    public static DatapathArray Cyclic(string name, long bytes, int wordBytes, int factor) =>
        new(name, ArrayMemory.Scratchpad, ArrayPartitioning.Cyclic, bytes, wordBytes, factor);

    /// <summary>A scratchpad array in contiguous blocks.</summary>
    public static DatapathArray Block(string name, long bytes, int wordBytes, int factor) =>
        new(name, ArrayMemory.Scratchpad, ArrayPartitioning.Block, bytes, wordBytes, factor);

    /// <summary>An array in registers.</summary>
    public static DatapathArray Complete(string name, long bytes, int wordBytes) =>
        new(name, ArrayMemory.Register, ArrayPartitioning.Complete, bytes, wordBytes, 1);
}

/// <summary>A loop named by a directive.</summary>
/// <param name="Function">Function name.</param>
/// <param name="Label">Statement label, or a line number in decimal.</param>
public readonly record struct LoopLabel(string Function, string Label);
