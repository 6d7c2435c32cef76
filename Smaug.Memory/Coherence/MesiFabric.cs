using Smaug.Core.Execution;
using Smaug.Core.Simulation;

namespace Smaug.Memory.Coherence;

/// <summary>What the controllers of one system share.</summary>
internal sealed class MesiFabric(MemoryPort memory, MesiOptions options, MessageNetwork network)
{
    public Simulator Simulator { get; } = memory.Simulator;

    /// <summary>The memory below the directory.</summary>
    public MemoryPort Memory { get; } = memory;

    public MesiOptions Options { get; } = options;

    public MessageNetwork Network { get; } = network;

    /// <summary>Node of the first bank of the L2; the others follow it.</summary>
    public int FirstL2Node { get; set; }

    /// <summary>Node of the directory.</summary>
    public int DirectoryNode { get; set; }

    /// <summary>Node of the bank of the L2 that a line belongs to: consecutive lines go to consecutive banks.</summary>
    public int L2Node(long line) => FirstL2Node + (int)(line & (Options.L2Banks - 1));

    /// <summary>Base-two logarithm of the line size.</summary>
    public int LineShift { get; } = System.Numerics.BitOperations.Log2((uint)options.LineBytes);
}
