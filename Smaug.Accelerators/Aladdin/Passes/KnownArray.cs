namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>An array that the datapath knows: configured, or a pointer parameter of the top-level call (host memory).</summary>
internal sealed class KnownArray(DatapathArray description, int index)
{
    private int[] blockEnds = [];

    public DatapathArray Description { get; } = description;

    public int Index { get; } = index;

    public long BaseAddress { get; set; }

    public bool IsScratchpad => Description.Memory == ArrayMemory.Scratchpad;

    public bool IsRegister => Description.Memory == ArrayMemory.Register;

    /// <summary>The partition that serves an access at <paramref name="offset"/> bytes: its first word alone decides.</summary>
    public int PartitionOf(long offset)
    {
        if (Description.Partitioning == ArrayPartitioning.Cyclic) return (int)(offset / Description.WordBytes % Description.Factor);
        return BlockOf(offset);
    }

    /// <summary>Position of the word inside its partition.</summary>
    public int WordOf(long offset)
    {
        if (Description.Partitioning == ArrayPartitioning.Cyclic) return (int)(offset / Description.WordBytes / Description.Factor);
        int block = BlockOf(offset);
        return (int)((offset - (block == 0 ? 0 : blockEnds[block - 1])) / Description.WordBytes);
    }

    /// <summary>How many partitions, from the first one on, and how many words an access touches.</summary>
    public (int Partitions, int Words) Span(long offset, int bytes)
    {
        long last = Math.Min(offset + Math.Max(bytes, 1), Description.Bytes) - 1;
        int words = (int)(last / Description.WordBytes - offset / Description.WordBytes) + 1;
        int partitions = Description.Partitioning == ArrayPartitioning.Cyclic ? Math.Min(words, Description.Factor) : BlockOf(last) - BlockOf(offset) + 1;
        return (partitions, words);
    }

    private int BlockOf(long offset)
    {
        if (blockEnds.Length == 0) BuildBlocks();
        for (int block = 0; block < blockEnds.Length - 1; block++)
        {
            if (offset < blockEnds[block]) return block;
        }
        return blockEnds.Length - 1;
    }

    private void BuildBlocks()
    {
        int factor = Description.Factor, word = Description.WordBytes;
        long words = Description.Bytes / word;
        long smallest = words / factor;
        long rest = words - (smallest * factor);
        blockEnds = new int[factor];
        long end = 0;
        for (int block = 0; block < factor; block++)
        {
            end += (smallest + (block < rest ? 1 : 0)) * word;
            blockEnds[block] = (int)end;
        }
    }
}
