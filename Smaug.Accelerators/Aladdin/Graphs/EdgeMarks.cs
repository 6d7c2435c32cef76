using System.Runtime.CompilerServices;

namespace Smaug.Accelerators.Aladdin.Graphs;

/// <summary>A set of edge numbers, one bit each.</summary>
internal sealed class EdgeMarks
{
    private ulong[] bits = [];

    public bool Any { get; private set; }

    public bool this[int edge] => (uint)(edge >> 6) < (uint)bits.Length && (bits[edge >> 6] >> (edge & 63) & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Mark(int edge)
    {
        int word = edge >> 6;
        if (word >= bits.Length) Grow(word);
        bits[word] |= 1UL << (edge & 63);
        Any = true;
    }

    private void Grow(int word) => Array.Resize(ref bits, Math.Max(word + 1, bits.Length * 2));

    public void Clear()
    {
        if (!Any) return;
        bits.AsSpan().Clear();
        Any = false;
    }
}
