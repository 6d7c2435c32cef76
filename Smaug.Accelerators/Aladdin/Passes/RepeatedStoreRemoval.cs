using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>
/// A store whose bytes a later store of the region overwrites, unread in between, is silent. The reference's own test
/// is inverted, so there it never happens; only the corrected model does it.
/// </summary>
internal static class RepeatedStoreRemoval
{
    public static void Run(PassContext context)
    {
        if (!context.Corrected || (!context.Directives.AnyUnrolling && context.Bounds.Count <= 2)) return;
        DependenceGraph graph = context.Graph;
        var map = new AddressMap();
        int end = graph.NodeCount;
        for (int i = context.Bounds.Count - 2; i >= -1; i--)
        {
            int begin = i < 0 ? 0 : context.Bounds[i].Node;
            map.Clear();
            for (int n = end - 1; n >= begin; n--)
            {
                if (context.Opcodes[n] != TraceOpcode.Store || !graph.IsConnected(n)) continue;
                int access = context.Trace.Access[n];
                ulong key = ((ulong)context.Trace.Accesses.Address.Items[access] << 8) ^ (uint)context.Trace.Accesses.Bytes.Items[access];
                if (map.Get(key) >= 0 && HasOnlyOrderEdges(context, n)) context.Opcodes[n] = TraceOpcode.SilentStore;
                else map.Set(key, n);
            }
            end = begin;
        }
    }

    /// <summary>Nothing reads it: its successors are control edges or the store that overwrites it.</summary>
    private static bool HasOnlyOrderEdges(PassContext context, int node)
    {
        DependenceGraph graph = context.Graph;
        for (int k = graph.OutStart[node]; k < graph.OutStart[node + 1]; k++)
        {
            if (graph.Label[graph.OutEdge[k]] != EdgeLabel.Control && context.Opcodes[graph.OutTo[k]] != TraceOpcode.Store) return false;
        }
        return true;
    }
}
