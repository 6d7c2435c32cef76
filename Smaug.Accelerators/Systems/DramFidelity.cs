namespace Smaug;

/// <summary>How finely DRAM is simulated behind caches that are simulated line by line.</summary>
public enum DramFidelity
{
    /// <summary>Bandwidth and latency: no banks, no queues, no refresh.</summary>
    Analytical,

    /// <summary>The controller of a channel with its queues, FR-FCFS, rows and refresh; bursts are placed from per-bank earliest times.</summary>
    Transaction,

    /// <summary>Every command of every channel, checked against all constraints of a standard.</summary>
    Command,
}
