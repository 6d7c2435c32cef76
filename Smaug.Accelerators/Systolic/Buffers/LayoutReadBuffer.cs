using Smaug.Accelerators.Systolic.Mapping;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>
/// A read scratchpad with a custom layout: every word lies in one line (set) and one bank of it, and a line of requests
/// takes as long as the bank with the most different lines needs.
/// </summary>
internal sealed class LayoutReadBuffer : FixedReadBuffer
{
    private readonly string _layer;
    private readonly long _firstAddress;
    private readonly int[] _setOf;
    private readonly ushort[] _bankOf;
    private readonly int _ports;
    private readonly bool _idleLinesTakeTheirCycle;
    private readonly HashSet<long> _touched = [];
    private readonly int[] _touchedPerBank;

    public LayoutReadBuffer(
        LayerMapping mapping, SystolicConfiguration configuration, Operand operand, OperandLayout layout, IRowPort? queue, ITraceSink? sink)
        : base(mapping, configuration, operand, Sequence(mapping, configuration, operand, layout), queue, sink)
    {
        OperandBanking banking = configuration.Banking(operand);
        AddressSpace space = Window.Sequence.Space;
        _layer = mapping.Layer.Name;
        _firstAddress = space.ToAddress(0);
        _ports = banking.Ports;
        _idleLinesTakeTheirCycle = configuration.Corrects(Corrections.IdleLines);
        _touchedPerBank = new int[banking.Banks];
        _setOf = new int[space.Size];
        _bankOf = new ushort[space.Size];
        PlaceWords(banking.WordsPerCycle / banking.Banks, configuration.Corrects(Corrections.InsertionOrder));
    }

    public override bool NeverWaits => false;

    protected override long Serve(ReadOnlySpan<int> requests, long cycle)
    {
        long offset = 1;
        _touched.Clear();
        Array.Clear(_touchedPerBank);
        AddressSpace space = Stream.View.Space;
        foreach (int index in requests)
        {
            long address = space.ToAddress(index);
            if (address < 0) continue;
            long word = address - _firstAddress;
            if (word < 0 || word >= _setOf.Length)
            {
                throw new SimulationException(
                    $"layer '{_layer}': address {address} is not in the layout, which ignores IfmapOffset; set the offset to 0 or correct the layouts");
            }

            int set = _setOf[word];
            while (!Window.Contains(set))
            {
                Prefetch();
                offset += Math.Max(0, LastPrefetch - (cycle + offset));
            }

            Found();
            int bank = _bankOf[word];
            if (_touched.Add((long)set * _touchedPerBank.Length + bank)) _touchedPerBank[bank]++;
        }

        int busiest = 0;
        foreach (int touched in _touchedPerBank) busiest = Math.Max(busiest, touched);
        if (busiest == 0 && _idleLinesTakeTheirCycle) return offset;
        return offset + EstimateSizes.Ceiling(busiest, _ports) - 1;
    }

    protected override void Slide() => Window.Slide(_ => { }, _ => { });

    private static LayoutSequence Sequence(LayerMapping mapping, SystolicConfiguration configuration, Operand operand, OperandLayout layout)
    {
        SystolicLayer layer = mapping.Layer;
        bool corrected = configuration.Corrects(Corrections.Layouts);
        if (operand == Operand.Ifmap)
        {
            var words = AddressSpace.Linear(layer.IfmapHeight * layer.IfmapWidth * layer.Channels, corrected ? configuration.IfmapOffset : 0);
            return new LayoutSequence(words, layout, [layer.IfmapHeight, layer.IfmapWidth, layer.Channels],
                at => (at[0] * layer.IfmapWidth + at[1]) * layer.Channels + at[2]);
        }

        var space = AddressSpace.Linear((int)layer.WindowSize * layer.Filters, configuration.FilterOffset);
        int[] dimensions = [layer.Filters, layer.Channels, layer.FilterHeight, layer.FilterWidth];
        return corrected
            ? new LayoutSequence(space, layout, dimensions,
                at => ((at[0] * layer.FilterHeight + at[2]) * layer.FilterWidth + at[3]) * layer.Channels + at[1])
            : new LayoutSequence(space, layout, dimensions,
                at => ((at[0] * layer.Channels + at[1]) * layer.FilterHeight + at[2]) * layer.FilterWidth + at[3]);
    }

    private void PlaceWords(int bankWords, bool insertionOrder)
    {
        var order = new HashSetOrder();
        var words = new List<long>();
        AddressSpace space = Window.Sequence.Space;
        for (int set = 0; set < Window.Sets; set++)
        {
            words.Clear();
            Window.ForEachPiece(set, indices =>
            {
                foreach (int index in indices)
                {
                    if (index != space.None) words.Add(space.ToAddress(index));
                }
            });
            long[] ordered = [.. words];
            if (!insertionOrder) order.Sort(words.ToArray(), ordered);
            for (int rank = 0; rank < ordered.Length; rank++)
            {
                long word = ordered[rank] - _firstAddress;
                _setOf[word] = set;
                _bankOf[word] = (ushort)(rank / bankWords);
            }
        }
    }
}
