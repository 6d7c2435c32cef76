using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>Finds the array behind every pointer by walking up address computations.</summary>
internal static class BaseAddresses
{
    /// <summary>Loads, stores and address computations; ascending, so that a source already carries its own answer.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public static void Run(PassContext context)
    {
        DependenceGraph graph = context.Graph;
        for (int n = 0; n < graph.NodeCount; n++)
        {
            TraceOpcode opcode = context.Opcodes[n];
            if (opcode is not (TraceOpcode.Load or TraceOpcode.Store or TraceOpcode.GetElementPtr)) continue;
            int access = context.Trace.Access[n];
            if (access < 0 || !graph.IsConnected(n)) continue;
            byte wanted = opcode == TraceOpcode.Store ? (byte)2 : (byte)1;
            for (int e = graph.InStart[n]; e < graph.InStart[n + 1]; e++)
            {
                if (graph.Label[e] != wanted) continue;
                int source = graph.InFrom[e];
                int sourceAccess = context.Trace.Access[source];
                if (sourceAccess < 0) continue;
                TraceOpcode sourceOpcode = context.Opcodes[source];
                if (sourceOpcode is TraceOpcode.GetElementPtr or TraceOpcode.Load or TraceOpcode.Store)
                {
                    int variable = context.AccessVariable[sourceAccess];
                    context.AccessVariable[access] = variable;
                    context.AccessLabel[access] = context.Trace.Variables.Name.Items[context.Trace.Variables.Resolve(variable)];
                    break;
                }
                if (sourceOpcode == TraceOpcode.Alloca)
                {
                    context.AccessVariable[access] = context.AccessVariable[sourceAccess];
                    context.AccessLabel[access] = context.AccessLabel[sourceAccess];
                    break;
                }
            }
        }
    }

    /// <summary>Host transfers: which host array, and so which interface.</summary>
    public static void RunHost(PassContext context)
    {
        foreach (HostOperation operation in context.Trace.HostOperations) Host(context, operation);
    }

    private static void Host(PassContext context, HostOperation operation)
    {
        DependenceGraph graph = context.Graph;
        int destination = Resolve(context, operation.DestinationVariable), source = Resolve(context, operation.SourceVariable);
        bool destinationFound = false, sourceFound = false;
        int n = operation.Node;
        for (int e = graph.InStart[n]; e < graph.InStart[n + 1] && !(destinationFound && sourceFound); e++)
        {
            int from = graph.InFrom[e];
            byte label = graph.Label[e];
            if (context.Opcodes[from] == TraceOpcode.GetElementPtr && label is 1 or 2)
            {
                int variable = Resolve(context, context.AccessVariable[context.Trace.Access[from]]);
                if (label == 1 || context.Opcodes[n] == TraceOpcode.SetReadyBits)
                {
                    destination = variable;
                    destinationFound = true;
                }
                else
                {
                    source = variable;
                    sourceFound = true;
                }
            }
            Refresh(context, n, destination, source);
        }
        int index = context.Trace.Access[n];
        context.HostArrayName[index] = Name(context, context.Is(n, OpcodeClass.HostLoad) ? source : destination);
    }

    private static void Refresh(PassContext context, int node, int destination, int source)
    {
        if (context.Opcodes[node] == TraceOpcode.SetReadyBits) return;
        int host = Name(context, context.Is(node, OpcodeClass.HostLoad) ? source : destination);
        if (host < 0) return;
        if (Name(context, destination) == Name(context, source) && destination != source)
        {
            throw new SimulationException($"Node {node}: array {context.Trace.Program.Names.Text(host)} is both source and destination of a transfer; " +
                "host and accelerator arrays need different names.");
        }
        if (context.ArraysByName.TryGetValue(host, out KnownArray? array)) context.HostMemory[context.Trace.Access[node]] = array.Description.Memory;
    }

    private static int Resolve(PassContext context, int variable) => variable < 0 ? -1 : context.Trace.Variables.Resolve(variable);

    private static int Name(PassContext context, int variable) => variable < 0 ? -1 : context.Trace.Variables.Name.Items[variable];
}
