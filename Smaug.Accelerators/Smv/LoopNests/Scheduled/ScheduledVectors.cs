using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;

namespace Smaug.Accelerators.Smv.LoopNests.Scheduled;

/// <summary>Kernels that go over the vectors of a tile once, scheduled with their transfers.</summary>
internal sealed class ScheduledVectors(RegionSchedules schedules, ScheduledTransfers transfers)
{
    private const int Vector = 8, WidestVectors = 32, SettledWidth = 24, SettledRows = 4;

    /// <summary>A whole element-wise kernel.</summary>
    public RegionCost Whole(SmvElementwiseKernel k) => OverVectors(k.Elements, v => k with { Elements = Vector * v });

    /// <summary>A whole activation.</summary>
    public RegionCost Whole(SmvActivationKernel k) => OverVectors(k.Elements, v => k with { Elements = Vector * v });

    /// <summary>A whole softmax.</summary>
    public RegionCost Whole(SmvSoftmaxKernel k)
    {
        long width = LoopCycles.DivideUp(k.Width, Vector);
        RegionCost compute = Extrapolation.Over(
            w => Extrapolation.Over(r => Alone(r, w), k.Rows, 1, SettledRows), width, 1, SettledWidth);
        long elements = k.Rows * width * Vector;
        return compute + transfers.Load(elements) + transfers.Store(elements);
    }

    /// <summary>The schedule from which leakage is taken.</summary>
    public Schedule Widest(SmvKernel kernel) => kernel switch
    {
        SmvElementwiseKernel k => schedules.Of(k with { Elements = Vector * Widest(k.Elements) }),
        SmvActivationKernel k => schedules.Of(k with { Elements = Vector * Widest(k.Elements) }),
        _ => Softmax((SmvSoftmaxKernel)kernel),
    };

    private Schedule Softmax(SmvSoftmaxKernel k) => schedules.Of(new SmvSoftmaxKernel(Math.Min(k.Rows, SettledRows + 1), Math.Min(k.Width, Vector * (SettledWidth + 1))));

    private static int Widest(int elements) => (int)Math.Min(LoopCycles.DivideUp(elements, Vector), WidestVectors);

    private RegionCost OverVectors(int elements, Func<int, SmvKernel> cut) =>
        ScheduledTransfers.OverVectors(v => schedules.Cost(cut(v)), LoopCycles.DivideUp(elements, Vector));

    private RegionCost Alone(int rows, int width)
    {
        long elements = (long)rows * width * Vector;
        return schedules.Cost(new SmvSoftmaxKernel(rows, Vector * width)) - transfers.Load(elements) - transfers.Store(elements);
    }
}
