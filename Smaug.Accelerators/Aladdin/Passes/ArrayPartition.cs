using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>Binds every memory operation to its array and partition.</summary>
internal static class ArrayPartition
{
    [MethodImpl(HotLoop.Compiled)]
    public static void Run(PassContext context)
    {
        DependenceGraph graph = context.Graph;
        DynamicTrace trace = context.Trace;
        for (int n = 0; n < graph.NodeCount; n++)
        {
            if (!context.Is(n, OpcodeClass.Memory)) continue;
            int access = trace.Access[n];
            if (access < 0) continue;
            bool connected = graph.IsConnected(n);
            if (!context.ArraysByName.TryGetValue(context.AccessLabel[access], out KnownArray? array))
            {
                if (connected) throw Unknown(context, n, access);
                continue;
            }
            context.AccessArray[access] = (short)array.Index;
            if (!connected || !array.IsScratchpad) continue;
            long offset = trace.Accesses.Address.Items[access] - array.BaseAddress;
            if (offset < 0 || offset >= array.Description.Bytes) throw OutOfBounds(context, n, array, offset);
            context.AccessPartition[access] = (ushort)array.PartitionOf(offset);
        }
    }

    private static SimulationException Unknown(PassContext context, int node, int access) =>
        new($"Node {node} ({context.Opcodes[node]} in {context.Trace.Program.Names.Text(context.Static(node).Function)}, line {context.Static(node).Line}): " +
            $"unknown partition '{context.Trace.Program.Names.Text(context.AccessLabel[access])}'; add a partition line for this array to the configuration.");

    private static SimulationException OutOfBounds(PassContext context, int node, KnownArray array, long offset) =>
        new($"Node {node} ({context.Opcodes[node]} in {context.Trace.Program.Names.Text(context.Static(node).Function)}, line {context.Static(node).Line}): " +
            $"array {array.Description.Name} is accessed at byte {offset}, outside its {array.Description.Bytes} bytes; " +
            "give the array its real size in the partition line or mend the kernel.");
}
