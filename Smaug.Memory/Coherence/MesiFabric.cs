using Smaug.Core.Simulation;

namespace Smaug.Memory.Coherence;

/// <summary>What the controllers of one system share.</summary>
internal sealed class MesiFabric(Simulator simulator, MesiOptions options, MessageNetwork network)
{
    public Simulator Simulator { get; } = simulator;

    public MesiOptions Options { get; } = options;

    public MessageNetwork Network { get; } = network;

    /// <summary>Node of the L2.</summary>
    public int L2Node { get; set; }

    /// <summary>Node of the directory.</summary>
    public int DirectoryNode { get; set; }

    /// <summary>Base-two logarithm of the line size.</summary>
    public int LineShift { get; } = System.Numerics.BitOperations.Log2((uint)options.LineBytes);
}
