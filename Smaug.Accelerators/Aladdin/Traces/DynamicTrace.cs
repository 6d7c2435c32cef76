using Smaug.Accelerators.Aladdin.Graphs;

namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>A transfer between host and accelerator memory.</summary>
internal sealed class HostOperation
{
    public int Node;
    public int DestinationVariable = -1;
    public int SourceVariable = -1;
    public long DestinationAddress;
    public long SourceAddress;
    public long Bytes;

    /// <summary>Set-ready-bits: the value written.</summary>
    public int ReadyValue;
}

/// <summary>A loop whose iterations stand for more than were run.</summary>
internal readonly record struct SamplingFactor(int Function, int Invocation, string Label, float Factor);

/// <summary>Loads, stores, address computations and local arrays of one invocation, as structure of arrays.</summary>
internal sealed class AccessTable
{
    public GrowArray<long> Address = new(256);
    public GrowArray<int> Bytes = new(256);

    /// <summary>The pointer variable: an index into <see cref="DynamicTrace.Variables"/>, or -1.</summary>
    public GrowArray<int> Variable = new(256);

    /// <summary>The array's name id, or -1.</summary>
    public GrowArray<int> Label = new(256);

    public int Add(long address, int bytes, int variable, int label)
    {
        Address.Add(address);
        Bytes.Add(bytes);
        Variable.Add(variable);
        Label.Add(label);
        return Address.Count - 1;
    }
}

/// <summary>Pointer variables (one per dynamic function and name) with the caller's variable each formal stands for.</summary>
internal sealed class VariableTable
{
    public GrowArray<int> Name = new(64);
    public GrowArray<int> Caller = new(64);

    public int Add(int name)
    {
        Name.Add(name);
        Caller.Add(-1);
        return Name.Count - 1;
    }

    /// <summary>Follows formal arguments to the caller's variable.</summary>
    public int Resolve(int variable)
    {
        int steps = 0;
        while (variable >= 0 && Caller.Items[variable] >= 0 && steps++ < 4096) variable = Caller.Items[variable];
        return variable;
    }
}

/// <summary>
/// One invocation as read: nodes, operands' producers and memory dependences. Edges stand per consumer in ascending
/// order of the producer.
/// </summary>
internal sealed class DynamicTrace
{
    public required TraceProgram Program { get; init; }

    /// <summary>Position of this invocation in its trace, from 0.</summary>
    public required int Invocation { get; init; }

    public required int TopFunction { get; init; }
    public required int NodeCount { get; init; }
    public required TraceOpcode[] Opcodes { get; init; }
    public required int[] Statics { get; init; }

    /// <summary>Per node: index into <see cref="Accesses"/> or <see cref="HostOperations"/>, or -1.</summary>
    public required int[] Access { get; init; }

    /// <summary>Per node: where its incoming edges start (node count + 1 entries).</summary>
    public required int[] InStart { get; init; }

    public required int[] InFrom { get; init; }
    public required byte[] InLabel { get; init; }
    public required AccessTable Accesses { get; init; }
    public required List<HostOperation> HostOperations { get; init; }
    public required VariableTable Variables { get; init; }

    /// <summary>Name ids of pointer parameters of the top-level call.</summary>
    public required List<int> PointerParameters { get; init; }

    /// <summary>Base address by array name id.</summary>
    public required Dictionary<int, long> BaseAddresses { get; init; }

    public required List<SamplingFactor> SamplingFactors { get; init; }

    /// <summary>Per function name id: at which node its invocation number changed, and to what.</summary>
    public required Dictionary<int, List<(int Node, int Counter)>> Entries { get; init; }

    public required bool ReadyMode { get; init; }
    public required bool ByteAccurate { get; init; }
    public required long RegisterEdgeInsertions { get; init; }
    public required long MemoryEdges { get; init; }
    public required long ControlEdges { get; init; }

    public int EdgeCount => InStart[NodeCount];

    /// <summary>The invocation number of the node's function when the node ran (the latest entry, also after inner returns).</summary>
    public int InvocationOf(int node)
    {
        int function = Program.Statics.Items[Statics[node]].Function;
        if (!Entries.TryGetValue(function, out List<(int Node, int Counter)>? list)) return -1;
        int low = 0, high = list.Count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (list[middle].Node <= node) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? -1 : list[low - 1].Counter;
    }
}
