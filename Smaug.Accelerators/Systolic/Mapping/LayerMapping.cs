using Smaug.Accelerators.Systolic.Sparsity;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Mapping;

/// <summary>A layer mapped on an array: folds, demand streams and prefetch orders of its operands.</summary>
internal sealed class LayerMapping
{
    private readonly SystolicConfiguration _configuration;
    private readonly OperandView _ifmap;
    private readonly OperandView _filter;
    private readonly bool _keepsSums;

    public LayerMapping(SystolicLayer layer, SystolicConfiguration configuration, LayerSlice slice)
    {
        _configuration = configuration;
        Layer = layer;
        Slice = slice;
        Sparsity = configuration.IsSparse ? new FilterSparsity(layer, configuration.Sparsity) : null;
        Dataflow dataflow = configuration.Dataflow;
        int window = (int)layer.WindowSize;
        int[] kept = Sparsity is { RowWise: false } ? Sparsity.KeptPositions() : Range(window);
        Depth = Sparsity is { RowWise: true } ? Sparsity.CompressedRows : kept.Length;

        int[] pixels = PixelStarts();
        int[] positions = WindowOffsets(kept);
        AddressSpace ifmapSpace = AddressSpace.Image(layer, configuration.IfmapOffset);
        _ifmap = dataflow == Dataflow.WeightStationary
            ? new SeparableView(ifmapSpace, pixels, positions)
            : new SeparableView(ifmapSpace, positions, pixels);
        _filter = FilterView(kept);
        Plan = dataflow switch
        {
            Dataflow.OutputStationary => new FoldPlan(dataflow, configuration.Rows, configuration.Columns, slice.Pixels, slice.Filters, Depth),
            Dataflow.WeightStationary => new FoldPlan(dataflow, configuration.Rows, configuration.Columns, Depth, slice.Filters, slice.Pixels),
            _ => new FoldPlan(dataflow, configuration.Rows, configuration.Columns, Depth, slice.Pixels, slice.Filters),
        };
        _keepsSums = dataflow != Dataflow.OutputStationary && configuration.Corrects(Corrections.PartialSums)
            && (long)Math.Min(Plan.ColumnExtent, Plan.Columns) * Plan.Time <= configuration.OfmapKilobytes * 1024L;
        Ifmap = IfmapStream();
        Filter = dataflow switch
        {
            Dataflow.OutputStationary => new SkewedStream(_filter, Plan, Plan.Columns, byRow: false, 0),
            Dataflow.WeightStationary => new StationaryStream(_filter, Plan),
            _ => new SkewedStream(_filter, Plan, Plan.Rows, byRow: true, Plan.Rows),
        };
        long firstOutput = configuration.OfmapOffset + (long)slice.FirstPixel * layer.Filters + slice.FirstFilter;
        Ofmap = new OutputStream(Plan, firstOutput, layer.Filters);
    }

    /// <summary>
    /// Whether results of a row fold stay in the ofmap scratchpad, where later row folds add to them: a correction for WS and IS, when
    /// it holds the sums of a column fold.
    /// </summary>
    public bool KeepsSums(int rowFold) => _keepsSums && rowFold < Plan.RowFolds - 1;

    public SystolicLayer Layer { get; }

    public LayerSlice Slice { get; }

    public FilterSparsity? Sparsity { get; }

    /// <summary>Window positions that the array works on: K, or fewer for sparse filters.</summary>
    public int Depth { get; }

    public FoldPlan Plan { get; }

    public DemandStream Ifmap { get; }

    public DemandStream Filter { get; }

    public OutputStream Ofmap { get; }

    public DemandStream Stream(Operand operand) => operand == Operand.Ifmap ? Ifmap : Filter;

    /// <summary>The order in which DRAM delivers an operand, without a custom layout.</summary>
    public PrefetchSequence Sequence(Operand operand)
    {
        OperandView view = operand == Operand.Ifmap ? _ifmap : _filter;
        return (_configuration.Dataflow, operand) switch
        {
            (Dataflow.OutputStationary, Operand.Ifmap) => new DiagonalSequence(view, Plan.Rows),
            (Dataflow.OutputStationary, _) => new DiagonalSequence(view, Plan.Columns),
            (Dataflow.WeightStationary, Operand.Ifmap) => new DiagonalSequence(view, Plan.Rows),
            (Dataflow.WeightStationary, _) => new RowSequence(view, Plan.Columns),
            (_, Operand.Ifmap) => new RowSequence(view, Plan.Columns),
            _ => new DiagonalSequence(view, Plan.Rows),
        };
    }

    private DemandStream IfmapStream()
    {
        if (Sparsity is { RowWise: true }) return new RowWiseStream(_ifmap, Plan, _configuration.Sparsity.BlockSize);
        return _configuration.Dataflow switch
        {
            Dataflow.OutputStationary => new SkewedStream(_ifmap, Plan, Plan.Rows, byRow: true, 0),
            Dataflow.WeightStationary => new SkewedStream(_ifmap, Plan, Plan.Rows, byRow: true, Plan.Rows),
            _ => new StationaryStream(_ifmap, Plan),
        };
    }

    private int[] PixelStarts()
    {
        int paddedWidth = AddressSpace.PaddedWidth(Layer);
        int[] starts = new int[Slice.Pixels];
        for (int i = 0; i < starts.Length; i++)
        {
            int row = (Slice.FirstPixel + i) / Layer.OutputWidth;
            int column = (Slice.FirstPixel + i) - row * Layer.OutputWidth;
            starts[i] = (row * Layer.RowStride * paddedWidth + column * Layer.ColumnStride) * Layer.Channels;
        }

        return starts;
    }

    private int[] WindowOffsets(int[] kept)
    {
        int paddedWidth = AddressSpace.PaddedWidth(Layer);
        int rowWords = Layer.FilterWidth * Layer.Channels;
        int[] offsets = new int[kept.Length];
        for (int i = 0; i < offsets.Length; i++)
        {
            int row = kept[i] / rowWords;
            offsets[i] = row * paddedWidth * Layer.Channels + (kept[i] - row * rowWords);
        }

        return offsets;
    }

    private OperandView FilterView(int[] kept)
    {
        int window = (int)Layer.WindowSize;
        var space = AddressSpace.Linear(checked(window * Layer.Filters), _configuration.FilterOffset);
        bool timeIsDepth = _configuration.Dataflow != Dataflow.InputStationary;
        if (Sparsity is { RowWise: true } rowWise)
            return new ExplicitView(space, Depth, Slice.Filters, (x, y) => rowWise.CompressedIndex(x, Slice.FirstFilter + y, space.None));
        if (Sparsity is { } layerWise && _configuration.FilterOffset == 0 && Slice.FirstFilter == 0)
        {
            // Address 0 counts as "no word": the first block of the first filter closes up and is padded with 0 at its end.
            int block = Math.Min(layerWise.KeptPerBlock, kept.Length);
            int Index(int position, int filter) =>
                filter == 0 && position < block ? (position + 1) % block : filter * window + kept[position];
            return timeIsDepth
                ? new ExplicitView(space, Depth, Slice.Filters, Index)
                : new ExplicitView(space, Slice.Filters, Depth, (x, y) => Index(y, x));
        }

        int[] filters = new int[Slice.Filters];
        for (int j = 0; j < filters.Length; j++) filters[j] = (Slice.FirstFilter + j) * window;
        return timeIsDepth ? new SeparableView(space, kept, filters) : new SeparableView(space, filters, kept);
    }

    private static int[] Range(int count)
    {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) values[i] = i;
        return values;
    }
}
