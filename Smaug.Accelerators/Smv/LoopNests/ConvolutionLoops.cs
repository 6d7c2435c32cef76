using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.Kernels;
using Smaug.Core.Execution;

namespace Smaug.Accelerators.Smv.LoopNests;

/// <summary>
/// The convolution's nest: blocks of 8 kernels, kernel rows, kernel columns, blocks of 32 channels, output rows (all
/// sequential), output columns (pipelined). Before the pixels a block's weights go to registers, one vector per cycle.
/// </summary>
internal readonly struct ConvolutionLoops
{
    /// <summary>Cycles before the first loop.</summary>
    public const int Entry = 11;

    /// <summary>Entry and boundary of one iteration of any of the outer loops.</summary>
    private const int Level = 3;

    /// <summary>From an output row's begin to its end, besides its columns: entry, filling of the column pipeline, boundary.</summary>
    private const int Row = 13;

    /// <summary>
    /// Initiation interval of the columns. The accumulators of a column are set to zero by one wide store, of which only the
    /// first byte is followed; so a column waits for the last store of the one before it, a reduction of 4 adders later.
    /// </summary>
    private const int Column = 4;

    /// <summary>Cycles a row's pipeline fills faster when its first column is padding, for which nothing is read.</summary>
    private const int PaddedColumn = 2;

    /// <summary>Cycles a row of padding saves more when the kernel also moves tiles. Seen on the tables, not derived.</summary>
    private const int PaddedRow = 2;

    private readonly SmvConvolutionKernel _kernel;
    private readonly SampledTrips _kernelBlocks, _kernelRows, _kernelColumns, _channelBlocks, _rows, _columns;
    private readonly long _groups;
    private readonly bool _isSampled;

    public ConvolutionLoops(SmvConvolutionKernel kernel, Sampling sampling)
    {
        _kernel = kernel;
        _isSampled = sampling.Level != SamplingLevel.None;
        _groups = LoopCycles.DivideUp(kernel.WeightChannels, 8);
        _kernelBlocks = Trips(LoopCycles.DivideUp(kernel.Kernels, MacArray.Lanes), SamplingLevel.Low, sampling);
        _kernelRows = Trips(kernel.KernelRows, SamplingLevel.Medium, sampling);
        _kernelColumns = Trips(kernel.KernelColumns, SamplingLevel.Medium, sampling);
        _channelBlocks = Trips(LoopCycles.DivideUp(_groups, MacArray.Vectors), SamplingLevel.High, sampling);
        _rows = Trips(kernel.OutputRows, SamplingLevel.VeryHigh, sampling);
        _columns = Trips(kernel.OutputColumns, SamplingLevel.VeryHigh, sampling, atLeast: 2);
    }

    /// <summary>Channel groups of the weight tile.</summary>
    public long Groups => _groups;

    /// <summary>Iterations of the channel-block loop over the whole nest.</summary>
    public long Iterations => _kernelBlocks.Total * _kernelRows.Total * _kernelColumns.Total * _channelBlocks.Total;

    /// <summary>Cycles of the nest as it is run, and cycles to add for what sampling leaves out.</summary>
    public (long Run, double Upsampled) Cycles()
    {
        bool transfers = _kernel.ReadInputs || _kernel.ReadWeights || _kernel.SendResults;
        long window = _kernelRows.Run * _kernelColumns.Run;
        long blocks = _kernelBlocks.Run * _channelBlocks.Run;
        long rows = blocks * window * _rows.Run * (Row + Column * _columns.Run) + RowCorrections(transfers);
        long channelBlocks = rows + WeightLoads() + Level * blocks * window;
        long kernelColumns = channelBlocks + Level * _kernelBlocks.Run * window;
        long kernelRows = kernelColumns + Level * _kernelBlocks.Run * _kernelRows.Run;
        long kernelBlocks = kernelRows + Level * _kernelBlocks.Run;

        // The entry of a block waits for one branch less when the last test of the function, for sending, is there.
        long run = Entry + kernelBlocks - (_kernel.SendResults ? _kernelBlocks.Run - 1 : 0);
        if (!_isSampled) return (run, 0);

        // Iterations are measured from boundary to boundary, one cycle less than what they add to the whole.
        double up = _columns.Upsample(_columns.Run > 1 ? blocks * window * _rows.Run * Column * _columns.Run : 0, 0);
        up = _rows.Upsample(rows, up);
        up = _channelBlocks.Upsample(channelBlocks - blocks * window, up);
        up = _kernelColumns.Upsample(kernelColumns - _kernelBlocks.Run * window, up);
        up = _kernelRows.Upsample(kernelRows - _kernelBlocks.Run * _kernelRows.Run, up);
        up = _kernelBlocks.Upsample(kernelBlocks - _kernelBlocks.Run, up);

        return (run, up);
    }

    /// <summary>
    /// Weight registers: a vector per cycle for each kernel and channel group, at least 4 cycles; from the second kernel
    /// position on at least 3, and one less for up to 5 kernels, whose address arithmetic was done before.
    /// </summary>
    private long WeightLoads()
    {
        long cycles = 0;
        long lastKernels = _kernel.Kernels - (_kernelBlocks.Total - 1) * MacArray.Lanes;
        long lastGroups = _groups - (_channelBlocks.Total - 1) * MacArray.Vectors;
        (long fullKernels, long fullGroups) = (_kernelBlocks.Run, _channelBlocks.Run);
        long positions = _kernelRows.Run * _kernelColumns.Run - 1;
        bool partialKernels = !_kernelBlocks.IsSampled && lastKernels < MacArray.Lanes, partialGroups = !_channelBlocks.IsSampled && lastGroups < MacArray.Vectors;
        if (partialKernels) fullKernels--;
        if (partialGroups) fullGroups--;
        cycles += fullKernels * fullGroups * Weights(MacArray.Lanes, MacArray.Vectors, positions);
        if (partialKernels) cycles += fullGroups * Weights(lastKernels, MacArray.Vectors, positions);
        if (partialGroups) cycles += fullKernels * Weights(MacArray.Lanes, lastGroups, positions);
        if (partialKernels && partialGroups) cycles += Weights(lastKernels, lastGroups, positions);
        return cycles;
    }

    private static long Weights(long kernels, long groups, long laterPositions)
    {
        long vectors = LoopCycles.PortBound(kernels * groups, 1);
        return Math.Max(4, vectors) + laterPositions * Math.Max(3, kernels <= 5 ? vectors - 1 : vectors);
    }

    /// <summary>How rows differ from <see cref="Row"/>: the reduction over channel groups is deeper, padding is not read.</summary>
    private long RowCorrections(bool transfers)
    {
        SmvConvolutionKernel k = _kernel;
        long left = Math.Min(_kernelColumns.Run, k.LeftHalo);
        long lastGroups = _groups - (_channelBlocks.Total - 1) * MacArray.Vectors;
        bool partial = !_channelBlocks.IsSampled && lastGroups < MacArray.Vectors;
        long full = partial ? _channelBlocks.Run - 1 : _channelBlocks.Run;
        long plain = full * Reduction(MacArray.Vectors) + (partial ? Reduction(lastGroups) : 0);
        long padded = full * PaddedReduction(MacArray.Vectors) - PaddedColumn * _channelBlocks.Run;
        long cycles = 0;
        for (int kernelRow = 0; kernelRow < _kernelRows.Run; kernelRow++)
        {
            long outside = PaddedRows(kernelRow);
            long inside = _rows.Run - outside;
            cycles -= _kernelColumns.Run * outside * _channelBlocks.Run * (PaddedColumn + (transfers ? PaddedRow : 0));
            cycles += inside * (left * padded + (_kernelColumns.Run - left) * plain);
        }
        return cycles * _kernelBlocks.Run;
    }

    /// <summary>Output rows that read padding only, for one row of the kernel.</summary>
    public long PaddedRows(int kernelRow)
    {
        int stride = _kernel.RowStride;
        int top = _kernel.TopHalo - kernelRow;
        long above = top <= 0 ? 0 : (top + stride - 1) / stride;
        long firstBelow = (_kernel.InputRows + top + stride - 1) / stride;
        long below = Math.Max(0, _rows.Run - Math.Max(0, firstBelow));
        return Math.Min(_rows.Run, Math.Min(_rows.Run, above) + below);
    }

    /// <summary>Adders between the products of some channel groups and their sum.</summary>
    private static long Reduction(long groups) => groups switch { 1 => 0, 2 or 3 => 1, _ => 2 };

    /// <summary>Of a row that begins with padding the second column waits for the full reduction of 4 groups.</summary>
    private long PaddedReduction(long groups) => groups == MacArray.Vectors && _columns.Run > 1 ? Reduction(groups) : 0;

    private static SampledTrips Trips(long total, SamplingLevel from, Sampling sampling, int atLeast = 1) => new(total, sampling.Run(total, from, atLeast));
}
