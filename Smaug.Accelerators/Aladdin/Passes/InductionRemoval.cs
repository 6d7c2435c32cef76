using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>Finds what depends on induction variables alone; its additions are free and its multiplications shifts.</summary>
internal static class InductionRemoval
{
    [MethodImpl(HotLoop.Compiled)]
    public static void Run(PassContext context)
    {
        DependenceGraph graph = context.Graph;
        bool[] inductive = context.Inductive;
        for (int n = 0; n < graph.NodeCount; n++)
        {
            if (context.Is(n, OpcodeClass.Memory)) continue;
            bool all = true, any = false;
            if (!context.Static(n).IsInductionVariable)
            {
                for (int e = graph.InStart[n]; e < graph.InStart[n + 1]; e++)
                {
                    if (graph.Label[e] == EdgeLabel.Control) continue;
                    if (inductive[graph.InFrom[e]]) any = true;
                    else all = false;
                }
            }
            inductive[n] = all;
            if (all && context.Is(n, OpcodeClass.IntegerAdd)) context.Opcodes[n] = TraceOpcode.IndexAdd;
            else if ((all || any) && context.Is(n, OpcodeClass.IntegerMultiply)) context.Opcodes[n] = TraceOpcode.Shl;
        }
        context.Dirty = true;
    }
}
