using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;

namespace Smaug.Accelerators.Smv.LoopNests.Scheduled;

/// <summary>Batch normalisation: of images batch, groups of channels, rows, columns; of matrices rows and vectors.</summary>
internal sealed class ScheduledBatchNorm(RegionSchedules schedules, ScheduledTransfers transfers, int groupUnroll)
{
    private const int Vector = 8, SettledVectors = 8;

    /// <summary>Which partitions the four rows of parameters begin in repeats with their length.</summary>
    private const int AlignedVectors = 8;

    /// <summary>The kernel without transfers and activation.</summary>
    public RegionCost Compute(SmvBatchNormKernel k) => k.IsMatrix ? Matrix(k) : Image(k);

    public Schedule Widest(SmvBatchNormKernel k) => schedules.Of(k.IsMatrix ? Kernel(true, 1, Groups(k, SettledVectors), 1, 1) : Kernel(false, 1, Groups(k, groupUnroll), 1, 2));

    private RegionCost Matrix(SmvBatchNormKernel k) => Extrapolation.Over(
        vectors => Alone(true, 1, vectors, 1, 1) + (k.Batch - 1) * (Alone(true, 2, vectors, 1, 1) - Alone(true, 1, vectors, 1, 1)),
        LoopCycles.DivideUp(k.Channels, Vector), AlignedVectors, SettledVectors);

    private RegionCost Image(SmvBatchNormKernel k)
    {
        // The first column of a row may take another time than those after it.
        int columns = Math.Min(k.Columns, 2);
        long groups = LoopCycles.DivideUp(k.Channels, Vector);
        RegionCost one = Alone(false, 1, 1, 1, columns);
        RegionCost vector = Alone(false, 1, 1, 1, columns + 1) - one;
        RegionCost row = Alone(false, 1, 1, 2, columns) - one - columns * vector;

        // What a group of channels has beyond one row of these columns.
        RegionCost more = k.Rows * (row + k.Columns * vector) - row - columns * vector;
        RegionCost small = Extrapolation.Over(g => Alone(false, 1, g, 1, columns), groups, groupUnroll, groupUnroll);
        RegionCost nextImage = Alone(false, 2, 1, 1, columns) - one + small - one;
        return small + groups * more + (k.Batch - 1) * (nextImage + groups * more);
    }

    private RegionCost Alone(bool isMatrix, int batch, int groups, int rows, int columns)
    {
        long elements = (long)batch * groups * rows * columns * Vector;
        return schedules.Cost(Kernel(isMatrix, batch, groups, rows, columns)) - transfers.Load(elements) - transfers.Load(4L * groups * Vector) - transfers.Store(elements);
    }

    private static int Groups(SmvBatchNormKernel k, int most) => (int)Math.Min(LoopCycles.DivideUp(k.Channels, Vector), most);

    private static SmvBatchNormKernel Kernel(bool isMatrix, int batch, int groups, int rows, int columns) => new()
    {
        IsMatrix = isMatrix,
        Batch = batch,
        Rows = rows,
        Columns = columns,
        Channels = Vector * groups,
        WeightChannels = Vector * groups,
    };
}
