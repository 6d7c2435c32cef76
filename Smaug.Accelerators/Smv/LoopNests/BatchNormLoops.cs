using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core.Execution;

namespace Smaug.Accelerators.Smv.LoopNests;

/// <summary>
/// Batch normalisation. Of an image: batch, groups of 8 channels (unrolled by 8), rows, columns, all sequential. Of an image in
/// NCHW order: batch, groups of channels, their 8 lanes, rows, and vectors of columns (unrolled by 8, pipelined). Of a matrix:
/// rows, then vectors, pipelined.
/// </summary>
internal readonly struct BatchNormLoops
{
    private const int Unroll = 8;

    /// <summary>Cycles before the first loop and behind the last.</summary>
    public const int Entry = 5;

    /// <summary>Entry and boundary of a batch, a block of channel groups, a row.</summary>
    private const int Image = 3, Block = 1, Row = 3;

    /// <summary>Reading the four parameter vectors of a channel group through one port, and the boundary.</summary>
    private const int Parameters = 5;

    /// <summary>One vector: read, subtract, multiply twice, add, write.</summary>
    private const int Vector = 6;

    /// <summary>A matrix row's entry and filling; then a vector every 4 cycles: its four parameters come through one port.</summary>
    private const int MatrixRow = 7, MatrixVector = 4;

    /// <summary>
    /// In NCHW order: entry and boundary of an image, a group of channels, one of its lanes; a row, whose parameters are
    /// constant; and one vector of columns per cycle through the results' port.
    /// </summary>
    private const int PlaneImage = 3, PlaneGroup = 3, PlaneLane = 6, PlaneRow = 8;

    private readonly SmvBatchNormKernel _kernel;
    private readonly long _groups;
    private readonly SampledTrips _images, _channelGroups, _rows, _columns;

    public BatchNormLoops(SmvBatchNormKernel kernel, Sampling sampling)
    {
        _kernel = kernel;
        _groups = LoopCycles.DivideUp(kernel.Channels, 8);
        _images = Trips(kernel.Batch, sampling);
        _channelGroups = Trips(_groups, sampling);
        _rows = Trips(kernel.Rows, sampling);
        _columns = Trips(kernel.Columns, sampling);
    }

    /// <summary>Vectors of results.</summary>
    public long Results => _kernel.IsChannelFirst
        ? (long)_kernel.Batch * _kernel.Channels * _kernel.Rows * LoopCycles.DivideUp(_kernel.Columns, 8)
        : (long)_kernel.Batch * _kernel.Rows * _kernel.Columns * _groups;

    /// <summary>Cycles of the nest as it is run, and cycles to add for what sampling leaves out.</summary>
    public (long Run, double Upsampled) Cycles()
    {
        if (_kernel.IsMatrix) return (_kernel.Batch * (MatrixRow + LoopCycles.Pipelined(_groups, MatrixVector, MatrixVector)), 0);
        if (_kernel.IsChannelFirst) return (Planes() - 1, 0);
        long row = Row + LoopCycles.Sequential(_columns.Run, Vector);
        long group = Parameters + LoopCycles.Sequential(_rows.Run, row);
        long groups = Block * LoopCycles.DivideUp(_channelGroups.Run, Unroll) + LoopCycles.Sequential(_channelGroups.Run, group);
        double up = _columns.Upsample(_columns.Run * Vector, 0);
        up = _rows.Upsample(_rows.Run * row, _rows.Run * up);
        up = _channelGroups.Upsample(groups, _channelGroups.Run * up);
        up = _images.Upsample(_images.Run * (Image + groups), _images.Run * up);
        return (LoopCycles.Sequential(_images.Run, Image + groups), up);
    }

    private long Planes()
    {
        long plane = PlaneLane + LoopCycles.Sequential(_kernel.Rows, PlaneRow + LoopCycles.DivideUp(_kernel.Columns, 8));
        return LoopCycles.Sequential(_kernel.Batch, PlaneImage + LoopCycles.Sequential(_groups, PlaneGroup + LoopCycles.Sequential(8, plane)));
    }

    private static SampledTrips Trips(long total, Sampling sampling) => new(total, sampling.Run(total, SamplingLevel.VeryHigh));
}
