using Smaug.Accelerators.Systolic.Buffers;
using Smaug.Accelerators.Systolic.Mapping;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic;

/// <summary>Simulates one layer, or the part of it that one core computes.</summary>
internal sealed class LayerSimulation
{
    private const long LargestOperand = 2_147_000_000;
    private readonly SystolicConfiguration _configuration;
    private readonly LayerMapping _mapping;
    private readonly IScratchpadMemory? _memory;
    private readonly SharedInterface? _shared;
    private readonly ITraceSink? _sink;
    private readonly LayerLayout? _layout;
    private readonly bool _steppedOnly;
    private readonly CancellationToken _cancellation;

    /// <param name="layer">The layer.</param>
    /// <param name="configuration">A validated configuration.</param>
    /// <param name="slice">The part to simulate.</param>
    /// <param name="memory">Memory with latency, or null.</param>
    /// <param name="layout">Layout of the operands, when the configuration asks for one.</param>
    /// <param name="sink">Receives the traces, or null.</param>
    /// <param name="steppedOnly">Walks the demand even where closed forms apply.</param>
    /// <param name="cancellation">Cancels the simulation.</param>
    public LayerSimulation(
        SystolicLayer layer,
        SystolicConfiguration configuration,
        LayerSlice slice,
        IScratchpadMemory? memory = null,
        LayerLayout? layout = null,
        ITraceSink? sink = null,
        bool steppedOnly = false,
        CancellationToken cancellation = default)
    {
        CheckSize(layer);
        _configuration = configuration;
        _mapping = new LayerMapping(layer, configuration, slice);
        _memory = configuration.Mode == BandwidthMode.Fixed ? memory : null;
        _shared = _memory is null && configuration.SharesInterface ? new SharedInterface() : null;
        _layout = layout;
        _sink = sink;
        _steppedOnly = steppedOnly;
        _cancellation = cancellation;
    }

    public LayerResult Run()
    {
        if (_mapping.Plan.Lines < 2)
        {
            throw new SimulationException(
                $"layer '{_mapping.Layer.Name}': one multiply-accumulate on a 1 x 1 array takes 0 cycles by SCALE-Sim's count, so there is no utilisation; use a larger array");
        }

        var writes = new WriteBuffer(_configuration, Queue(Operand.Ofmap), _sink);
        return _configuration.Mode == BandwidthMode.Estimate ? RunEstimate(writes) : RunFixed(writes);
    }

    /// <summary>Words are numbered with 32 bits.</summary>
    private static void CheckSize(SystolicLayer layer)
    {
        double ifmap = (double)(layer.IfmapHeight + layer.RowStride) * (layer.IfmapWidth + layer.ColumnStride) * layer.Channels;
        double filter = (double)layer.WindowSize * layer.Filters;
        if (Math.Max(ifmap, filter) <= LargestOperand && layer.OutputPixels <= LargestOperand) return;
        throw new ConfigurationException(
            $"layer '{layer.Name}': an operand has {Math.Max(Math.Max(ifmap, filter), layer.OutputPixels):0} words; at most {LargestOperand} can be simulated; cut the layer");
    }

    private LayerResult RunEstimate(WriteBuffer writes)
    {
        OutputPass pass = PassOutputs(writes);
        MarkedLines ifmap = MarkedLines.Of(_mapping.Ifmap);
        MarkedLines filter = MarkedLines.Of(_mapping.Filter);
        AccessSummary ifmapDram = Estimate(Operand.Ifmap, _configuration.IfmapKilobytes, pass);
        AccessSummary filterDram = Estimate(Operand.Filter, _configuration.FilterKilobytes, pass);
        if (_sink is not null) new SramTrace(_mapping, _sink).WriteAll(pass, _cancellation);
        return Result(UnstalledTiming(pass, ifmap, filter, 0), ifmapDram, filterDram, writes);
    }

    private LayerResult RunFixed(WriteBuffer writes)
    {
        FixedReadBuffer ifmap = ReadBuffer(Operand.Ifmap);
        FixedReadBuffer filter = ReadBuffer(Operand.Filter);
        LayerTiming timing;
        if (ifmap.NeverWaits && filter.NeverWaits && _memory is null && _shared is null && _sink is null && !_steppedOnly)
        {
            ifmap.Fill();
            filter.Fill();
            timing = UnstalledTiming(PassOutputs(writes), MarkedLines.Of(_mapping.Ifmap), MarkedLines.Of(_mapping.Filter), 0);
        }
        else
        {
            timing = new SteppedRun(_mapping, ifmap, filter, writes, _sink, _configuration.Corrects(Corrections.LineStall)).Run(_cancellation);
        }

        return Result(
            timing,
            new AccessSummary(ifmap.FirstCycle, ifmap.LastCycle, ifmap.Words),
            new AccessSummary(filter.FirstCycle, filter.LastCycle, filter.Words),
            writes);
    }

    private OutputPass PassOutputs(WriteBuffer writes)
    {
        var pass = new OutputPass(_mapping, writes);
        pass.Run(_cancellation);
        return pass;
    }

