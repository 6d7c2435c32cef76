using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Passes;

namespace Smaug.Accelerators.Aladdin.Scheduling;

/// <summary>Ports, access counters and full/empty bits of all scratchpads and register arrays of one accelerator.</summary>
internal sealed class ScratchpadState
{
    private readonly int ports;
    private readonly List<int> firstPartition = [];
    private readonly List<long> loads = [];
    private readonly List<long> stores = [];
    private readonly Dictionary<int, ulong[]> ready = [];
    private readonly List<int> touched = [];
    private int[] used = [];
    private int total;
    private int exhausted;

    public ScratchpadState(int ports) => this.ports = ports;

    public void Add(KnownArray array)
    {
        firstPartition.Add(total);
        loads.Add(0);
        stores.Add(0);
        if (!array.IsScratchpad) return;
        total += array.Description.Factor;
        Array.Resize(ref used, total);
    }

    public bool AnyFree => ports == 0 || exhausted < total;

    public long Loads(int array) => loads[array];

    public long Stores(int array) => stores[array];

    public void Count(int array, bool store, long accesses = 1)
    {
        if (store) stores[array] += accesses;
        else loads[array] += accesses;
    }

    public void ResetCounters()
    {
        for (int i = 0; i < loads.Count; i++) loads[i] = stores[i] = 0;
    }

    /// <summary>Whether neighbouring partitions, from one on and round again, all have a port.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public bool HasPorts(int array, int partition, int count, int factor)
    {
        if (ports == 0) return true;
        int first = firstPartition[array];
        for (int i = 0; i < count; i++)
        {
            if (used[first + partition] >= ports) return false;
            if (++partition == factor) partition = 0;
        }
        return true;
    }

    [MethodImpl(HotLoop.Compiled)]
    public void TakePorts(int array, int partition, int count, int factor)
    {
        int first = firstPartition[array];
        for (int i = 0; i < count; i++)
        {
            int index = first + partition;
            if (used[index]++ == 0) touched.Add(index);
            if (used[index] == ports) exhausted++;
            if (++partition == factor) partition = 0;
        }
    }

    public void FreePorts()
    {
        foreach (int index in touched) used[index] = 0;
        touched.Clear();
        exhausted = 0;
    }

    public bool IsReady(KnownArray array, long offset)
    {
        // The one name that the reference treats as constant data.
        if (array.Description.Name == "sbox") return true;
        long word = offset / array.Description.WordBytes;
        return ready.TryGetValue(array.Index, out ulong[]? bits) && (bits[word >> 6] >> (int)(word & 63) & 1) != 0;
    }

    public void SetReady(KnownArray array, long offset, long bytes, bool value)
    {
        int wordBytes = array.Description.WordBytes;
        long words = (array.Description.Bytes + wordBytes - 1) / wordBytes;
        if (!ready.TryGetValue(array.Index, out ulong[]? bits)) ready.Add(array.Index, bits = new ulong[(words >> 6) + 1]);
        long last = Math.Min(words - 1, (offset + Math.Max(1, bytes) - 1) / wordBytes);
        for (long word = offset / wordBytes; word <= last; word++)
        {
            if (value) bits[word >> 6] |= 1UL << (int)(word & 63);
            else bits[word >> 6] &= ~(1UL << (int)(word & 63));
        }
    }

    public void ClearReady() => ready.Clear();
}
