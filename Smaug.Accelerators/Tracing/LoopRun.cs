namespace Smaug.Accelerators.Tracing;

/// <summary>What a compiler would have made of a loop; all fields may be left out.</summary>
public readonly record struct LoopShape
{
    /// <summary>Name of the body's basic block. Default: the label.</summary>
    public string? Body { get; init; }

    /// <summary>Name of the block before the body. Default: the body's name with <c>.lr.ph</c>.</summary>
    public string? Preheader { get; init; }

    /// <summary>The condition that guards the loop, when it was computed earlier. Default: a comparison of the count with 0.</summary>
    public TracedInt? Guard { get; init; }

    /// <summary>The loop always runs at least once and the compiler knows: no guard.</summary>
    public bool NoGuard { get; init; }

    /// <summary>Instructions that do not change in the loop and were moved in front of it.</summary>
    public Action? Hoisted { get; init; }

    /// <summary>The function that the loop was written in, when it was inlined into this one.</summary>
    public string? InlinedFrom { get; init; }

    /// <summary>Counts down from the count: the loop value is the remaining number minus 1.</summary>
    public bool Descending { get; init; }

    /// <summary>The condition to go on, computed by the kernel from its own values instead of the loop counter.</summary>
    public Func<TracedInt>? Continue { get; init; }
}

/// <summary>A loop while it is traced; enumerate it with foreach.</summary>
public sealed class LoopRun
{
    private readonly KernelTracer tracer;
    private readonly LoopShape shape;
    private readonly TracedInt count;
    private readonly string body;
    private readonly int line;
    private int depth;
    private int iteration = -1;
    private TracedInt next;

    internal LoopRun(KernelTracer tracer, int line, string label, TracedInt count, LoopShape shape)
    {
        this.tracer = tracer;
        this.line = line;
        this.count = count;
        this.shape = shape;
        body = shape.Body ?? label;
    }

    /// <summary>The loop value of the current iteration.</summary>
    public TracedInt Current { get; private set; }

    /// <summary>The loop itself.</summary>
    public LoopRun GetEnumerator() => this;

    /// <summary>Ends an iteration and begins the next one; false after the last.</summary>
    public bool MoveNext()
    {
        iteration++;
        if (iteration == 0 ? !Start() : !Advance()) return false;
        tracer.EnterBlock(body, depth + 1, loopBody: true);
        TracedInt phi = tracer.Phi(next);
        // A descending loop decrements at its head.
        Current = shape.Descending ? phi + -1 : phi;
        counter = phi;
        return true;
    }

    private TracedInt counter;

    private bool Start()
    {
        depth = tracer.Depth;
        next = shape.Descending ? count : 0;
        bool guarded = shape.Guard is not null || (!shape.NoGuard && !count.Source.IsConstant);
        if (guarded)
        {
            tracer.Branch(line, shape.Guard ?? (TracedInt)0 < count);
            if (count.Value <= 0)
            {
                Leave();
                return false;
            }
            tracer.EnterBlock(shape.Preheader ?? body + ".lr.ph", depth, loopBody: false);
        }
        else if (count.Value <= 0)
        {
            return false;
        }
        shape.Hoisted?.Invoke();
        tracer.Branch(line);
        return true;
    }

    private bool Advance()
    {
        bool more;
        if (shape.Descending)
        {
            next = Current;
            TracedInt condition = counter > 1;
            more = condition.Value != 0;
            tracer.Branch(line, condition);
        }
        else
        {
            next = Current + 1;
            TracedInt condition = shape.Continue?.Invoke() ?? next.EqualTo(count);
            more = next.Value < count.Value;
            tracer.Branch(line, condition);
        }
        if (!more) Leave();
        return more;
    }

    private void Leave() => tracer.EnterBlock(body + ".exit", depth, loopBody: false);
}
