namespace Smaug.Accelerators.Tracing;

/// <summary>Where a traced value comes from: an executed instruction, a named parameter, or a constant.</summary>
public readonly record struct ValueSource
{
    /// <summary>Number of a parameter's name, from 1; 0 = none.</summary>
    private readonly int name;

    internal ValueSource(KernelTracer? tracer, int node)
    {
        Tracer = tracer;
        Node = node;
    }

    internal ValueSource(KernelTracer tracer, int node, string name)
    {
        Tracer = tracer;
        Node = node;
        this.name = tracer.NumberOf(name) + 1;
    }

    internal KernelTracer? Tracer { get; }

    /// <summary>The node that made the value, or -1.</summary>
    internal int Node { get; }

    /// <summary>The name of a parameter.</summary>
    internal string? Name => name > 0 ? Tracer!.NameOf(name - 1) : null;

    /// <summary>The value is neither the result of an instruction nor a parameter.</summary>
    public bool IsConstant => Node < 0 && name == 0;
}

/// <summary>A value that a kernel computes while it is traced.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface ITraced<TSelf> where TSelf : struct, ITraced<TSelf>
{
    /// <summary>Size in memory, bytes.</summary>
    static abstract int Bytes { get; }

    /// <summary>Width in the trace, bits.</summary>
    static abstract int Bits { get; }

    /// <summary>Where the value comes from.</summary>
    ValueSource Source { get; }

    /// <summary>Takes a value out of memory.</summary>
    static abstract TSelf Read(ReadOnlySpan<byte> memory, ValueSource source);

    /// <summary>The same value from another source.</summary>
    TSelf From(ValueSource source);

    /// <summary>Puts the value into memory.</summary>
    void Write(Span<byte> memory);

    /// <summary>The value as a trace file prints it.</summary>
    string Text { get; }
}
