using Smaug.Core;
using Smaug.Memory.Dram.Command;

namespace Smaug.Memory.Dram.Power;

/// <summary>
/// Measures the energy of a command-level memory: give it to the memory as its command observer and ask for reports.
/// </summary>
public sealed class CommandEnergyMeter : IDramCommandObserver
{
    private readonly RankEnergyMeter[] _ranks;
    private readonly int _banksPerRank;
    private readonly int _ranksPerChannel;
    private readonly DramEnergyParameters _parameters;

    /// <summary>Creates a meter.</summary>
    /// <param name="configuration">The memory.</param>
    /// <param name="parameters">Currents and the cycles that the formulas use.</param>
    /// <exception cref="ConfigurationException">Banks are refreshed one by one: the formulas know no such refresh.</exception>
    public CommandEnergyMeter(DramConfiguration configuration, DramEnergyParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(parameters);
        if (configuration.Refresh.IsPerBank)
        {
            throw new ConfigurationException(
                $"DRAM energy: refresh manager {configuration.Refresh.Name}: the formulas have no per-bank refresh; must be a manager of all-bank refreshes");
        }

        _parameters = parameters;
        int[] counts = configuration.Counts;
        int banks = 1;
        for (int level = 1; level <= configuration.Preset.BankLevel; level++) banks *= counts[level];
        _ranksPerChannel = configuration.Preset.Levels[1] is "Rank" or "PseudoChannel" ? counts[1] : 1;
        _banksPerRank = banks / _ranksPerChannel;
        _ranks = new RankEnergyMeter[_ranksPerChannel * configuration.Channels];
        for (int r = 0; r < _ranks.Length; r++) _ranks[r] = new RankEnergyMeter(parameters, _banksPerRank);
    }

    /// <summary>Ranks measured, over all channels.</summary>
    public int Ranks => _ranks.Length;

    /// <inheritdoc/>
    public void OnCommand(in DramCommandRecord command)
    {
        (int rank, int bank) = Math.DivRem(command.Bank, _banksPerRank);
        _ranks[command.Channel * _ranksPerChannel + rank].Record(command.Command, bank, command.Cycle);
    }

    /// <summary>Energy of one device of a rank up to a cycle.</summary>
    public DramEnergyReport ReportDevice(int rank, long endCycle) => _ranks[rank].Report(endCycle);

    /// <summary>Energy of all devices of a rank up to a cycle.</summary>
    internal DramEnergyReport ReportRank(int rank, long endCycle) => ReportDevice(rank, endCycle).Times(_parameters.DevicesPerRank);

    /// <summary>Energy of all devices of all ranks up to a cycle.</summary>
    public DramEnergyReport Report(long endCycle)
    {
        DramEnergyReport sum = new();
        foreach (RankEnergyMeter rank in _ranks) sum = sum.Add(rank.Report(endCycle));
        return sum.Times(_parameters.DevicesPerRank);
    }
}
