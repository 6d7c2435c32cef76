namespace Smaug.Accelerators.Aladdin.Scheduling;

/// <summary>What a datapath asks of the memory system around it.</summary>
public enum DatapathOperationKind
{
    /// <summary>DMA transfer from host memory to the accelerator.</summary>
    DmaLoad,

    /// <summary>DMA transfer from the accelerator to host memory.</summary>
    DmaStore,

    /// <summary>Transfer of a block from host memory through the coherency port or the private cache.</summary>
    BurstLoad,

    /// <summary>Transfer of a block to host memory through the coherency port or the private cache.</summary>
    BurstStore,

    /// <summary>One load from an array behind the coherency port or the private cache.</summary>
    Load,

    /// <summary>One store to an array behind the coherency port or the private cache.</summary>
    Store,
}

/// <summary>Answer to an operation.</summary>
public enum DatapathIssue
{
    /// <summary>Not now; the datapath asks again next cycle.</summary>
    Retry,

    /// <summary>Under way; <see cref="Datapath.Complete"/> will be called.</summary>
    Pending,

    /// <summary>Done in this cycle.</summary>
    Done,

    /// <summary>Under way; the datapath asks again next cycle.</summary>
    Polling,

    /// <summary>Under way; the datapath asks again in the next step after <see cref="Datapath.Wake"/>, or whenever it steps for another reason.</summary>
    Sleeping,
}

/// <summary>One operation of a datapath on memory outside it.</summary>
/// <param name="Node">The node of the trace; names the operation in <see cref="Datapath.Complete"/>.</param>
/// <param name="Kind">What to do.</param>
/// <param name="Interface">The port to use: DMA, ACP or cache.</param>
/// <param name="HostArray">Name of the array in host memory; empty when the trace does not tell.</param>
/// <param name="HostAddress">Address of the host data, as traced.</param>
/// <param name="LocalAddress">Address of the accelerator's data, as traced; 0 for single loads and stores.</param>
/// <param name="Bytes">Bytes to move.</param>
public readonly record struct DatapathOperation(
    int Node, DatapathOperationKind Kind, ArrayMemory Interface, string HostArray, long HostAddress, long LocalAddress, long Bytes)
{
    /// <summary>Number of the static instruction, from 1: that by which a stride prefetcher tells accesses apart. 0 when not known.</summary>
    public int Instruction { get; init; }
}

/// <summary>
/// The memory system as a datapath sees it. A SoC implements it with its DMA engine, coherency port and private cache;
/// without one (standalone) transfers take no time and single accesses to host arrays are errors.
/// </summary>
public interface IDatapathMemory
{
    /// <summary>
    /// Asked when an operation's dependences are met. The datapath polls every cycle while the answer is
    /// <see cref="DatapathIssue.Retry"/> or <see cref="DatapathIssue.Polling"/>; an operation that is
    /// <see cref="DatapathIssue.Pending"/> is not offered again.
    /// </summary>
    /// <param name="datapath">The datapath that asks; <see cref="Datapath.Cycle"/> is its time.</param>
    /// <param name="operation">The operation.</param>
    DatapathIssue Issue(Datapath datapath, in DatapathOperation operation);
}
