using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;

namespace Smaug.Accelerators.Smv.LoopNests.Scheduled;

/// <summary>The pooling kernels' nest: output rows, output columns, groups of channels; the window is scheduled as it is.</summary>
internal sealed class ScheduledPooling(RegionSchedules schedules, ScheduledTransfers transfers, Func<bool, int> groupUnroll)
{
    private const int Vector = 8;

    /// <summary>The kernel without transfers.</summary>
    public RegionCost Compute(SmvPoolingKernel k)
    {
        int unroll = groupUnroll(k.Average);
        long groups = LoopCycles.DivideUp(k.Channels, Vector);
        RegionCost pixel = Extrapolation.Over(g => Alone(k, 1, 2, g) - Alone(k, 1, 1, g), groups, unroll, unroll);
        RegionCost one = Alone(k, 1, 1, 1), small = Alone(k, 1, 2, 1) - one;
        RegionCost row = Alone(k, 2, 1, 1) - one - small;
        RegionCost entry = one - row - small;
        return entry + k.Batch * (k.OutputRows * (row + k.OutputColumns * pixel));
    }

    public Schedule Widest(SmvPoolingKernel k) => schedules.Of(Kernel(k, 1, 2, (int)Math.Min(LoopCycles.DivideUp(k.Channels, Vector), groupUnroll(k.Average))));

    private RegionCost Alone(SmvPoolingKernel k, int rows, int columns, int groups)
    {
        SmvPoolingKernel kernel = Kernel(k, rows, columns, groups);
        return schedules.Cost(kernel) - transfers.Load((long)kernel.InputRows * kernel.InputColumns * kernel.Channels);
    }

    /// <summary>Windows one element apart; the results stay in the scratchpad, of which they fill a part.</summary>
    private static SmvPoolingKernel Kernel(SmvPoolingKernel k, int rows, int columns, int groups) => new()
    {
        Average = k.Average,
        InputRows = rows - 1 + k.PoolRows,
        InputColumns = columns - 1 + k.PoolColumns,
        Channels = Vector * groups,
        PoolRows = k.PoolRows,
        PoolColumns = k.PoolColumns,
        OutputRows = rows,
        OutputColumns = columns,
        OutputChannels = Vector * (groups + 1),
        SendResults = false,
    };
}
