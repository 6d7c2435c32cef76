using Smaug.Accelerators.LoopNests;
using Smaug.Core;
using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Smv.LoopNests;

/// <summary>
/// Activation functions: one loop over vectors, unrolled by 8, each group a barrier region. On a tile of its own a group
/// reads one array and writes another; fused behind a kernel both go to the results' one port.
/// </summary>
internal static class ActivationLoops
{
    private const int Group = 8;

    /// <summary>Cycles from the exponential's operand to its result, and what sigmoid and tanh need around it.</summary>
    private const int SigmoidDepth = 33, TanhDepth = 36;

    /// <summary>
    /// ELU and SELU evaluate the exponential of negative elements only: their time depends on the data. These are the
    /// averages of data without a sign; fitted.
    /// </summary>
    private const int EluGroup = 34, EluNextGroup = 36, FusedEluDepth = 22;

    /// <summary>
    /// Applied in place to the results of a kernel; 0 for no activation. The compiled matrix product shares a source line with
    /// the sigmoid's loop, and boundaries are known by their lines: its groups are not kept apart.
    /// </summary>
    public static long Fused(OperatorKind? activation, long elements, bool isMatrixProduct)
    {
        if (activation is not { } kind) return 0;
        const int entry = 2;
        long vectors = LoopCycles.DivideUp(elements, Group);
        if (kind == OperatorKind.Sigmoid && isMatrixProduct) return entry + SigmoidDepth + vectors;
        (long full, long last) = Split(vectors);
        return entry + full * FusedGroup(kind, Group) + (last > 0 ? FusedGroup(kind, last) : 0);
    }

    /// <summary>The loop of a stand-alone activation, transfers excluded.</summary>
    public static long StandAlone(OperatorKind kind, long vectors)
    {
        (long full, long last) = Split(vectors);
        bool isElu = kind is OperatorKind.ELU or OperatorKind.SELU;
        int entry = isElu || kind is OperatorKind.LReLU or OperatorKind.HardTanh ? 6 : 5;
        if (isElu) return entry + EluGroup + (LoopCycles.DivideUp(vectors, Group) - 1) * EluNextGroup;
        return entry + full * StandAloneGroup(kind, Group) + (last > 0 ? StandAloneGroup(kind, last) : 0);
    }

    /// <summary>Reads and writes share a port, plus the boundary; the transcendental functions are longer than that.</summary>
    private static long FusedGroup(OperatorKind kind, long vectors) => kind switch
    {
        OperatorKind.ReLU or OperatorKind.LReLU or OperatorKind.HardTanh => LoopCycles.PortBound(2 * vectors, 1) + LoopCycles.Boundary,
        OperatorKind.ELU or OperatorKind.SELU => FusedEluDepth + vectors,
        OperatorKind.Sigmoid => SigmoidDepth + vectors,
        OperatorKind.Tanh => TanhDepth + vectors,
        _ => throw Unknown(kind),
    };

    private static long StandAloneGroup(OperatorKind kind, long vectors) => kind switch
    {
        OperatorKind.ReLU or OperatorKind.HardTanh => LoopCycles.PortBound(vectors, 1) + LoopCycles.Boundary,
        OperatorKind.LReLU => LoopCycles.PortBound(vectors, 1) + LoopCycles.Boundary + 2,
        OperatorKind.Sigmoid => SigmoidDepth + vectors,
        OperatorKind.Tanh => TanhDepth + vectors,
        _ => throw Unknown(kind),
    };

    private static (long Full, long Last) Split(long vectors) => (vectors / Group, vectors % Group);

    private static SimulationException Unknown(OperatorKind kind) => new($"the SMV engine has no activation kernel {kind}");
}
