using System.Collections.Immutable;
using Smaug.Core;

namespace Smaug.Accelerators.LoopNests;

/// <summary>A part of a kernel: a loop, or straight-line code.</summary>
public abstract record LoopNest
{
    private protected LoopNest()
    {
    }

    /// <summary>Name, for reports and messages.</summary>
    public required string Label { get; init; }

    internal abstract void Validate(LoopNestKernel kernel);
}

/// <summary>How the iterations of a loop relate in time.</summary>
public enum LoopMode
{
    /// <summary>One after another, with a barrier between them.</summary>
    Sequential,

    /// <summary>A new iteration starts every initiation interval; the body must be straight-line code.</summary>
    Pipelined,

    /// <summary>All at once; what bounds them is the ports of the arrays. The body must be straight-line code.</summary>
    Flattened,
}

/// <summary>A counted loop.</summary>
public sealed record Loop : LoopNest
{
    /// <summary>Iterations; 0 or more.</summary>
    public required long Trips { get; init; }

    /// <summary>Iterations that are unrolled into one region; at least 1; default 1.</summary>
    public int Unroll { get; init; } = 1;

    /// <summary>How iterations relate; default one after another.</summary>
    public LoopMode Mode { get; init; }

    /// <summary>
    /// Cycles from the use of a value that one iteration hands to the next until its successor is there; 0, the default, when
    /// iterations are independent. Bounds the interval of a pipelined loop and chains the iterations of an unrolled one.
    /// </summary>
    public int RecurrenceCycles { get; init; }

    /// <summary>What an iteration does, in order.</summary>
    public required ImmutableArray<LoopNest> Body { get; init; }

    internal override void Validate(LoopNestKernel kernel)
    {
        if (Trips < 0) throw kernel.Bad(Label, nameof(Trips), Trips, "0 or more");
        if (Unroll < 1) throw kernel.Bad(Label, nameof(Unroll), Unroll, "1 or more");
        if (RecurrenceCycles < 0) throw kernel.Bad(Label, nameof(RecurrenceCycles), RecurrenceCycles, "0 or more");
        if (!Enum.IsDefined(Mode)) throw kernel.Bad(Label, nameof(Mode), (int)Mode, "Sequential, Pipelined or Flattened");
        if (Body.IsDefaultOrEmpty) throw new ConfigurationException($"kernel '{kernel.Name}', loop '{Label}': the body is empty; give it a region or a loop");
        bool merges = Mode != LoopMode.Sequential || Unroll > 1;
        foreach (LoopNest part in Body)
        {
            if (merges && part is not LoopRegion)
                throw new ConfigurationException($"kernel '{kernel.Name}', loop '{Label}': it is {Mode} by {Unroll} but contains the loop '{part.Label}'; only straight-line code can be merged: flatten the inner loop into a region");
            part.Validate(kernel);
        }
    }
}

/// <summary>Accesses to one array.</summary>
/// <param name="Array">Name of an array of the kernel.</param>
/// <param name="Reads">Reads; a vector that lies in one partition's word is one.</param>
/// <param name="Writes">Writes.</param>
public readonly record struct ArrayAccess(string Array, long Reads, long Writes = 0);

/// <summary>Straight-line code between loop boundaries.</summary>
public sealed record LoopRegion : LoopNest
{
    /// <summary>The longest chain of dependent operations; it alone is a lower bound of the region's cycles.</summary>
    public DependenceChain Chain { get; init; }

    /// <summary>All operations, for energy.</summary>
    public OperationCounts Operations { get; init; }

    /// <summary>Accesses to arrays that are not in registers.</summary>
    public ImmutableArray<ArrayAccess> Accesses { get; init; } = [];

    internal override void Validate(LoopNestKernel kernel)
    {
        foreach (ArrayAccess access in Accesses)
        {
            if (access.Reads < 0 || access.Writes < 0) throw kernel.Bad(Label, $"accesses to '{access.Array}'", Math.Min(access.Reads, access.Writes), "0 or more");
            if (kernel.IndexOf(access.Array) < 0)
                throw new ConfigurationException($"kernel '{kernel.Name}', region '{Label}': array '{access.Array}' is not one of the kernel's ({string.Join(", ", kernel.Datapath.Arrays.Select(a => a.Name))})");
        }
    }
}
