namespace Smaug.Memory.Dram.Transaction;

/// <summary>What happens to a row after an access of the transaction-level controller.</summary>
public enum TransactionPagePolicy
{
    /// <summary>The row stays open until another row of the bank is needed or a refresh is due.</summary>
    Open,

    /// <summary>As <see cref="Open"/>, but the row is closed when no queued burst hits it and one wants another row of the bank.</summary>
    OpenAdaptive,

    /// <summary>Every access closes its row.</summary>
    Close,

    /// <summary>The row is closed unless another queued burst of the same direction hits it.</summary>
    CloseAdaptive,
}

/// <summary>Which queued burst the transaction-level controller takes next.</summary>
public enum TransactionScheduler
{
    /// <summary>The oldest burst whose rank is not refreshing.</summary>
    Fcfs,

    /// <summary>First ready: row hits that keep the bus busy, then banks that can be opened earliest.</summary>
    FrFcfs,
}

/// <summary>Order of the address fields, from the most significant to the least significant.</summary>
public enum TransactionMapping
{
    /// <summary>Row, rank, bank, column, channel: consecutive addresses fill a row, then the next bank.</summary>
    RoRaBaCoCh,

    /// <summary>Row, rank, bank, channel, column: equal to <see cref="RoRaBaCoCh"/> inside one channel.</summary>
    RoRaBaChCo,

    /// <summary>Row, column, rank, bank, channel: consecutive stripes go to consecutive banks.</summary>
    RoCoRaBaCh,
}
