using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Smaug.Accelerators.Aladdin.Graphs;

namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>
/// Numbers distinct (salt, bytes) pairs in order of first appearance. Open addressing over one byte store: a look-up
/// of a known name allocates nothing.
/// </summary>
internal sealed class ByteInterner
{
    private int[] table = new int[1024];
    private GrowArray<uint> hashes = new(256);
    private GrowArray<int> salts = new(256);
    private GrowArray<int> starts = new(256);
    private GrowArray<byte> bytes = new(4096);

    public int Count => hashes.Count;

    public ReadOnlySpan<byte> Bytes(int id)
    {
        int end = id + 1 < starts.Count ? starts.Items[id + 1] : bytes.Count;
        return bytes.Items.AsSpan(starts.Items[id], end - starts.Items[id]);
    }

    public string Text(int id) => Encoding.UTF8.GetString(Bytes(id));

    public int Salt(int id) => salts.Items[id];

    public int Intern(string text) => Intern(Encoding.UTF8.GetBytes(text));

    [MethodImpl(HotLoop.Compiled)]
    public int Intern(ReadOnlySpan<byte> key, int salt = 0)
    {
        uint hash = Hash(key, salt);
        int mask = table.Length - 1;
        int slot = (int)hash & mask;
        while (true)
        {
            int id = table[slot] - 1;
            if (id < 0) break;
            if (hashes.Items[id] == hash && salts.Items[id] == salt && Bytes(id).SequenceEqual(key)) return id;
            slot = (slot + 1) & mask;
        }
        return Add(key, salt, hash, slot);
    }

    /// <summary>The number of a name, or -1.</summary>
    public int Find(string text)
    {
        byte[] key = Encoding.UTF8.GetBytes(text);
        uint hash = Hash(key, 0);
        for (int slot = (int)hash & (table.Length - 1); table[slot] != 0; slot = (slot + 1) & (table.Length - 1))
        {
            int id = table[slot] - 1;
            if (hashes.Items[id] == hash && salts.Items[id] == 0 && Bytes(id).SequenceEqual(key)) return id;
        }
        return -1;
    }

    private int Add(ReadOnlySpan<byte> key, int salt, uint hash, int slot)
    {
        int added = hashes.Count;
        hashes.Add(hash);
        salts.Add(salt);
        starts.Add(bytes.Count);
        bytes.Reserve(bytes.Count + key.Length);
        key.CopyTo(bytes.Items.AsSpan(bytes.Count));
        bytes.Count += key.Length;
        table[slot] = added + 1;
        if (hashes.Count * 2 > table.Length) Rehash();
        return added;
    }

    private void Rehash()
    {
        table = new int[table.Length * 2];
        int mask = table.Length - 1;
        for (int id = 0; id < hashes.Count; id++)
        {
            int slot = (int)hashes.Items[id] & mask;
            while (table[slot] != 0) slot = (slot + 1) & mask;
            table[slot] = id + 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ReadOnlySpan<byte> key, int salt)
    {
        ulong hash = ((ulong)(uint)salt * 0x9E3779B97F4A7C15UL) + (ulong)key.Length;
        while (key.Length >= 8)
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(key)) * 0x9FB21C651E98DF25UL;
            hash ^= hash >> 32;
            key = key[8..];
        }
        ulong tail = 0;
        for (int i = 0; i < key.Length; i++) tail = (tail << 8) | key[i];
        hash = (hash ^ tail) * 0x9FB21C651E98DF25UL;
        return (uint)(hash >> 32) ^ (uint)hash >> 7;
    }
}
