namespace Smaug.Accelerators.Tracing;

/// <summary>A call of a function inside a kernel: pass arguments, <see cref="Enter"/>, run the body, dispose.</summary>
public sealed class KernelCall : IDisposable
{
    private readonly KernelTracer tracer;
    private readonly string function;
    private readonly int node;
    private int arguments;
    private bool entered;

    internal KernelCall(KernelTracer tracer, string function, int node)
    {
        this.tracer = tracer;
        this.function = function;
        this.node = node;
    }

    /// <summary>Passes a value; returns it as the function sees it.</summary>
    public TracedInt Pass(string formal, TracedInt value) => tracer.PassValue(++arguments, formal, node, value);

    /// <summary>Passes a value; returns it as the function sees it.</summary>
    public TracedFloat Pass(string formal, TracedFloat value) => tracer.PassValue(++arguments, formal, node, value);

    /// <summary>Passes a pointer; returns it as the function sees it.</summary>
    public TracedArray<T> Pass<T>(string formal, TracedArray<T> array) where T : struct, ITraced<T> => tracer.PassArray(++arguments, formal, node, array);

    /// <summary>Begins the function's body.</summary>
    public KernelCall Enter()
    {
        entered = true;
        tracer.EnterFunction(function, arguments);
        return this;
    }

    /// <summary>A value that the function returns: the caller's user waits for the return alone, as in the reference.</summary>
    public TracedInt Result(TracedInt value) => value.From(new ValueSource(tracer, -1, "call." + function));

    /// <summary>Returns from the function.</summary>
    public void Dispose()
    {
        if (entered) tracer.Return();
        entered = false;
    }
}
