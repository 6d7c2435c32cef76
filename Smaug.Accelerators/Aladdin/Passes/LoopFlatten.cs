using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>Removes the control of completely unrolled loops.</summary>
internal static class LoopFlatten
{
    [MethodImpl(HotLoop.Compiled)]
    public static void Run(PassContext context)
    {
        if (!context.Directives.AnyUnrolling) return;
        int nodes = context.Graph.NodeCount;
        for (int n = 0; n < nodes; n++)
        {
            if (context.Directives.Factor(context.Trace.Statics[n]) != 0) continue;
            if (context.Is(n, OpcodeClass.Compute) && !context.Inductive[n])
            {
                context.Opcodes[n] = TraceOpcode.Move;
                context.Dirty = true;
            }
            else if (context.IsBranch(n))
            {
                context.Editor.Isolate(n);
                context.Dirty = true;
            }
        }
        context.Editor.ApplyRemovalsFirst();
        LeafCleaning.Run(context);
    }
}
