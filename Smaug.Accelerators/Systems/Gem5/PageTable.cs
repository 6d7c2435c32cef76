using System.Numerics;
using Smaug.Core;

namespace Smaug.Accelerators.Systems.Gem5;

/// <summary>
/// Virtual to physical pages as the system-call emulation hands them out: one after another from low addresses, at first use.
/// Buffers that are touched in order are therefore contiguous.
/// </summary>
public sealed class PageTable
{
    private readonly Dictionary<long, long> _pages = [];
    private readonly int _shift;
    private long _next;

    /// <summary>Creates an empty table.</summary>
    /// <param name="pageBytes">A power of two. Default 4,096.</param>
    /// <param name="firstPage">Number of the first physical page that is handed out; those below belong to the program itself. Default 3.</param>
    /// <exception cref="ConfigurationException">The page is no power of two, or the first page is negative.</exception>
    public PageTable(int pageBytes = 4096, long firstPage = 3)
    {
        if (!int.IsPow2(pageBytes)) throw new ConfigurationException($"page of {pageBytes} bytes: must be a power of two");
        if (firstPage < 0) throw new ConfigurationException($"first page {firstPage}: must be 0 or more");
        _shift = BitOperations.Log2((uint)pageBytes);
        _next = firstPage;
    }

    /// <summary>Physical address of a virtual one; an unused page is given the next free one.</summary>
    public long Translate(long address)
    {
        long page = address >> _shift;
        if (!_pages.TryGetValue(page, out long physical)) _pages.Add(page, physical = _next++);
        return (physical << _shift) | (address & ((1L << _shift) - 1));
    }
}
