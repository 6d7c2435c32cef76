using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.Kernels;
using Smaug.Core.Execution;

namespace Smaug.Accelerators.Smv.LoopNests;

/// <summary>
/// The matrix product's nest: rows of activations, blocks of 8 neurons, blocks of 32 activations, all pipelined. Weights are
/// read as they are used, one vector per cycle, and bound the innermost loop.
/// </summary>
internal readonly struct MatrixMultiplyLoops
{
    /// <summary>Cycles before the first loop and behind the last.</summary>
    public const int Entry = 9;

    /// <summary>Entry and boundaries of a row of activations.</summary>
    private const int Row = 6;

    /// <summary>A block of activations is not shorter than this: the lane sums of a neuron follow each other.</summary>
    private const int Recurrence = 8;

    private readonly long _rows, _neurons, _groups;
    private readonly SampledTrips _blocks;

    public MatrixMultiplyLoops(SmvMatrixMultiplyKernel kernel, Sampling sampling)
    {
        _rows = kernel.Rows;
        _neurons = kernel.Columns;
        _groups = LoopCycles.DivideUp(kernel.Depth, 8);
        long blocks = LoopCycles.DivideUp(_groups, MacArray.Vectors);
        _blocks = new SampledTrips(blocks, sampling.Run(blocks, SamplingLevel.VeryHigh, atLeast: 2));
    }

    /// <summary>Vectors of one row of activations.</summary>
    public long Groups => _groups;

    /// <summary>Iterations of the innermost loop.</summary>
    public long Iterations => _rows * LoopCycles.DivideUp(_neurons, MacArray.Lanes) * _blocks.Total;

    /// <summary>Cycles of the nest as it is run, and cycles to add for what sampling leaves out.</summary>
    public (long Run, double Upsampled) Cycles()
    {
        (long full, long last) = (_neurons / MacArray.Lanes, _neurons % MacArray.Lanes);
        long row = Row + full * NeuronBlock(MacArray.Lanes) + (last > 0 ? NeuronBlock(last) : 0);
        long up = full * Upsampled(MacArray.Lanes) + (last > 0 ? Upsampled(last) : 0);
        return (_rows * row, _rows * up);
    }

    private long NeuronBlock(long neurons)
    {
        if (_blocks.IsSampled) return Depth(neurons, MacArray.Vectors) + (_blocks.Run - 1) * Interval(neurons, MacArray.Vectors);
        long lastGroups = _groups - (_blocks.Total - 1) * MacArray.Vectors;
        if (_blocks.Total == 1) return Depth(neurons, lastGroups);
        return Depth(neurons, MacArray.Vectors) + (_blocks.Total - 2) * Interval(neurons, MacArray.Vectors) + Interval(neurons, lastGroups);
    }

    /// <summary>
    /// First block of activations: its weights, one per cycle, then what is left of the reduction. With more neurons more of
    /// it hides behind the reading. Tabulated from schedules of the kernel.
    /// </summary>
    private static long Depth(long neurons, long groups) => neurons * groups + groups switch
    {
        1 => 17 - neurons,
        4 => 15 - 2 * ((neurons - 1) / 2),
        _ => 16 - 2 * ((neurons - 1) / 2),
    };

    private static long Interval(long neurons, long groups) =>
        LoopCycles.Interval(Recurrence, LoopCycles.PortBound(neurons * groups, 1) + (groups is 2 or 3 ? 1 : 0));

    /// <summary>
    /// Blocks left out take the mean distance of those that were run, of which the second comes 3 cycles later than the
    /// interval (fitted on two rows of the tables).
    /// </summary>
    private long Upsampled(long neurons)
    {
        if (!_blocks.IsSampled || _blocks.Run < 2) return 0;
        long mean = (3 + (_blocks.Run - 1) * Interval(neurons, MacArray.Vectors)) / (_blocks.Run - 1);
        return (long)(mean * _blocks.Run * (_blocks.Factor - 1));
    }
}
