namespace Smaug.Memory.Coherence;

/// <summary>Kinds of messages of the directory protocol.</summary>
internal enum MessageKind : byte
{
    // L1 or ACP to L2, requests.
    GetShared,
    GetInstruction,
    GetExclusive,
    Upgrade,
    PutModified,
    AcpRead,
    AcpWrite,

    // L2 to L1, forwards.
    Invalidate,
    ForwardGetShared,
    ForwardGetExclusive,
    ForwardAcpRead,
    ForwardAcpWrite,

    // Answers.
    Data,
    Ack,
    WriteBackAck,
    Unblock,

    // L2 and directory.
    Fetch,
    PutDirty,
    PutClean,
    Recall,
    RecallData,
    MemoryData,
    MemoryAck,

    // DMA and directory.
    DmaRead,
    DmaWrite,
    DmaData,
    DmaAck,
}

/// <summary>One message of the directory protocol.</summary>
internal struct CoherenceMessage
{
    /// <summary>Line address: address divided by the line size.</summary>
    public long Line;

    /// <summary>The word that stands for the line's content; timing never depends on it.</summary>
    public long Value;

    /// <summary>Acknowledgements that the receiver has to collect.</summary>
    public int Acks;

    /// <summary>Bytes on the links.</summary>
    public int Bytes;

    /// <summary>Bytes that a DMA or ACP access covers.</summary>
    public int AccessBytes;

    /// <summary>Next message of the queue that this one is in.</summary>
    public int Next;

    /// <summary>Network cycle from which the link it waits for may take it.</summary>
    public long Ready;

    public short Source;
    public short Destination;

    /// <summary>Node on whose behalf it is sent: whom a forward's data or an invalidation's acknowledgement goes to.</summary>
    public short Requester;

    public MessageKind Kind;
    public byte VirtualNetwork;

    /// <summary>The line may be modified by its receiver; of the acknowledgement of a line given to the directory: that answered a recall.</summary>
    public bool Exclusive;

    /// <summary>The line differs from memory.</summary>
    public bool Dirty;

    /// <summary>The receiver must tell the L2 when it has the line.</summary>
    public bool WantsUnblock;
}
