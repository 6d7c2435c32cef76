using Smaug.Core.Simulation;

namespace Smaug.Accelerators.Aladdin.Device;

/// <summary>An entry of an accelerator's command queue.</summary>
internal abstract record AladdinCommand
{
    /// <summary>Says where the program has placed an array of the trace.</summary>
    public sealed record MapArray(string Name, long Address, long Bytes) : AladdinCommand;

    /// <summary>Chooses the port for a host array.</summary>
    public sealed record SetMemory(string Name, ArrayMemory Memory) : AladdinCommand;

    /// <summary>Runs the next invocation of the trace; what follows in the queue waits for its end.</summary>
    public sealed record Activate(long FlagAddress, EventTarget? Target, long Tag) : AladdinCommand;
}
