using Smaug.Core.Units;

namespace Smaug.Memory.Dram.Power;

/// <summary>
/// Counts the commands and standby cycles of one rank as its commands pass by, in order of time, and turns them into energy.
/// </summary>
internal sealed class RankEnergyMeter(DramEnergyParameters parameters, int banks)
{
    private readonly long[] _openedAt = NewClosed(banks);
    private readonly PriorityQueue<int, long> _automatic = new();
    private long _activates, _precharges, _reads, _writes, _refreshes, _activeCycles, _prechargedCycles;
    private long _firstActivate, _lastPrecharge;
    private int _open;

    public void Record(DramCommandKind command, int bank, long cycle)
    {
        // A precharge goes before other commands of the same cycle.
        while (_automatic.TryPeek(out int closing, out long at) && at <= cycle)
        {
            _automatic.Dequeue();
            Close(closing, at);
        }

        switch (command)
        {
            case DramCommandKind.Activate:
                _activates++;
                if (_open++ == 0)
                {
                    _prechargedCycles += Math.Max(0, cycle - _lastPrecharge);
                    _firstActivate = cycle;
                }

                _openedAt[bank] = cycle;
                break;
            case DramCommandKind.Precharge:
                Close(bank, cycle);
                break;
            case DramCommandKind.PrechargeAll:
                for (int b = 0; b < _openedAt.Length; b++) Close(b, cycle);
                break;
            case DramCommandKind.Read or DramCommandKind.ReadPrecharge:
                _reads++;
                if (command == DramCommandKind.ReadPrecharge) CloseLater(bank, cycle + parameters.ReadToPrechargeCycles);
                break;
            case DramCommandKind.Write or DramCommandKind.WritePrecharge:
                _writes++;
                if (command == DramCommandKind.WritePrecharge) CloseLater(bank, cycle + parameters.WriteToPrechargeCycles);
                break;
            case DramCommandKind.Refresh:
                _refreshes++;
                long refreshing = parameters.RefreshCycles - parameters.PrechargeCycles;
                _prechargedCycles += Math.Max(0, cycle - _lastPrecharge);
                _activeCycles += refreshing;
                _lastPrecharge = cycle + refreshing;
                break;
            default:
                break;
        }
    }

    /// <summary>The energy of one device up to a cycle; the meter can go on afterwards.</summary>
    public DramEnergyReport Report(long endCycle)
    {
        long active = _activeCycles + (_open > 0 ? Math.Max(0, endCycle - _firstActivate) : 0);
        long precharged = _prechargedCycles + (_open == 0 ? Math.Max(0, endCycle - _lastPrecharge) : 0);
        return new RankActivity(_activates, _precharges, _reads, _writes, _refreshes, active, precharged).Energy(parameters);
    }

    private static long[] NewClosed(int banks)
    {
        long[] openedAt = new long[banks];
        Array.Fill(openedAt, -1);
        return openedAt;
    }

    private void CloseLater(int bank, long cycle) =>
        _automatic.Enqueue(bank, Math.Max(cycle, _openedAt[bank] + parameters.ActivateToPrechargeCycles));

    private void Close(int bank, long cycle)
    {
        if (_openedAt[bank] < 0) return;
        _openedAt[bank] = -1;
        _precharges++;
        if (--_open > 0) return;
        _activeCycles += Math.Max(0, cycle - _firstActivate);
        _lastPrecharge = cycle;
    }
}
