namespace Smaug.Accelerators.Tracing;

/// <summary>The bytes behind an array, with their address in the trace.</summary>
internal sealed class TracedStorage(KernelTracer tracer, string name, int nameId, long address, byte[] data)
{
    public KernelTracer Tracer { get; } = tracer;

    public string Name { get; } = name;

    /// <summary>Pointer variable of the invocation under way.</summary>
    public int Variable { get; set; } = -1;

    public int NameId { get; } = nameId;

    public long Address { get; } = address;

    public byte[] Data { get; } = data;
}

/// <summary>A named pointer variable of the current function, and the node that last defined it.</summary>
internal sealed class TracedPointer(string name, int node)
{
    public string Name { get; } = name;

    /// <summary>A parameter has no definition until a load or store uses it directly: that one then counts as it.</summary>
    public int Node { get; set; } = node;
}

/// <summary>
/// A pointer to elements in the memory of a traced kernel. Reading or writing an element is an address computation and
/// a load or store (element 0 needs no address computation).
/// </summary>
/// <typeparam name="T">Element type.</typeparam>
public sealed class TracedArray<T> where T : struct, ITraced<T>
{
    private readonly TracedPointer? variable;
    private readonly int node;

    internal TracedArray(TracedStorage storage, long offset, TracedPointer variable)
    {
        Storage = storage;
        Offset = offset;
        this.variable = variable;
    }

    /// <summary>An address that a node computed.</summary>
    internal TracedArray(TracedStorage storage, long offset, int node)
    {
        Storage = storage;
        Offset = offset;
        this.node = node;
    }

    private TracedArray(TracedStorage storage, long offset, TracedPointer? variable, int node)
    {
        Storage = storage;
        Offset = offset;
        this.variable = variable;
        this.node = node;
    }

    internal TracedStorage Storage { get; }

    /// <summary>The name of the pointer, when it is not the result of a node.</summary>
    internal string? Name => variable?.Name;

    /// <summary>The node that defines the pointer, or -1.</summary>
    internal int Node => variable?.Node ?? node;

    /// <summary>A load or store that uses an undefined pointer counts as its definition.</summary>
    internal void DefineBy(int user)
    {
        if (variable is { Node: < 0 }) variable.Node = user;
    }

    /// <summary>Bytes from the start of the array.</summary>
    internal long Offset { get; }

    internal long Address => Storage.Address + Offset;

    /// <summary>Number of elements from here to the end of the array.</summary>
    public int Length => (int)((Storage.Data.Length - Offset) / T.Bytes);

    /// <summary>An element; the index is a traced value.</summary>
    public T this[TracedInt index]
    {
        get => At(index).Load();
        set => At(index).Store(value);
    }

    /// <summary>The pointer to an element (an address computation; none for the constant 0).</summary>
    public TracedArray<T> At(TracedInt index)
    {
        if (index.Source.IsConstant && index.Value == 0) return this;
        return Storage.Tracer.Address(this, (long)index.Value * T.Bytes, index, 0, false);
    }

    /// <summary>The pointer to a field of a structure (an address computation, also for the first one).</summary>
    public TracedArray<T> Field(int index) => Storage.Tracer.Address(this, (long)index * T.Bytes, index, 0, false);

    /// <summary>The pointer to an element of a two-dimensional array (one address computation).</summary>
    public TracedArray<T> At(TracedInt row, TracedInt column, int columns) =>
        Storage.Tracer.Address(this, (((long)row.Value * columns) + column.Value) * T.Bytes, row, column, true);

    /// <summary>The element pointed at (a load).</summary>
    public T Load() => Storage.Tracer.Load(this);

    /// <summary>Replaces the element pointed at (a store).</summary>
    public void Store(T value) => Storage.Tracer.Store(this, value);

    /// <summary>The same memory seen as other elements; costs nothing.</summary>
    public TracedArray<TOther> As<TOther>() where TOther : struct, ITraced<TOther> => new(Storage, Offset, variable, node);

    /// <summary>The bytes from here on, for setting data up and reading results without tracing.</summary>
    public Span<byte> Raw => Storage.Data.AsSpan((int)Offset);
}
