using System.Collections.Concurrent;
using Smaug.Accelerators.Aladdin;
using Smaug.Core;

namespace Smaug.Accelerators.Custom;

/// <summary>
/// A kernel in C# that is traced and scheduled for each shape it is launched with, each shape once. May be shared by the
/// accelerators of a pool and by SoCs.
/// </summary>
/// <typeparam name="TShape">What a trace depends on: a value with equality, for example a record of sizes.</typeparam>
public sealed class TracedKernels<TShape>
    where TShape : notnull
{
    private readonly ConcurrentDictionary<TShape, Lazy<AladdinResult>> _known = new();
    private readonly Func<TShape, KernelTrace> _trace;
    private readonly DatapathConfiguration _datapath;

    /// <summary>Creates an empty collection.</summary>
    /// <param name="name">Name of the kernel in reports.</param>
    /// <param name="trace">Runs the kernel on a shape with a <see cref="Tracing.KernelTracer"/>, and returns the trace of one invocation.</param>
    /// <param name="datapath">Arrays, loops and clock.</param>
    /// <exception cref="ConfigurationException">The datapath is not valid.</exception>
    public TracedKernels(string name, Func<TShape, KernelTrace> trace, DatapathConfiguration datapath)
    {
        datapath.Validate();
        Name = name;
        _trace = trace;
        _datapath = datapath;
    }

    /// <summary>Name of the kernel in reports.</summary>
    public string Name { get; }

    /// <summary>Multiply-accumulates of a shape on logical elements, for reports; none by default.</summary>
    public Func<TShape, long> MultiplyAccumulates { get; init; } = static _ => 0;

    /// <summary>Shapes that have been scheduled.</summary>
    public int Scheduled => _known.Count;

    /// <summary>Time, power and area of a shape, its transfers without delay.</summary>
    /// <exception cref="SimulationException">The trace and the datapath do not fit together.</exception>
    public AladdinResult Run(TShape shape) => _known.GetOrAdd(shape, static (s, self) => new Lazy<AladdinResult>(() => self.Schedule(s)), this).Value;

    private AladdinResult Schedule(TShape shape)
    {
        KernelTrace trace = _trace(shape);
        if (trace.InvocationCount != 1) throw new SimulationException($"kernel '{Name}': the trace of {shape} holds {trace.InvocationCount} invocations; trace one");
        return AladdinSimulator.Run(trace, _datapath)[0];
    }
}
