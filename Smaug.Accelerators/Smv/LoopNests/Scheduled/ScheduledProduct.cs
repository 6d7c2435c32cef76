using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;

namespace Smaug.Accelerators.Smv.LoopNests.Scheduled;

/// <summary>The matrix product's nest: rows of activations, blocks of 8 neurons, blocks of 32 activations.</summary>
internal sealed class ScheduledProduct(RegionSchedules schedules, ScheduledTransfers transfers)
{
    private const int Pes = 8, BlockDepth = 32, SettledBlocks = 4;

    /// <summary>The kernel without transfers and activation.</summary>
    public RegionCost Compute(SmvMatrixMultiplyKernel k)
    {
        long blocks = LoopCycles.DivideUp(k.Depth, BlockDepth);
        int rest = k.Depth - (int)(blocks - 1) * BlockDepth;
        return Extrapolation.Over(b => Compute(k.Rows, k.Columns, (b - 1) * BlockDepth + rest), blocks, 1, SettledBlocks);
    }

    public Schedule Widest(SmvMatrixMultiplyKernel k) => schedules.Of(Kernel(1, Math.Min(k.Columns, 2 * Pes), Math.Min(k.Depth, (SettledBlocks + 1) * BlockDepth)));

    private RegionCost Compute(int rows, int columns, int depth)
    {
        RegionCost one = Alone(1, Pes, depth), full = Alone(1, 2 * Pes, depth) - one;
        (int fullBlocks, int last) = (columns / Pes, columns % Pes);
        RegionCost row = Alone(2, Pes, depth) - one - full;
        RegionCost neurons = fullBlocks * full;
        if (last > 0) neurons += Alone(1, Pes + last, depth) - one;
        return one - row - full + rows * (row + neurons);
    }

    /// <summary>A small product without the load of its weights, which every product has.</summary>
    private RegionCost Alone(int rows, int columns, int depth) =>
        schedules.Cost(Kernel(rows, columns, depth)) - transfers.Load((long)columns * LoopCycles.DivideUp(depth, 8) * 8);

    private static SmvMatrixMultiplyKernel Kernel(int rows, int columns, int depth) => new()
    {
        Rows = rows,
        Depth = depth,
        Columns = columns,
        InputWidth = depth,
        OutputWidth = columns,
        ReadInputs = false,
        SendResults = false,
    };
}
