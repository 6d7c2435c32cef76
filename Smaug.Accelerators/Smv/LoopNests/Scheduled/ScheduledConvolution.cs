using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core.Execution;

namespace Smaug.Accelerators.Smv.LoopNests.Scheduled;

/// <summary>
/// The convolution's nest: entry and boundary of every outer loop, weights and rows of pixels for every combination of
/// kernels in a block and channel groups in a block, each from schedules of one or two iterations.
/// </summary>
internal sealed class ScheduledConvolution
{
    private const int Pes = 8, GroupsAtOnce = 4, Vector = 8;

    /// <summary>Columns from which on every further one adds the same.</summary>
    private const int SettledColumns = 6;

    private readonly RegionSchedules _schedules;
    private readonly int _columnUnroll;
    private readonly Lazy<Levels> _levels;

    public ScheduledConvolution(RegionSchedules schedules, int columnUnroll)
    {
        _schedules = schedules;
        _columnUnroll = columnUnroll;
        _levels = new Lazy<Levels>(Solve);
    }

    private enum RowKind
    {
        Inside,
        BeginsWithPadding,
        Outside,
    }

    /// <summary>Entry of the kernel and what an iteration of each outer loop adds to what is inside it.</summary>
    private sealed record Levels(RegionCost Entry, RegionCost KernelBlock, RegionCost KernelRow, RegionCost KernelColumn);

    /// <summary>The kernel without transfers and activation.</summary>
    public RegionCost Compute(SmvConvolutionKernel k)
    {
        Levels levels = _levels.Value;
        long window = (long)k.KernelRows * k.KernelColumns;
        long groups = LoopCycles.DivideUp(k.WeightChannels, Vector);
        (long kernelBlocks, int lastKernels) = Split(k.Kernels, Pes);
        (long channelBlocks, int lastGroups) = Split(groups, GroupsAtOnce);
        RegionCost image = kernelBlocks * (levels.KernelBlock + k.KernelRows * levels.KernelRow + window * levels.KernelColumn);
        image += (kernelBlocks - 1) * (channelBlocks - 1) * Block(k, Pes, GroupsAtOnce);
        image += (kernelBlocks - 1) * Block(k, Pes, lastGroups) + (channelBlocks - 1) * Block(k, lastKernels, GroupsAtOnce);
        image += Block(k, lastKernels, lastGroups);
        return levels.Entry + k.Batch * image;
    }

    /// <summary>The schedule from which leakage is taken: up to two blocks of kernels and of channels, window rows and columns.</summary>
    public Schedule Widest(SmvConvolutionKernel k)
    {
        (int rows, int columns, int outputs) = (Math.Min(k.KernelRows, 2), Math.Min(k.KernelColumns, 2), Math.Min(k.OutputColumns, SettledColumns + _columnUnroll));
        int groups = (int)Math.Min(LoopCycles.DivideUp(k.WeightChannels, Vector), 2 * GroupsAtOnce);
        return _schedules.Of(Cut(Math.Min(k.Kernels, 2 * Pes), groups, outputs) with { KernelRows = rows, KernelColumns = columns, InputRows = rows, InputColumns = outputs + columns - 1 });
    }

    /// <summary>One block of kernels and one of channels, over all positions of the window.</summary>
    private RegionCost Block(SmvConvolutionKernel k, int kernels, int groups)
    {
        long window = (long)k.KernelRows * k.KernelColumns;
        Levels levels = _levels.Value;
        RegionCost first = First(kernels, groups) - levels.Entry - levels.KernelBlock - levels.KernelRow - levels.KernelColumn;
        RegionCost later = window == 1 ? default : Later(kernels, groups) - levels.KernelColumn;
        return first + (window - 1) * later + Rows(k, kernels, groups);
    }

    private RegionCost Rows(SmvConvolutionKernel k, int kernels, int groups)
    {
        var loops = new ConvolutionLoops(k, Sampling.Off);
        long left = k.OutputColumns == 1 ? 0 : Math.Min(k.KernelColumns, k.LeftHalo);
        long padded = k.OutputColumns == 1 ? Math.Min(k.KernelColumns, k.LeftHalo) : 0;
        long inside = 0, beginning = 0, outside = 0;
        for (int row = 0; row < k.KernelRows; row++)
        {
            long none = loops.PaddedRows(row), some = k.OutputRows - none;
            outside += none * k.KernelColumns + some * padded;
            beginning += some * left;
            inside += some * (k.KernelColumns - left - padded);
        }

        RegionCost rows = default;
        if (inside > 0) rows += inside * Row(RowKind.Inside, kernels, groups, k.OutputColumns);
        if (beginning > 0) rows += beginning * Row(RowKind.BeginsWithPadding, kernels, groups, k.OutputColumns);
        if (outside > 0) rows += outside * Row(RowKind.Outside, kernels, groups, k.OutputColumns);
        return rows;
    }

