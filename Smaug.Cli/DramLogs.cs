using System.Globalization;
using Smaug.Core.Units;
using Smaug.Memory.Dram;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Standards;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Cli;

/// <summary>What a command-level run of <c>smaug dram</c> writes and measures while it goes on.</summary>
internal sealed class CommandLog(DramConfiguration configuration, StreamWriter? requests, StreamWriter? commands,
    CommandEnergyMeter? meter, BandwidthSeries? bandwidth) : IDramListener, IDramCommandObserver
{
    private readonly DramPreset _preset = configuration.Preset;
    private readonly int[] _counts = [.. configuration.Preset.Counts.Select((c, level) =>
        level == 1 && configuration.Preset.Levels[1] == "Rank" ? configuration.EffectiveRanks : c)];

    public void WriteHeaders()
    {
        requests?.WriteLine("request,type,address,channel,arrive,depart,delivered,outcome");
        commands?.WriteLine($"cycle,command,{string.Join(',', _preset.Levels)}");
    }

    public void OnCompleted(in DramCompletion c)
    {
        if (c.Outcome is not (DramOutcome.Forwarded or DramOutcome.Coalesced)) bandwidth?.Add(c.Depart, _preset.TransactionBytes);
        requests?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{c.Tag},{(c.IsWrite ? 'W' : 'R')},0x{c.Address:x},{c.Channel},{c.Arrive},{c.Depart},{c.Delivered},{OutcomeName(c.Outcome)}"));
    }

    public void OnCommand(in DramCommandRecord c)
    {
        meter?.OnCommand(in c);
        if (commands is null) return;
        bool all = c.Command is DramCommandKind.PrechargeAll or DramCommandKind.Refresh;
        string fields = "";
        int rest = c.Bank;
        for (int level = _preset.BankLevel; level >= 1; level--)
        {
            fields = string.Create(CultureInfo.InvariantCulture, $",{(all && level > 1 ? -1 : rest % _counts[level])}{fields}");
            rest /= _counts[level];
        }

        commands.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{c.Cycle},{_preset.CommandNames[c.Command]},{c.Channel}{fields},{c.Row},{c.Column}"));
    }

    private static string OutcomeName(DramOutcome outcome) => outcome switch
    {
        DramOutcome.Hit => "hit",
        DramOutcome.Miss => "miss",
        DramOutcome.Conflict => "conflict",
        DramOutcome.Forwarded => "forwarded",
        DramOutcome.Coalesced => "coalesced",
        _ => "",
    };
}

/// <summary>What a transaction-level run of <c>smaug dram</c> writes and measures while it goes on.</summary>
internal sealed class TransactionLog(StreamWriter? requests, StreamWriter? commands, BandwidthSeries? bandwidth) : ITransactionListener
{
    private readonly SortedDictionary<long, long> _latencies = [];

    public BandwidthSeries? Bandwidth => bandwidth;

    /// <summary>Read packets by whole nanoseconds from acceptance to response.</summary>
    public IEnumerable<(long Nanoseconds, long Packets)> Latencies => _latencies.Select(l => (l.Key, l.Value));

    public void WriteHeaders()
    {
        requests?.WriteLine("request,type,address,accepted_ps,response_ps");
        commands?.WriteLine("time_ps,command,channel,rank,bank");
    }

    public void OnResponse(in TransactionResponse r)
    {
        if (!r.IsWrite)
        {
            long latency = (r.Time - r.Accepted).Picoseconds / 1000;
            _latencies[latency] = _latencies.GetValueOrDefault(latency) + 1;
        }

        requests?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{r.Tag},{(r.IsWrite ? 'W' : 'R')},0x{r.Address:x},{r.Accepted.Picoseconds},{r.Time.Picoseconds}"));
    }

    public void OnRetry(bool isWrite)
    {
    }

    public void WriteCommand(DramCommandKind command, SimTime time, int channel, int rank, int bank) => commands?.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{time.Picoseconds},{Name(command)},{channel},{rank},{bank}"));

    private static string Name(DramCommandKind command) => command switch
    {
        DramCommandKind.Activate => "ACT",
        DramCommandKind.Precharge => "PRE",
        DramCommandKind.Read => "RD",
        DramCommandKind.Write => "WR",
        _ => "REF",
    };
}

/// <summary>One channel of a transaction-level run.</summary>
internal sealed class TransactionChannelLog(int channel, TransactionConfiguration configuration, TransactionLog log, TransactionEnergyMeter? meter)
    : ITransactionObserver
{
    public void OnBurst(in BurstRecord burst)
    {
        log.Bandwidth?.Add(burst.Ready.Picoseconds, configuration.BurstBytes);
        meter?.OnBurst(in burst);
    }

    public void OnRefreshDone(int rank, SimTime time) => meter?.OnRefreshDone(rank, time);

    public void OnCommand(DramCommandKind command, SimTime time, int rank, int bank)
    {
        meter?.OnCommand(command, time, rank, bank);
        log.WriteCommand(command, time, channel, rank, bank);
    }
}
