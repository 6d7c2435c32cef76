using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>Marks edges whose ends share a cycle: register accesses with their users, and branches in a row.</summary>
internal static class Fusion
{
    [MethodImpl(HotLoop.Compiled)]
    public static void Registers(PassContext context)
    {
        DependenceGraph graph = context.Graph;
        for (int n = 0; n < graph.NodeCount; n++)
        {
            TraceOpcode opcode = context.Opcodes[n];
            if (opcode is not (TraceOpcode.Load or TraceOpcode.Store) || context.ArrayOf(n) is not { IsRegister: true }) continue;
            if (opcode == TraceOpcode.Load)
            {
                for (int k = graph.OutStart[n]; k < graph.OutStart[n + 1]; k++)
                {
                    if (context.Opcodes[graph.OutTo[k]] != TraceOpcode.Load) Fuse(graph, graph.OutEdge[k]);
                }
            }
            else
            {
                for (int e = graph.InStart[n]; e < graph.InStart[n + 1]; e++)
                {
                    if (context.Opcodes[graph.InFrom[e]] != TraceOpcode.Store) Fuse(graph, e);
                }
            }
        }
        LeafCleaning.Run(context);
    }

    [MethodImpl(HotLoop.Compiled)]
    public static void Branches(PassContext context)
    {
        DependenceGraph graph = context.Graph;
        for (int n = 0; n < graph.NodeCount; n++)
        {
            if (!context.IsBranch(n) || graph.OutDegree(n) != 1) continue;
            int k = graph.OutStart[n];
            if (context.IsBranch(graph.OutTo[k])) graph.Label[graph.OutEdge[k]] = EdgeLabel.FusedBranch;
        }
        LeafCleaning.Run(context);
    }

    private static void Fuse(DependenceGraph graph, int edge)
    {
        if (graph.Label[edge] != EdgeLabel.Control) graph.Label[edge] = EdgeLabel.RegisterFused;
    }
}
