namespace Smaug.Memory.Dram.Command;

/// <summary>Requests whose row was opened for them, in the order of their activates. They go before all others.</summary>
internal sealed class ActiveRequests(BankStates banks)
{
    private readonly int[] _ofBank = new int[banks.Count];
    private readonly int[] _ofRank = new int[banks.Ranks];
    private Request[] _requests = new Request[RequestQueue.MaxCapacity];

    public int Count { get; private set; }

    /// <summary>
    /// Cycle before which none of them can get its next command. Commands only delay others, so a bound holds until a row opens
    /// or closes or a request is added; both reset it.
    /// </summary>
    public long QuietUntil { get; set; }

    public ref Request this[int index] => ref _requests[index];

    /// <summary>Whether closing a bank would take the row from under a request.</summary>
    public bool HasBank(int bank) => _ofBank[bank] > 0;

    /// <summary>Whether closing all banks of a rank would.</summary>
    public bool HasRank(int rank) => _ofRank[rank] > 0;

    /// <summary>Requests of a bank that want its open row.</summary>
    public int CountHits(int bank)
    {
        int hits = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_requests[i].Bank == bank && _requests[i].Row == banks.OpenRow[bank]) hits++;
        }

        return hits;
    }

    public void Append(in Request request)
    {
        if (Count == _requests.Length) Array.Resize(ref _requests, 2 * Count);
        _requests[Count++] = request;
        _ofBank[request.Bank]++;
        _ofRank[banks.RankOf(request.Bank)]++;
        QuietUntil = 0;
    }

    public void RemoveAt(int index)
    {
        int bank = _requests[index].Bank;
        _ofBank[bank]--;
        _ofRank[banks.RankOf(bank)]--;
        Count--;
        Array.Copy(_requests, index + 1, _requests, index, Count - index);
    }
}
