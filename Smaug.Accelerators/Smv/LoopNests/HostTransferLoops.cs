using Smaug.Accelerators.LoopNests;

namespace Smaug.Accelerators.Smv.LoopNests;

/// <summary>
/// The loops that move a tile between host memory and a scratchpad: pages of 4 KiB (pipelined, not unrolled), and in a page
/// groups of 8 vectors (unrolled by 8, pipelined). All accesses of a vector go to the first word's partition, so that one
/// access per cycle is served. Their waiting for data is the memory system's matter and not in these cycles.
/// </summary>
internal static class HostTransferLoops
{
    /// <summary>Vectors of 8 halves in a page of 4 KiB.</summary>
    private const int PageVectors = 256;
    private const int GroupVectors = 8;

    /// <summary>Entry of the page loop and of the function around it.</summary>
    private const int Entry = 4;
    private const int LoadPage = 4, StorePage = 5;

    /// <summary>
    /// Cycles of a page more when the number of elements is a product of dimensions, since the page's bounds then wait for a
    /// multiplication and subtraction. Seen on the tables, not derived.
    /// </summary>
    private const int LoadPageOfProduct = 1, StorePageOfProduct = 2;

    /// <summary>Vectors that a transfer moves: whole lines of 32 bytes, two vectors each.</summary>
    public static long Vectors(long elements) => Math.Max(1, LoopCycles.DivideUp(elements, 16)) * 2;

    /// <summary>
    /// Load and conversion to single precision. A page first reads all its lines, one per cycle, since pipelining lifts the
    /// reads over the boundaries; then each group writes 8 vectors, one per cycle.
    /// </summary>
    /// <param name="elements">Elements moved.</param>
    /// <param name="isProduct">Whether their number is computed from dimensions by the kernel, rather than an argument.</param>
    public static long Load(long elements, bool isProduct)
    {
        long vectors = Vectors(elements);
        long pages = vectors / PageVectors;
        long rest = vectors - pages * PageVectors;
        long cycles = Entry + pages * (LoadPage + LoadBody(PageVectors));
        if (rest > 0) cycles += LoadPage + LoadBody(rest);
        return isProduct ? cycles + LoadPageOfProduct * (LoopCycles.DivideUp(vectors, PageVectors) - 1) + ProductEntry(elements) : cycles;
    }

    /// <summary>Conversion to half precision and store: 8 reads and 4 line writes a group.</summary>
    /// <inheritdoc cref="Load"/>
    public static long Store(long elements, bool isProduct)
    {
        long vectors = Vectors(elements);
        long pages = LoopCycles.DivideUp(vectors, PageVectors);
        long cycles = Entry + pages * StorePage + vectors * 3 / 2;
        return isProduct ? cycles + StorePageOfProduct * (pages - 1) + ProductEntry(elements) : cycles;
    }

    /// <summary>Fewer cycles for less than a line: the count's rounding is then a choice of a constant, not an addition.</summary>
    private static long ProductEntry(long elements) => elements < 16 ? -2 : 0;

    private static long LoadBody(long vectors)
    {
        long groups = LoopCycles.DivideUp(vectors, GroupVectors);
        long last = vectors - (groups - 1) * GroupVectors;
        return vectors / 2 + 1 + (groups - 1) * GroupVectors + Tail(last);
    }

    /// <summary>
    /// The last group from its last read to its last write: its vectors, one write a cycle, and the conversion that one pair
    /// (of a group that fills half its lines) leaves uncovered.
    /// </summary>
    private static long Tail(long vectors) => vectors switch { 2 => 3, 4 => 4, 6 => 7, _ => 8 };
}
