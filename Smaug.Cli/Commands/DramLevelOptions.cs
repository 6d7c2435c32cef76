using System.CommandLine;
using System.CommandLine.Parsing;
using Smaug.Core;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Cli.Commands;

/// <summary>The options of <c>smaug run</c> that say how finely DRAM is simulated; those of the command level have the names of <c>smaug dram</c>.</summary>
internal sealed class DramLevelOptions
{
    private static readonly Dictionary<string, DramFidelity> s_levels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["analytical"] = DramFidelity.Analytical,
        ["transaction"] = DramFidelity.Transaction,
        ["command"] = DramFidelity.Command,
    };

    private static readonly Dictionary<string, DramRules> s_rules = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ramulator1"] = DramRules.Ramulator1,
        ["ramulator2"] = DramRules.Ramulator2,
    };

    private readonly Option<string> _level = new("--dram") { Description = "how finely DRAM is simulated behind --memory transaction, message or classic: analytical, transaction, command (default: the SoC's, else transaction)", HelpName = "LEVEL" };

    private readonly Option<string> _preset = new("--dram-preset") { Description = "devices of --dram command, such as LPDDR4_3200_8Gb_x16; 'smaug dram --list' has all. --mem-type has those of the other levels", HelpName = "NAME" };

    private readonly Option<string> _rules = Command("rules", "whose rules the controllers follow: ramulator1, ramulator2 (default: the first that has the preset)", "RULES");

    private readonly Option<int?> _channels = new("--dram-channels") { Description = "channels of --dram command, a power of two (default: the SoC's)", HelpName = "N" };

    private readonly Option<int?> _interleave = new("--dram-interleave") { Description = "bytes that go to one channel before the next one, with --dram command (default: as the mapping says)", HelpName = "BYTES" };

    private readonly Option<string> _mapping = Command("mapping", "address mapping: RoBaRaCoCh, ChRaBaRoCo", "NAME");

    private readonly Option<string> _scheduler = Command("scheduler", "scheduler: FCFS, FRFCFS, FRFCFS_Cap, FRFCFS_PriorHit, FRFCFS_RowHit", "NAME");

    private readonly Option<string> _rowPolicy = Command("row-policy", "row policy: Opened, Closed, ClosedAP, ClosedCAP, Timeout", "NAME");

    private readonly Option<string> _refresh = Command("refresh", "refresh manager: AllBank, Staggered, PerBank, None", "NAME");

    private readonly Option<string> _currents = Command("currents", "class whose currents give DRAM's energy, such as LPDDR4_3200_2x16", "CLASS");

    private Option[] OfCommands => [_preset, _rules, _channels, _interleave, _mapping, _scheduler, _rowPolicy, _refresh, _currents];

    public void AddTo(Command command)
    {
        command.Add(_level);
        foreach (Option option in OfCommands) command.Add(option);
    }

    /// <summary>Whether the command line names the devices of DRAM that is simulated command by command.</summary>
    public bool NamesDevices(ParseResult parsed) => parsed.GetValue(_preset) is not null;

    /// <summary>Changes the memory as the command line says.</summary>
    /// <exception cref="ConfigurationException">A word is unknown, or an option belongs to another level.</exception>
    public HostMemoryConfiguration Apply(ParseResult parsed, HostMemoryConfiguration memory)
    {
        if (parsed.GetValue(_level) is { } level) memory = memory with { DramFidelity = RunCommandOptions.Choice("--dram", level, s_levels) };
        if (memory.DramFidelity != DramFidelity.Command && OfCommands.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } option)
        {
            throw new ConfigurationException($"{option.Name} belongs to DRAM that is simulated command by command: give --dram command too, or leave it out");
        }

        CommandDramConfiguration own = memory.CommandDram;
        return memory with
        {
            Dram = parsed.GetValue(_preset) ?? memory.Dram,
            CommandDram = own with
            {
                Rules = parsed.GetValue(_rules) is { } rules ? RunCommandOptions.Choice("--dram-rules", rules, s_rules) : own.Rules,
                Channels = parsed.GetValue(_channels) ?? own.Channels,
                InterleaveBytes = parsed.GetValue(_interleave) ?? own.InterleaveBytes,
                Mapping = parsed.GetValue(_mapping) ?? own.Mapping,
                Scheduler = parsed.GetValue(_scheduler) ?? own.Scheduler,
                RowPolicy = parsed.GetValue(_rowPolicy) ?? own.RowPolicy,
                Refresh = parsed.GetValue(_refresh) ?? own.Refresh,
                Currents = parsed.GetValue(_currents) ?? own.Currents,
            },
        };
    }

    private static Option<string> Command(string name, string description, string help) => new($"--dram-{name}") { Description = $"{description}; with --dram command", HelpName = help };
}
