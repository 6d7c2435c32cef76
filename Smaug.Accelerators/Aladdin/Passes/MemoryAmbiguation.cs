using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>
/// Keeps consecutive executions of one store in order when their addresses come from data: which words they hit is
/// known only while running.
/// </summary>
internal sealed class MemoryAmbiguation(PassContext context)
{
    private readonly Dictionary<(int Static, int Invocation), List<(int Address, int Store)>> groups = [];
    private readonly Dictionary<int, Sources> memo = [];
    private readonly Stack<int> pending = new();

    /// <summary>The nodes an address is computed from, ascending and distinct.</summary>
    private sealed record Sources(int[] Data, int[] Inductive);

    public static void Run(PassContext context)
    {
        var pass = new MemoryAmbiguation(context);
        pass.Collect();
        foreach (List<(int Address, int Store)> group in pass.groups.Values) pass.Order(group);
        if (context.Editor.Any) context.Dirty = true;
        context.Editor.ApplyAdditionsFirst();
        context.Graph.RefreshOutgoing();
    }

    [MethodImpl(HotLoop.Compiled)]
    private void Collect()
    {
        DependenceGraph graph = context.Graph;
        for (int n = 0; n < graph.NodeCount; n++)
        {
            // Loads with such addresses are only marked, and nothing reads the mark later.
            if (context.Opcodes[n] != TraceOpcode.Store) continue;
            for (int e = graph.InStart[n]; e < graph.InStart[n + 1]; e++)
            {
                int source = graph.InFrom[e];
                if (context.Opcodes[source] != TraceOpcode.GetElementPtr || context.Inductive[source]) continue;
                var key = (context.Trace.Statics[n], context.Trace.InvocationOf(n));
                if (!groups.TryGetValue(key, out List<(int Address, int Store)>? list)) groups.Add(key, list = []);
                list.Add((source, n));
            }
        }
    }

    private void Order(List<(int Address, int Store)> group)
    {
        for (int i = 0; i + 1 < group.Count; i++)
        {
            Sources a = SourcesOf(group[i].Address), b = SourcesOf(group[i + 1].Address);
            bool independent = a.Data.AsSpan().SequenceEqual(b.Data)
                && (i == 0 || (a.Inductive.Length > 0 && a.Inductive.Length == b.Inductive.Length));
            if (!independent) context.Editor.Add(group[i].Store, group[i + 1].Store, EdgeLabel.Memory);
        }
    }

    private Sources SourcesOf(int node)
    {
        if (memo.TryGetValue(node, out Sources? known)) return known;
        int function = context.Static(node).Function;
        pending.Push(node);
        while (pending.Count > 0)
        {
            int n = pending.Peek();
            if (memo.ContainsKey(n))
            {
                pending.Pop();
                continue;
            }
            bool ready = true;
            for (int e = context.Graph.InStart[n]; e < context.Graph.InStart[n + 1]; e++)
            {
                if (!Recurses(e, function) || memo.ContainsKey(context.Graph.InFrom[e])) continue;
                pending.Push(context.Graph.InFrom[e]);
                ready = false;
            }
            if (!ready) continue;
            pending.Pop();
            memo.Add(n, Merge(n, function));
        }
        return memo[node];
    }

    /// <summary>Whether the edge leads to an address or value computation of the same function that is looked into.</summary>
    private bool Recurses(int edge, int function)
    {
        int from = context.Graph.InFrom[edge];
        return context.Graph.Label[edge] != EdgeLabel.Control && IsComputation(from, function)
            && context.Opcodes[from] != TraceOpcode.IndexAdd && !context.Inductive[from];
    }

    private bool IsComputation(int node, int function) =>
        (context.Opcodes[node] == TraceOpcode.GetElementPtr || context.Is(node, OpcodeClass.Compute)) && context.Static(node).Function == function;

    private Sources Merge(int node, int function)
    {
        List<int> data = [], inductive = [];
        for (int e = context.Graph.InStart[node]; e < context.Graph.InStart[node + 1]; e++)
        {
            if (context.Graph.Label[e] == EdgeLabel.Control) continue;
            int from = context.Graph.InFrom[e];
            if (context.Opcodes[from] == TraceOpcode.Load)
            {
                data.Add(from);
            }
            else if (IsComputation(from, function))
            {
                if (context.Opcodes[from] == TraceOpcode.IndexAdd)
                {
                    inductive.Add(from);
                }
                else if (!context.Inductive[from])
                {
                    Sources inner = memo[from];
                    data.AddRange(inner.Data);
                    inductive.AddRange(inner.Inductive);
                }
            }
        }
        if (data.Count == 0 && inductive.Count == 0 && !context.Inductive[node]
            && context.Is(node, OpcodeClass.Compute) && context.Static(node).Function == function)
        {
            data.Add(node);
        }
        return new Sources(Distinct(data), Distinct(inductive));
    }

    private static int[] Distinct(List<int> nodes)
    {
        nodes.Sort();
        int kept = 0;
        for (int i = 0; i < nodes.Count; i++)
        {
            if (kept == 0 || nodes[kept - 1] != nodes[i]) nodes[kept++] = nodes[i];
        }
        return nodes.GetRange(0, kept).ToArray();
    }
}
