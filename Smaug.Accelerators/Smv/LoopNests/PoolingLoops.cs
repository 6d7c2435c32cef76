using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core.Execution;

namespace Smaug.Accelerators.Smv.LoopNests;

/// <summary>
/// The pooling kernels' nest: output rows, output columns, groups of 8 channels (unrolled by 4), window rows and columns
/// (pipelined). One vector is read per cycle.
/// </summary>
internal readonly struct PoolingLoops
{
    private const int Unroll = 4;

    /// <summary>Cycles before the first loop and behind the last.</summary>
    public const int Entry = 9;

    /// <summary>Entry and boundaries of an output row, and of an output column.</summary>
    private const int Row = 3, Column = 3;

    /// <summary>Entry and boundaries of an unrolled block of channel groups, of maximum and average.</summary>
    private const int MaximumBlock = 5, AverageBlock = 3;

    /// <summary>Cycles of a window besides one per vector: filling and draining; the average also multiplies.</summary>
    private const int MaximumWindow = 3, AverageWindow = 6;

    private readonly SmvPoolingKernel _kernel;
    private readonly SampledTrips _rows, _columns, _groups;

    public PoolingLoops(SmvPoolingKernel kernel, Sampling sampling)
    {
        _kernel = kernel;
        long groups = LoopCycles.DivideUp(kernel.Channels, 8);
        _rows = new SampledTrips(kernel.OutputRows, sampling.Run(kernel.OutputRows, SamplingLevel.VeryHigh));
        _columns = new SampledTrips(kernel.OutputColumns, sampling.Run(kernel.OutputColumns, SamplingLevel.VeryHigh));
        _groups = new SampledTrips(groups, sampling.Run(groups, SamplingLevel.VeryHigh));
    }

    /// <summary>Vectors of results.</summary>
    public long Results => _rows.Total * _columns.Total * _groups.Total;

    /// <summary>Cycles of the nest as it is run, and cycles to add for what sampling leaves out.</summary>
    public (long Run, double Upsampled) Cycles()
    {
        long blocks = LoopCycles.DivideUp(_groups.Run, Unroll) * (_kernel.Average ? AverageBlock : MaximumBlock);
        long groups = blocks + _groups.Run * Window();
        long column = Column + groups;
        long row = Row + LoopCycles.Sequential(_columns.Run, column);
        double up = _groups.Upsample(groups, 0);
        up = _columns.Upsample(_columns.Run * column, _columns.Run * up);
        up = _rows.Upsample(_rows.Run * row, _rows.Run * up);
        return (LoopCycles.Sequential(_rows.Run, row), up);
    }

    private long Window()
    {
        (long rows, long columns) = (_kernel.PoolRows, _kernel.PoolColumns);
        return rows * columns + (_kernel.Average ? AverageWindow + SumBubbles(rows, columns) : MaximumWindow);
    }

    /// <summary>
    /// The running sum of a window row waits for the last addition of the row before it; each of the first rows hides two
    /// cycles, and one more with every row: 0 for up to 2 columns.
    /// </summary>
    private static long SumBubbles(long rows, long columns)
    {
        long waiting = Math.Min(rows - 1, columns - 2);
        return waiting <= 0 ? 0 : waiting * (columns - 1) - waiting * (waiting + 1) / 2;
    }
}
