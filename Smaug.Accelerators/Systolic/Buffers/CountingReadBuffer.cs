using Smaug.Accelerators.Systolic.Mapping;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Buffers;

/// <summary>A read scratchpad without a custom layout: it counts how often each word lies in the present sets.</summary>
internal sealed class CountingReadBuffer : FixedReadBuffer
{
    private readonly ushort[] _copies;
    private readonly Action<int> _left;
    private readonly Action<int> _entered;

    public CountingReadBuffer(
        LayerMapping mapping, SystolicConfiguration configuration, Operand operand, IRowPort? queue, ITraceSink? sink)
        : base(mapping, configuration, operand, mapping.Sequence(operand), queue, sink)
    {
        AddressSpace space = Stream.View.Space;
        SystolicLayer layer = mapping.Layer;
        long overlap = operand == Operand.Filter ? 1 : Math.Min(layer.OutputPixels, (long)layer.FilterHeight * layer.FilterWidth);
        if (overlap > ushort.MaxValue && !NeverWaits)
            throw new SimulationException($"layer '{layer.Name}': {overlap} windows share a word; at most {ushort.MaxValue} can be simulated with a fixed interface");
        _copies = new ushort[NeverWaits ? 0 : space.Size + 1];
        _left = set => Window.ForEachPiece(set, Remove);
        _entered = set => Window.ForEachPiece(set, Add);
        if (NeverWaits) return;
        for (int set = 0; set < Window.ActiveSets; set++) _entered(set);
        space.ForEachPadding((first, count) => _copies.AsSpan(first, count).Fill(1));
    }

    protected override long Serve(ReadOnlySpan<int> requests, long cycle)
    {
        long offset = 1;
        if (NeverWaits) return offset;
        ushort[] copies = _copies;
        foreach (int index in requests)
        {
            if (copies[index] != 0) continue;
            while (copies[index] == 0)
            {
                Prefetch();
                offset += Wait(cycle + offset);
            }

            Found();
        }

        return offset;
    }

    protected override void Slide()
    {
        Window.Slide(_left, _entered);
        _copies[Stream.View.Space.None] = 1;
    }

    private void Add(ReadOnlySpan<int> indices)
    {
        ushort[] copies = _copies;
        foreach (int index in indices) unchecked { copies[index]++; }
    }

    private void Remove(ReadOnlySpan<int> indices)
    {
        ushort[] copies = _copies;
        foreach (int index in indices) unchecked { copies[index]--; }
    }
}
