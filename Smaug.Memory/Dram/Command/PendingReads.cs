namespace Smaug.Memory.Dram.Command;

/// <summary>Reads whose data is on the way, in the order of their column commands.</summary>
internal sealed class PendingReads
{
    private Request[] _ring = new Request[64];
    private int _first;

    public int Count { get; private set; }

    public ref Request Front => ref _ring[_first];

    public void Append(in Request request)
    {
        if (Count == _ring.Length)
        {
            Request[] longer = new Request[2 * Count];
            for (int i = 0; i < Count; i++) longer[i] = _ring[(_first + i) & (_ring.Length - 1)];
            _ring = longer;
            _first = 0;
        }

        _ring[(_first + Count++) & (_ring.Length - 1)] = request;
    }

    public void RemoveFront()
    {
        _first = (_first + 1) & (_ring.Length - 1);
        Count--;
    }
}
