namespace Smaug.Core.Simulation;

/// <summary>
/// A component that can say what it is waiting for, so that a simulation that stands still with work left is reported
/// with the agents that wait, instead of ending silently or hanging.
/// </summary>
public interface IWaitReporter
{
    /// <summary>The component's name.</summary>
    string Name { get; }

    /// <summary>What it waits for, in words (<c>the answer to a read of 0x1000 from dram</c>); null when it waits for nothing.</summary>
    string? WaitingFor { get; }
}
