namespace Smaug.Memory.Dram;

/// <summary>What a DRAM command does, independent of the standard's own name for it.</summary>
public enum DramCommandKind
{
    /// <summary>Opens a row of a bank (ACT, ACT1).</summary>
    Activate,

    /// <summary>Second half of a two-step activate (LPDDR5 ACT2).</summary>
    ActivateSecond,

    /// <summary>Closes the row of one bank (PRE, PREpb).</summary>
    Precharge,

    /// <summary>Closes the rows of all banks of a rank or pseudo channel (PREA, PRA, PREab).</summary>
    PrechargeAll,

    /// <summary>Reads a burst (RD).</summary>
    Read,

    /// <summary>Writes a burst (WR).</summary>
    Write,

    /// <summary>Reads a burst and closes the row (RDA).</summary>
    ReadPrecharge,

    /// <summary>Writes a burst and closes the row (WRA).</summary>
    WritePrecharge,

    /// <summary>Refreshes all banks of a rank or pseudo channel (REF, REFab).</summary>
    Refresh,

    /// <summary>Refreshes one bank (REFpb, REFPB, REFSB).</summary>
    RefreshBank,

    /// <summary>Synchronises the write clock before a read (LPDDR5 CAS_RD).</summary>
    SynchronizeRead,

    /// <summary>Synchronises the write clock before a write (LPDDR5 CAS_WR).</summary>
    SynchronizeWrite,

    /// <summary>A command of the standard that the controllers never issue (power-down, self-refresh, refresh management).</summary>
    Other,
}
