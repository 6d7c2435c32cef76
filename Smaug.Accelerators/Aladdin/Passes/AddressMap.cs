using System.Runtime.CompilerServices;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>Address to node, emptied in no time: entries carry the number of the region that wrote them.</summary>
internal sealed class AddressMap
{
    private ulong[] keys = new ulong[256];
    private int[] nodes = new int[256];
    private int[] stamps = new int[256];
    private int stamp = 1;
    private int used;

    public void Clear()
    {
        stamp++;
        used = 0;
    }

    /// <summary>The node of an address, or -1.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public int Get(ulong key)
    {
        int slot = Find(key);
        return stamps[slot] == stamp ? nodes[slot] : -1;
    }

    /// <summary>Sets the node of an address; -1 forgets it.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public void Set(ulong key, int node)
    {
        int slot = Find(key);
        if (stamps[slot] != stamp)
        {
            stamps[slot] = stamp;
            keys[slot] = key;
            used++;
        }
        nodes[slot] = node;
        if (used * 2 > keys.Length) Grow();
    }

    [MethodImpl(HotLoop.Compiled)]
    private int Find(ulong key)
    {
        int mask = keys.Length - 1;
        int slot = (int)((key * 0x9E3779B97F4A7C15UL) >> 40) & mask;
        while (stamps[slot] == stamp && keys[slot] != key) slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        (ulong[] oldKeys, int[] oldNodes, int[] oldStamps, int oldStamp) = (keys, nodes, stamps, stamp);
        keys = new ulong[oldKeys.Length * 2];
        nodes = new int[oldKeys.Length * 2];
        stamps = new int[oldKeys.Length * 2];
        stamp = 1;
        for (int i = 0; i < oldKeys.Length; i++)
        {
            if (oldStamps[i] != oldStamp) continue;
            int slot = Find(oldKeys[i]);
            stamps[slot] = stamp;
            keys[slot] = oldKeys[i];
            nodes[slot] = oldNodes[i];
        }
    }
}
