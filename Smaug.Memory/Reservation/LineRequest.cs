namespace Smaug.Memory.Reservation;

/// <summary>What an agent asks the shared cache for.</summary>
internal enum LineAccess : byte
{
    /// <summary>A core reads.</summary>
    Read,

    /// <summary>A core wants to write a line of which it has no copy.</summary>
    Write,

    /// <summary>A core wants to write a line of which it has a shared copy.</summary>
    Upgrade,

    /// <summary>A coherency port reads.</summary>
    PortRead,

    /// <summary>A coherency port writes.</summary>
    PortWrite,

    /// <summary>A DMA engine reads.</summary>
    DmaRead,

    /// <summary>A DMA engine writes.</summary>
    DmaWrite,
}

/// <summary>One access to a line, from its arrival at the L2 (DMA: at the directory) to its answer. It refers to nothing, so that
/// it is copied as plain bytes.</summary>
internal struct LineRequest
{
    public long Line;

    /// <summary>Cycle in which it is at the L2 or the directory.</summary>
    public long At;

    /// <summary>Number of the agent that gets the answer, and its own word for the access.</summary>
    public int Agent;
    public int Slot;

    /// <summary>Endpoint of the network.</summary>
    public int Node;

    /// <summary>Place in the private cache of a core; negative when it got none.</summary>
    public int Place;

    /// <summary>Place in the L2 while the line is being fetched.</summary>
    public int SharedPlace;

    /// <summary>First byte within the line and number of bytes, for DMA.</summary>
    public int Offset;
    public int Bytes;
    public LineAccess Access;

    /// <summary>Whether caches had to give the line up for DMA.</summary>
    public bool IsRecalled;

    public readonly bool IsCore => Access <= LineAccess.Upgrade;
}