    private LayerTiming UnstalledTiming(OutputPass pass, MarkedLines ifmap, MarkedLines filter, long delay)
    {
        MarkedLines ofmap = MarkedLines.Of(_mapping.Ofmap);
        long last = _mapping.Plan.Lines - 1;
        long? ReadAt(long line) => line < 0 ? null : pass.Cycle(line) + 1 + delay;
        return new LayerTiming
        {
            IfmapStart = ReadAt(ifmap.First),
            IfmapStop = ReadAt(ifmap.Last),
            FilterStart = ReadAt(filter.First),
            FilterStop = ReadAt(filter.Last),
            OfmapStart = pass.DoneCycle(ofmap.First),
            OfmapStop = pass.DoneCycle(ofmap.Last),
            LastCycle = pass.DoneCycle(last),
            StallCycles = pass.Stall,
            LastLineStall = pass.Stall - pass.StallBefore(last),
        };
    }

    private AccessSummary Estimate(Operand operand, int kilobytes, OutputPass pass)
    {
        var sizes = EstimateSizes.For(kilobytes);
        DemandStream stream = _mapping.Stream(operand);
        bool replaceOldest = _configuration.Corrects(Corrections.Replacement);
        EstimatedTraffic traffic;
        if (_sink is not null)
        {
            traffic = new EstimateTrace(stream, operand, sizes, _configuration, _sink).Run(pass.Cycle, replaceOldest, _cancellation);
        }
        else
        {
            EstimatedTraffic? known = _steppedOnly || replaceOldest ? null : ClosedFormEstimator.TryEstimate(_mapping, operand, sizes);
            traffic = known ?? new SteppedEstimator(stream, sizes, replaceOldest, _cancellation).Run();
        }

        return sizes.Summarise(
            traffic,
            traffic.FirstLine < 0 ? 0 : pass.Cycle(traffic.FirstLine),
            traffic.LastEventLine < 0 ? 0 : pass.Cycle(traffic.LastEventLine));
    }

    private FixedReadBuffer ReadBuffer(Operand operand)
    {
        IRowPort? queue = Queue(operand);
        if (!_configuration.UsesLayout(operand)) return new CountingReadBuffer(_mapping, _configuration, operand, queue, _sink);
        OperandLayout layout = operand == Operand.Ifmap ? _layout!.Ifmap : _layout!.Filter;
        return new LayoutReadBuffer(_mapping, _configuration, operand, layout, queue, _sink);
    }

    private IRowPort? Queue(Operand operand)
    {
        if (_shared is not null)
        {
            int words = operand == Operand.Ofmap ? _configuration.WriteBandwidth : _configuration.ReadBandwidth(operand);
            return _shared.Port(operand, (words + _configuration.Bandwidths[0] - 1) / _configuration.Bandwidths[0]);
        }

        return _memory is null
            ? null
            : new RequestQueue(_memory, operand, operand == Operand.Ofmap ? _configuration.WriteQueueLength : _configuration.ReadQueueLength);
    }

    private LayerResult Result(LayerTiming timing, AccessSummary ifmapDram, AccessSummary filterDram, WriteBuffer writes)
    {
        var metrics = new FoldMetrics(_mapping, _configuration);
        long dense = checked((long)_mapping.Slice.Pixels * _mapping.Layer.WindowSize * _mapping.Slice.Filters);
        long effective = _mapping.Sparsity is null ? dense : checked(_mapping.Sparsity.NonZeros() * _mapping.Slice.Pixels);
        long counted = _configuration.Corrects(Corrections.SparseUtilization) ? effective : dense;
        long cycles = timing.LastCycle + (_configuration.Corrects(Corrections.TotalCycles) ? 1 : 0);
        long writeStop = _configuration.Version == ScaleSimVersion.V2 ? writes.LastCycle : writes.LargestCycle;
        return new LayerResult
        {
            Layer = _mapping.Layer,
            TotalCycles = cycles,
            StallCycles = timing.StallCycles - (_configuration.Corrects(Corrections.LastStall) ? timing.LastLineStall : 0),
            OverallUtilizationPercent = ExactRatio.Divide((UInt128)counted * 100, (UInt128)cycles * (ulong)((long)_configuration.Rows * _configuration.Columns)),
            MappingEfficiencyPercent = metrics.MappingEfficiencyPercent,
            ComputeUtilizationPercent = metrics.ComputeUtilizationPercent,
            IfmapSram = new AccessSummary(timing.IfmapStart, timing.IfmapStop, metrics.IfmapReads),
            FilterSram = new AccessSummary(timing.FilterStart, timing.FilterStop, metrics.FilterReads),
            OfmapSram = new AccessSummary(timing.OfmapStart, timing.OfmapStop, metrics.OfmapWrites),
            IfmapDram = ifmapDram,
            FilterDram = filterDram,
            OfmapDram = new AccessSummary(writes.FirstCycle, writeStop, writes.Words),
            FractionalIfmapReads = metrics.FractionalIfmapReads,
            SparseStorage = _mapping.Sparsity?.Storage(_configuration.Sparsity.Format),
            EffectiveMultiplyAccumulates = effective,
            PartialSumReads = metrics.PartialSumReads,
            RegisterAccesses = metrics.Registers(),
        };
    }
}
