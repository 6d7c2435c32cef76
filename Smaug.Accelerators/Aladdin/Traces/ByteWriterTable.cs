using System.Runtime.CompilerServices;

namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>The last node that wrote each byte of the simulated address space; sparse, in pages.</summary>
internal sealed class ByteWriterTable
{
    private const int PageBits = 12;
    private const int PageBytes = 1 << PageBits;

    private readonly Dictionary<long, int[]> pages = [];
    private readonly List<int[]> spare = [];
    private long lastPage = long.MinValue;
    private int[] last = [];

    /// <summary>The writer of a byte, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Get(long address)
    {
        long page = address >> PageBits;
        if (page != lastPage && !Select(page)) return -1;
        return last[(int)(address & (PageBytes - 1))] - 1;
    }

    /// <summary>
    /// The writers, plus 1, of the first bytes of a range: those up to the end of a page; none when nothing there was written.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<int> Get(long address, long count, out long covered)
    {
        int offset = (int)(address & (PageBytes - 1));
        covered = Math.Min(count, PageBytes - offset);
        long page = address >> PageBits;
        return page == lastPage || Select(page) ? last.AsSpan(offset, (int)covered) : [];
    }

    /// <summary>Records the writer of a range.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public void Set(long address, long count, int node)
    {
        while (count > 0)
        {
            int offset = (int)(address & (PageBytes - 1));
            int part = (int)Math.Min(count, PageBytes - offset);
            Page(address >> PageBits).AsSpan(offset, part).Fill(node + 1);
            address += part;
            count -= part;
        }
    }

    /// <summary>Forgets all writers; keeps the pages for reuse.</summary>
    public void Clear()
    {
        foreach (int[] page in pages.Values)
        {
            page.AsSpan().Clear();
            spare.Add(page);
        }
        pages.Clear();
        lastPage = long.MinValue;
    }

    [MethodImpl(HotLoop.Compiled)]
    private bool Select(long page)
    {
        if (!pages.TryGetValue(page, out int[]? found)) return false;
        last = found;
        lastPage = page;
        return true;
    }

    [MethodImpl(HotLoop.Compiled)]
    private int[] Page(long page)
    {
        if (page == lastPage || Select(page)) return last;
        if (spare.Count > 0)
        {
            last = spare[^1];
            spare.RemoveAt(spare.Count - 1);
        }
        else
        {
            last = new int[PageBytes];
        }
        pages.Add(page, last);
        lastPage = page;
        return last;
    }
}
