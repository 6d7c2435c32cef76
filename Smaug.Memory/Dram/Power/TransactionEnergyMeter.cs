using Smaug.Core.Units;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Dram.Power;

/// <summary>
/// Measures the energy of a transaction-level controller: give it to the controller as its observer and ask for reports. The
/// controller places commands ahead of time and not in order; the meter sorts them.
/// </summary>
public sealed class TransactionEnergyMeter : ITransactionObserver
{
    private readonly RankEnergyMeter[] _ranks;
    private readonly DramEnergyParameters _parameters;
    private readonly PriorityQueue<(DramCommandKind Command, int Rank, int Bank), (long Time, int Class)> _waiting = new();

    /// <summary>Creates a meter for a controller's configuration.</summary>
    public TransactionEnergyMeter(TransactionConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _parameters = DramEnergyParameters.From(configuration);
        _ranks = new RankEnergyMeter[configuration.Ranks];
        for (int r = 0; r < _ranks.Length; r++) _ranks[r] = new RankEnergyMeter(_parameters, configuration.BanksPerRank);
    }

    /// <inheritdoc/>
    public void OnCommand(DramCommandKind command, SimTime time, int rank, int bank) =>
        _waiting.Enqueue((command, rank, bank), (time.Picoseconds, command == DramCommandKind.Precharge ? 0 : 1));

    /// <inheritdoc/>
    public void OnBurst(in BurstRecord burst) => Settle(burst.Time);

    /// <inheritdoc/>
    public void OnRefreshDone(int rank, SimTime time) => Settle(time);

    /// <summary>Energy of all devices of all ranks up to a time; the controller must not go on from an earlier time.</summary>
    public DramEnergyReport Report(SimTime end)
    {
        Settle(end + new SimTime(1));
        DramEnergyReport sum = new();
        foreach (RankEnergyMeter rank in _ranks) sum = sum.Add(rank.Report(end.Picoseconds / _parameters.ClockPicoseconds));
        return sum.Times(_parameters.DevicesPerRank);
    }

    /// <summary>No command before the time of a decision can still come.</summary>
    private void Settle(SimTime now)
    {
        while (_waiting.TryPeek(out (DramCommandKind Command, int Rank, int Bank) next, out (long Time, int Class) at)
            && at.Time < now.Picoseconds)
        {
            _waiting.Dequeue();
            _ranks[next.Rank].Record(next.Command, next.Bank, at.Time / _parameters.ClockPicoseconds);
        }
    }
}
