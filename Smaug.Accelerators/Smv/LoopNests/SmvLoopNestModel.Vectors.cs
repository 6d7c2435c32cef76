using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Smv.LoopNests;

/// <summary>Kernels that go over the vectors of a tile once.</summary>
public sealed partial class SmvLoopNestModel
{
    private static SmvKernelTiming Elementwise(SmvElementwiseKernel k)
    {
        const int entry = 6, addBoundary = 3, comparisonEntry = 3;
        long vectors = LoopCycles.DivideUp(k.Elements, VectorSize), moved = HostTransferLoops.Vectors(k.Elements);
        bool compares = k.Operation == SmvElementwise.Compare;

        // One result per cycle through the results' port. Only the sum's loop is unrolled, by 8, with a boundary a group.
        long compute = compares
            ? comparisonEntry + LoopCycles.PortBound(vectors, 1)
            : entry + LoopCycles.PortBound(vectors, 1) + (k.Operation == SmvElementwise.Add ? addBoundary * LoopCycles.DivideUp(vectors, 8) : 0);
        long stores = k.SendResults && !compares ? moved : 0;
        long loads = k.ReadInputs ? 2 * moved : 0;
        long reads = 2 * vectors + loads + stores, writes = vectors + loads + stores;
        double perVector = k.Operation switch { SmvElementwise.Multiply => 22.94, SmvElementwise.Add => 10.58, _ => 5.72 };
        return new SmvKernelTiming
        {
            InputConversionCycles = k.ReadInputs ? 2 * HostTransferLoops.Load(k.Elements, isProduct: false) : 0,
            ComputeCycles = compute,
            StoreConversionCycles = k.SendResults && !compares ? HostTransferLoops.Store(k.Elements, isProduct: false) : 0,
            Activity = new SmvActivity(k.Operation == SmvElementwise.Multiply ? k.Elements : 0, vectors, reads, writes),
            DynamicPicojoules = (k.Operation == SmvElementwise.Compare ? 27 : 39) + perVector * vectors + SmvPower.Accesses(reads, writes),
            LeakageMilliwatts = SmvPower.Leakage(
                k.Operation == SmvElementwise.Multiply ? 1 : 0, k.Operation == SmvElementwise.Add ? 8 : 0, 0, 10 + (stores > 0 ? vectors : 0)),
        };
    }

    private static SmvKernelTiming Activation(SmvActivationKernel k)
    {
        const int copyEntry = 3;
        long vectors = LoopCycles.DivideUp(k.Elements, VectorSize), moved = HostTransferLoops.Vectors(k.Elements);
        long used = k.Function is null ? 0 : vectors;
        return new SmvKernelTiming
        {
            InputConversionCycles = HostTransferLoops.Load(k.Elements, isProduct: false),
            ComputeCycles = k.Function is { } function ? ActivationLoops.StandAlone(function, vectors) : copyEntry,
            StoreConversionCycles = HostTransferLoops.Store(k.Elements, isProduct: false),
            Activity = new SmvActivity(0, vectors, used + 2 * moved, used + 2 * moved),
            DynamicPicojoules = FixedEnergy(k.Function) + vectors * (SmvPower.MovedVector + SmvPower.Activation(k.Function))
                + SmvPower.Accesses(used + 2 * moved, used + 2 * moved),
            LeakageMilliwatts = SmvPower.ActivationLeakage(k.Function, vectors, 10 + vectors),
        };
    }

    private static double FixedEnergy(OperatorKind? function) => function is OperatorKind.ELU or OperatorKind.SELU ? 81 : 26;

    private static SmvKernelTiming Softmax(SmvSoftmaxKernel k)
    {
        // A vector takes 10 cycles: 8 lanes of the running sum, one after another, and 2 of the scaling.
        const int vector = 10, entry = 3;
        long width = LoopCycles.DivideUp(k.Width, VectorSize), vectors = k.Rows * width, elements = vectors * VectorSize;
        long tail = k.Rows > 1 ? 0 : width switch { 1 => 3, 2 => 2, _ => 1 };
        long moved = HostTransferLoops.Vectors(elements);
        long reads = 2 * vectors + 2 * moved, writes = 9 * vectors + 2 * moved;

        // Behind several long rows the exponentials have slack; moved to its end they take no unit, as in the reference.
        double exponentials = k.Rows == 1 ? Math.Min(16, 8 * vectors) : width > 4 ? 0 : Math.Min(16, 2.25 * vectors);
        return new SmvKernelTiming
        {
            InputConversionCycles = HostTransferLoops.Load(elements, isProduct: false),
            ComputeCycles = entry + vector * vectors + tail,
            StoreConversionCycles = HostTransferLoops.Store(elements, isProduct: false),
            Activity = new SmvActivity(elements, vectors, reads, writes),
            DynamicPicojoules = 44 + 147.8 * vectors + SmvPower.Accesses(reads, writes),
            LeakageMilliwatts = SmvPower.Leakage(3, 8 * vectors, exponentials, 23 * width),
        };
    }
}
