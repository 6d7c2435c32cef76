namespace Smaug.Accelerators.Tracing;

/// <summary>How a loop is entered.</summary>
public enum LoopEntry
{
    /// <summary>A guard and a block before the body when the count is not constant, one branch when it is.</summary>
    Automatic,

    /// <summary>One branch, into the body.</summary>
    Direct,

    /// <summary>No branch: the body follows what is before.</summary>
    Fallthrough,
}

/// <summary>What a compiler would have made of a loop; all fields may be left out.</summary>
public readonly record struct LoopShape
{
    /// <summary>Name of the body's basic block. Default: the label.</summary>
    public string? Body { get; init; }

    /// <summary>Name of the block before the body. Default: the body's name with <c>.lr.ph</c>.</summary>
    public string? Preheader { get; init; }

    /// <summary>The condition that guards the loop, when it was computed earlier. Default: a comparison of the count with 0.</summary>
    public TracedInt? Guard { get; init; }

    /// <summary>How the loop is entered. Default: automatic.</summary>
    public LoopEntry Entry { get; init; }

    /// <summary>Computes the count in front of the loop, after the guard; the count given to the loop is not used.</summary>
    public Func<TracedInt>? CountAfterGuard { get; init; }

    /// <summary>What an iteration adds to the loop value. Default 1.</summary>
    public int Step { get; init; }

    /// <summary>Instructions that do not change in the loop and were moved in front of it.</summary>
    public Action? Hoisted { get; init; }

    /// <summary>The function that the loop was written in, when it was inlined into this one.</summary>
    public string? InlinedFrom { get; init; }

    /// <summary>
    /// A labelled statement of an inlined function whose line number, in its own source file, is this loop's by chance.
    /// Directives go by line number and function alone, so in the exact model they take the two for one.
    /// </summary>
    internal (string Label, string InlinedFrom)? SameLineAs { get; init; }

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
    private TracedInt count;
    private readonly string body;
    private readonly int line;
    private TracedBlock? bodyBlock;
    private int depth;
    private int iteration = -1;
    private TracedInt next;
    private TracedInt counter;

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
        if (iteration == 0)
        {
            if (!Start()) return false;
            bodyBlock = tracer.Next(body, "", depth + 1);
            bodyBlock.IsLoopBody = true;
        }
        else if (!Advance())
        {
            return false;
        }
        tracer.Enter(bodyBlock!);
        TracedInt phi = tracer.Phi(next);
        // A descending loop decrements at its head.
        counter = phi;
        Current = shape.Descending ? phi + -1 : phi;
        return true;
    }

    private bool Start()
    {
        depth = tracer.Depth;
        bool runs = shape.Guard is { } g ? g.Value != 0 : count.Value > 0;
        if (shape.Entry == LoopEntry.Direct)
        {
            if (shape.Guard is { } condition) tracer.Branch(line, condition);
            else tracer.Branch(line);
        }
        else if (shape.Entry == LoopEntry.Automatic && (shape.Guard is not null || !count.Source.IsConstant))
        {
            tracer.Branch(line, shape.Guard ?? (TracedInt)0 < count);
            if (!runs)
            {
                Leave();
                return false;
            }
            tracer.EnterNext(shape.Preheader ?? body, shape.Preheader is null ? ".lr.ph" : "", depth);
            shape.Hoisted?.Invoke();
            if (shape.CountAfterGuard is not null) count = shape.CountAfterGuard();
            tracer.Branch(line);
        }
        else if (shape.Entry == LoopEntry.Automatic && runs)
        {
            tracer.Branch(line);
        }
        next = shape.Descending ? count : 0;
        return count.Value > 0;
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
            next = Current + (shape.Step == 0 ? 1 : shape.Step);
            TracedInt condition = shape.Continue?.Invoke() ?? next.EqualTo(count);
            more = next.Value < count.Value;
            tracer.Branch(line, condition);
        }
        if (!more) Leave();
        return more;
    }

    private void Leave() => tracer.EnterNext(body, ".exit", depth);
}
