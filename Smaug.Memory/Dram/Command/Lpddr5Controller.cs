namespace Smaug.Memory.Dram.Command;

/// <summary>
/// LPDDR5 under the rules of Ramulator 2.1: activates come in two halves, and a column command after a pause needs the write
/// clock synchronised by a CAS command first.
/// </summary>
internal sealed class Lpddr5Controller : Ramulator2Controller
{
    private readonly Request[] _activating;
    private readonly bool[] _owned;
    private readonly int[] _ownedOfRank;
    private readonly bool _needsSynchronization;
    private readonly int _secondHalfLimit;
    private readonly int _readExtension;
    private readonly int _writeExtension;
    private int _activatingCount;
    private long _writeClockExpiry;
    private RequestQueue? _synchronizedQueue;
    private int _synchronizedIndex = -1;

    public Lpddr5Controller(DramConfiguration configuration, int channel, IDramListener listener, IDramCommandObserver? observer)
        : base(configuration, channel, listener, observer)
    {
        _activating = new Request[Banks.Count];
        _owned = new bool[Banks.Count];
        _ownedOfRank = new int[Banks.Ranks];
        _needsSynchronization = !configuration.WriteClockAlwaysOn;
        IReadOnlyDictionary<string, int> timing = Preset.Timing;
        _secondHalfLimit = timing["nAAD"];
        int burst = timing["nBL_min"] + timing["nWCKPST"];
        _readExtension = timing["nCL"] + burst;
        _writeExtension = timing["nCWL"] + burst;
    }

    public override bool HasRequests => base.HasRequests || _activatingCount > 0;

    protected override bool IssueCommands()
    {
        int urgent = FindSecondHalf(Clock);
        if (_synchronizedIndex >= 0) return TrySynchronized();
        if (urgent >= 0)
        {
            IssueSecondHalf(urgent);
            return true;
        }

        int active = SelectActive();
        if (active >= 0) return Synchronizes(in Active[active], null, active) ?? ServeActiveNow(active);
        if (Refreshes.Count > 0) return TryRefresh() || TryDeferred() || ClosesIdleRow();
        ChooseMode();
        RequestQueue queue = SelectedQueue;
        int slot = SelectQueued(queue);
        if (slot < 0) return TryDeferred() || ClosesIdleRow();
        return Synchronizes(in queue[slot], queue, slot) ?? ServeNow(queue, slot);
    }

    /// <summary>While a bank is half activated no other activate may start, and nothing may touch that bank.</summary>
    protected override bool Fits(DramCommandKind command, int bank) => command switch
    {
        _ when _activatingCount == 0 => true,
        DramCommandKind.Read or DramCommandKind.Write => true,
        DramCommandKind.Precharge or DramCommandKind.RefreshBank => !_owned[bank],
        DramCommandKind.PrechargeAll or DramCommandKind.Refresh => _ownedOfRank[Banks.RankOf(bank)] == 0,
        _ => false,
    };

    /// <summary>The first half does not open the row; <see cref="IssueSecondHalf"/> does.</summary>
    protected override void Open(int bank, int row)
    {
    }

    protected override void OnIssued(DramCommandKind command, int bank)
    {
        if (command is DramCommandKind.Read or DramCommandKind.ReadPrecharge) _writeClockExpiry = Math.Max(_writeClockExpiry, Clock + _readExtension);
        else if (command is DramCommandKind.Write or DramCommandKind.WritePrecharge) _writeClockExpiry = Math.Max(_writeClockExpiry, Clock + _writeExtension);
    }

    protected override void OnActivated(in Request request)
    {
        ref Request entry = ref _activating[_activatingCount++];
        entry = request;
        entry.Deadline = Clock + _secondHalfLimit;
        int rank = Banks.RankOf(request.Bank);
        _owned[request.Bank] = true;
        _ownedOfRank[rank]++;
        Banks.OpenInRank[rank]++;
    }

    private bool ServeActiveNow(int index)
    {
        ServeActive(index);
        return true;
    }

    private bool ServeNow(RequestQueue queue, int slot)
    {
        Serve(queue, slot);
        return true;
    }

    /// <summary>
    /// What happens instead of a column command whose write clock has run out: null if it can go, else whether something was issued.
    /// </summary>
    private bool? Synchronizes(in Request request, RequestQueue? queue, int index)
    {
        DramCommandKind command = FirstCommand(in request);
        if (!_needsSynchronization || Clock < _writeClockExpiry) return null;
        if (command is not (DramCommandKind.Read or DramCommandKind.Write)) return null;
        for (int i = 0; i < _activatingCount; i++)
        {
            if (_activating[i].Deadline <= Clock + 1) return TryDeferred();
        }

        DramCommandKind cas = request.IsWrite ? DramCommandKind.SynchronizeWrite : DramCommandKind.SynchronizeRead;
        if (!IsLegal(cas, request.Bank)) return false;
        Send(cas, in request);
        _synchronizedQueue = queue;
        _synchronizedIndex = index;
        return true;
    }

    /// <summary>The column command that a CAS was issued for goes as soon as it is legal; nothing else goes before it.</summary>
    private bool TrySynchronized()
    {
        ref Request request = ref _synchronizedQueue is null ? ref Active[_synchronizedIndex] : ref _synchronizedQueue[_synchronizedIndex];
        if (!IsLegal(FirstCommand(in request), request.Bank)) return false;
        Statistics.Synchronizations++;
        if (_synchronizedQueue is null) ServeActive(_synchronizedIndex);
        else Serve(_synchronizedQueue, _synchronizedIndex);
        _synchronizedIndex = -1;
        return true;
    }

    private bool TryDeferred()
    {
        int deferred = FindSecondHalf(long.MaxValue);
        if (deferred < 0) return false;
        IssueSecondHalf(deferred);
        return true;
    }

    /// <summary>The legal second half with the earliest deadline up to a limit, then the oldest; -1 if there is none.</summary>
    private int FindSecondHalf(long limit)
    {
        int best = -1;
        for (int i = 0; i < _activatingCount; i++)
        {
            ref Request entry = ref _activating[i];
            if (entry.Deadline > limit)
            {
                Wake = Math.Min(Wake, Clock + 1);
                continue;
            }

            if (!IsLegal(DramCommandKind.ActivateSecond, entry.Bank)) continue;
            if (best < 0 || entry.Deadline < _activating[best].Deadline
                || (entry.Deadline == _activating[best].Deadline && entry.Arrive < _activating[best].Arrive))
            {
                best = i;
            }
        }

        return best;
    }

    private void IssueSecondHalf(int index)
    {
        Request request = _activating[index];
        _activatingCount--;
        Array.Copy(_activating, index + 1, _activating, index, _activatingCount - index);
        int rank = Banks.RankOf(request.Bank);
        Send(DramCommandKind.ActivateSecond, in request);
        _owned[request.Bank] = false;
        _ownedOfRank[rank]--;
        Banks.OpenInRank[rank]--;
        base.Open(request.Bank, request.Row);
        Active.Append(in request);
    }
}
