namespace Smaug.Core.Tensors;

/// <summary>
/// Storage of tensors that live for a short time: what one tensor gives back, a later one takes. A network then needs
/// about as much storage as its widest stretch of live tensors, and nothing new when it runs again. Safe for several threads.
/// </summary>
internal sealed class TensorPool
{
    private const int Granule = 4096;

    private readonly Lock _lock = new();
    private readonly SortedList<(int Bytes, long Number), Block> _free = [];
    private long _created;

    /// <summary>Bytes of all blocks that the pool ever made, those in use included.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Makes a tensor of zeros; give it back with <see cref="Return"/> or leave it to the garbage collector.</summary>
    /// <exception cref="ModelException">The tensor is larger than 2 GiB.</exception>
    public Tensor Rent(TensorSpec spec)
    {
        int bytes = Tensor.CheckedBytes(spec);
        Block? block = TakeSmallest(bytes);
        if (block is null) return new Tensor(spec, Create(bytes), this);
        block.Memory.Span[..bytes].Clear();
        return new Tensor(spec, block, this);
    }

    /// <summary>
    /// Takes the storage of a tensor of this pool back; the tensor has no values afterwards. Tensors from elsewhere stay as
    /// they are.
    /// </summary>
    public void Return(Tensor tensor)
    {
        if (tensor.TakeBlock(this) is not { } block) return;
        lock (_lock) _free.Add((block.Memory.Length, block.Number), block);
    }

    private Block? TakeSmallest(int bytes)
    {
        lock (_lock)
        {
            IList<Block> blocks = _free.Values;
            int low = 0, high = blocks.Count;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (blocks[middle].Memory.Length < bytes) low = middle + 1;
                else high = middle;
            }

            if (low == blocks.Count) return null;
            Block found = blocks[low];
            _free.RemoveAt(low);
            return found;
        }
    }

    private Block Create(int bytes)
    {
        int rounded = (int)Math.Min(((long)bytes + Granule - 1) / Granule * Granule, Tensor.MaximumBytes);
        lock (_lock)
        {
            AllocatedBytes += rounded;
            return new Block(_created++, Tensor.Allocate(rounded, pinned: true));
        }
    }

    /// <summary>A piece of storage. The number orders pieces of one size, so that which one is taken never depends on chance.</summary>
    internal sealed record Block(long Number, Memory<byte> Memory);
}
