// An accelerator with a trace: its kernel is C#, traced and scheduled by the Aladdin model, beside the SMV engine.
using System.Runtime.InteropServices;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Custom;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Tracing;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Tiling.LoopNests;

namespace CustomAccelerator;

/// <summary>Residual additions on 16 adders: three scratchpads of 16 partitions, the loop unrolled by 16 and pipelined.</summary>
internal static class TracedAdder
{
    private const int Lanes = 16, ScratchpadBytes = 65536;

    /// <summary>One for all accelerators of a pool: a number of elements is traced once.</summary>
    public static readonly TracedKernels<int> Kernels = new("traced adder", elements => Trace(elements).Trace, new DatapathConfiguration
    {
        Arrays = [.. new[] { "a", "b", "sum" }.Select(name => DatapathArray.Cyclic(name, ScratchpadBytes, 4, Lanes))],
    }.WithUnrolling("adder", "elements", Lanes).WithPipelining("adder", "elements"));

    public static IAccelerator Create(AcceleratorContext context) => new TracedAccelerator<int>(
        context, Kernels,
        (plan, launch) => plan.Node.Kind == OperatorKind.EltwiseAdd && launch is ElementwiseLaunch sum ? sum.Elements : null,
        otherwise: new SmvAccelerator(context));

    /// <summary>Runs the kernel: what it computed is at hand besides its trace.</summary>
    public static (KernelTrace Trace, float[] Sum) Trace(int elements)
    {
        using var tracer = new KernelTracer();
        TracedArray<TracedFloat> a = tracer.ArrayParameter<TracedFloat>("a", elements);
        TracedArray<TracedFloat> b = tracer.ArrayParameter<TracedFloat>("b", elements);
        TracedArray<TracedFloat> sum = tracer.ArrayParameter<TracedFloat>("sum", elements);
        for (int i = 0; i < elements; i++) (Values(a)[i], Values(b)[i]) = (i, 0.5f * i);
        using (tracer.Begin("adder"))
        {
            foreach (TracedInt i in tracer.Loop("elements", elements)) sum[i] = a[i] + b[i];
        }

        return (tracer.Finish(), Values(sum).ToArray());
    }

    private static Span<float> Values(TracedArray<TracedFloat> array) => MemoryMarshal.Cast<byte, float>(array.Raw);
}