    private RegionCost Row(RowKind kind, int kernels, int groups, int columns) =>
        Extrapolation.Over(c => Row(kind, Cut(kernels, groups, c)), columns, _columnUnroll, SettledColumns);

    /// <summary>The second of two rows, or the first when that is the one in question.</summary>
    private RegionCost Row(RowKind kind, SmvConvolutionKernel one) => kind switch
    {
        RowKind.Outside => _schedules.Cost(one with { TopHalo = 1, OutputRows = 2 }) - _schedules.Cost(one),
        RowKind.BeginsWithPadding => _schedules.Cost(Left(one) with { InputRows = 2, OutputRows = 2 }) - _schedules.Cost(Left(one)),
        _ => _schedules.Cost(one with { InputRows = 2, OutputRows = 2 }) - _schedules.Cost(one),
    };

    /// <summary>A kernel of one position, row and block without its row: entry, all levels, weights.</summary>
    private RegionCost First(int kernels, int groups)
    {
        SmvConvolutionKernel one = Cut(kernels, groups, SettledColumns);
        return _schedules.Cost(one) - Row(RowKind.Inside, one);
    }

    /// <summary>What a second column of the window adds, without its row of pixels.</summary>
    private RegionCost Later(int kernels, int groups)
    {
        SmvConvolutionKernel one = Cut(kernels, groups, SettledColumns);
        return _schedules.Cost(Wide(one)) - _schedules.Cost(one) - Row(RowKind.Inside, one);
    }

    /// <summary>The levels follow from doubling one loop at a time around a full block.</summary>
    private Levels Solve()
    {
        SmvConvolutionKernel one = Cut(Pes, GroupsAtOnce, SettledColumns);
        SmvConvolutionKernel deep = Cut(Pes, 2 * GroupsAtOnce, SettledColumns);
        RegionCost row = Row(RowKind.Inside, one), alone = _schedules.Cost(one), first = First(Pes, GroupsAtOnce), later = Later(Pes, GroupsAtOnce);
        RegionCost kernelRow = _schedules.Cost(one with { KernelRows = 2, InputRows = 2 }) - alone - row - later;
        RegionCost secondBlock = _schedules.Cost(Cut(2 * Pes, GroupsAtOnce, SettledColumns)) - alone - row;
        RegionCost firstChannels = _schedules.Cost(deep) - alone - row;
        RegionCost laterChannels = _schedules.Cost(Wide(deep)) - _schedules.Cost(deep) - (_schedules.Cost(Wide(one)) - alone) - row;
        RegionCost kernelColumn = later - laterChannels;
        return new Levels(first - secondBlock, secondBlock - firstChannels - kernelRow - kernelColumn, kernelRow, kernelColumn);
    }

    private static SmvConvolutionKernel Cut(int kernels, int groups, int columns) => new()
    {
        InputRows = 1,
        InputColumns = columns,
        InputChannels = Vector * groups,
        WeightKernels = kernels,
        WeightChannels = Vector * groups,
        KernelRows = 1,
        KernelColumns = 1,
        Kernels = kernels,
        OutputRows = 1,
        OutputColumns = columns,
        OutputChannels = kernels,
        ReadInputs = false,
        ReadWeights = false,
        SendResults = false,
    };

    private static SmvConvolutionKernel Left(SmvConvolutionKernel k) => k with { LeftHalo = 1, InputColumns = k.OutputColumns - 1 };

    private static SmvConvolutionKernel Wide(SmvConvolutionKernel k) => k with { KernelColumns = 2, InputColumns = k.OutputColumns + 1 };

    private static (long Blocks, int Last) Split(long count, int size)
    {
        long blocks = LoopCycles.DivideUp(count, size);
        return (blocks, (int)(count - (blocks - 1) * size));
    }
}
