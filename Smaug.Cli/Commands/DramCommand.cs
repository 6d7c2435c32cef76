using System.CommandLine;
using Smaug.Core;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Mapping;
using Smaug.Memory.Dram.Standards;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug dram</c>: runs a memory trace through a DRAM model and prints its statistics.</summary>
internal sealed class DramCommand
{
    private readonly Argument<string?> _trace = new("trace")
    {
        Description = "Trace: lines '0xADDR R|W [CYCLE]' or 'LD|ST ADDR', plain or .gz.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _preset = new("--preset", "-p") { Description = "Device preset; --list shows all." };

    private readonly Option<string?> _rules = new("--rules")
    {
        Description = "Whose rules the controller follows: ramulator1, ramulator2 or gem5. Default: the first that has the preset.",
    };

    private readonly Option<bool> _list = new("--list") { Description = "List all presets and stop." };

    private readonly Option<int?> _channels = new("--channels") { Description = "Channels, a power of two. Default 1." };

    private readonly Option<int?> _ranks = new("--ranks") { Description = "Ranks of a channel. Default: the preset's." };

    private readonly Option<string?> _mapping = new("--mapping", "-m")
    {
        Description = "Address mapping: RoBaRaCoCh (default), ChRaBaRoCo or a mapping file; gem5: RoRaBaCoCh, RoRaBaChCo, RoCoRaBaCh.",
    };

    private readonly Option<string?> _scheduler = new("--scheduler", "-s")
    {
        Description = "FCFS, FRFCFS, FRFCFS_Cap, FRFCFS_PriorHit or FRFCFS_RowHit; gem5: fcfs or frfcfs.",
    };

    private readonly Option<string?> _rowPolicy = new("--row-policy", "-r")
    {
        Description = "Opened (default), Closed, ClosedAP, ClosedCAP or Timeout; gem5: open, open_adaptive, close or close_adaptive.",
    };

    private readonly Option<string?> _refresh = new("--refresh") { Description = "AllBank (default), Staggered, PerBank or None." };

    private readonly Option<int?> _interleave = new("--interleave")
    {
        Description = "Bytes that go to one channel before the next one. Default: as the mapping says.",
    };

    private readonly Option<bool> _wrap = new("--wrap") { Description = "Let addresses beyond the devices wrap round." };

    private readonly Option<string?> _currents = new("--currents")
    {
        Description = "Compute energy with the currents of this gem5 device class (gem5 presets have their own).",
    };

    private readonly Option<string?> _json = new("--json") { Description = "Write the statistics to this JSON file." };

    private readonly Option<string?> _html = new("--html") { Description = "Write figures, read latencies and bandwidth as a page to this HTML file." };

    private readonly Option<string?> _requests = new("--requests") { Description = "Write one line per finished request to this CSV file." };

    private readonly Option<string?> _commands = new("--commands") { Description = "Write one line per DRAM command to this CSV file." };

    private DramCommand()
    {
    }

    public static Command Create() => new DramCommand().Build();

    private Command Build()
    {
        var command = new Command("dram", "Run a memory trace through a DRAM model, command by command.")
        {
            _trace, _preset, _rules, _list, _channels, _ranks, _mapping, _interleave, _scheduler, _rowPolicy, _refresh, _wrap, _currents,
            _json, _html, _requests, _commands,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_list))
        {
            List(output);
            return 0;
        }

        string trace = parsed.GetValue(_trace) ?? throw new ConfigurationException("no trace: give a file of lines '0xADDR R|W', or --list");
        string preset = parsed.GetValue(_preset) ?? throw new ConfigurationException("no preset: give one with --preset; --list shows all");
        var files = new DramFiles(parsed.GetValue(_json), parsed.GetValue(_html), parsed.GetValue(_requests), parsed.GetValue(_commands));
        if (IsTransactionLevel(parsed.GetValue(_rules), preset))
        {
            DramRuns.Run(TransactionLevel(parsed, preset), parsed.GetValue(_channels) ?? 1, trace, parsed.GetValue(_wrap), files, output, cancellation);
        }
        else
        {
            DramRuns.Run(CommandLevel(parsed, preset), trace, parsed.GetValue(_currents), files, output, cancellation);
        }

        return 0;
    }

    private static bool IsTransactionLevel(string? rules, string preset) => rules switch
    {
        null => TransactionPresets.Contains(preset),
        "gem5" => true,
        "ramulator1" or "ramulator2" => false,
        _ => throw new ConfigurationException($"--rules {rules}: must be ramulator1, ramulator2 or gem5"),
    };

    private DramConfiguration CommandLevel(ParseResult parsed, string name)
    {
        DramPreset preset = parsed.GetValue(_rules) switch
        {
            "ramulator1" => DramPresets.Get(name, DramRules.Ramulator1),
            "ramulator2" => DramPresets.Get(name, DramRules.Ramulator2),
            _ => DramPresets.Get(name),
        };
        return CommandLevel(parsed, preset);
    }

    private DramConfiguration CommandLevel(ParseResult parsed, DramPreset preset) => new()
    {
        Preset = preset,
        Channels = parsed.GetValue(_channels) ?? 1,
        Ranks = parsed.GetValue(_ranks),
        Mapping = Mapping(parsed, preset),
        Scheduler = parsed.GetValue(_scheduler) is { } scheduler ? RequestSchedulers.Get(scheduler) : null,
        RowPolicy = RowPolicies.Get(parsed.GetValue(_rowPolicy) ?? "Opened"),
        Refresh = RefreshManagers.Get(parsed.GetValue(_refresh) ?? "AllBank"),
        WrapAddresses = parsed.GetValue(_wrap),
    };

    private IAddressMapping Mapping(ParseResult parsed, DramPreset preset)
    {
        string name = parsed.GetValue(_mapping) ?? "RoBaRaCoCh";
        IAddressMapping mapping = File.Exists(name) ? CustomMapping.Load(name) : AddressMappings.Get(name);
        return parsed.GetValue(_interleave) is { } bytes ? ChannelInterleaving.EveryBytes(mapping, bytes, preset) : mapping;
    }

    private TransactionConfiguration TransactionLevel(ParseResult parsed, string preset)
    {
        TransactionConfiguration configuration = TransactionPresets.Get(preset);
        if (parsed.GetValue(_refresh) is { } refresh) throw new ConfigurationException($"--refresh {refresh}: a gem5 preset has no choice of it");
        if (parsed.GetValue(_currents) is not null) throw new ConfigurationException("--currents: a gem5 preset has its own currents");
        return configuration with
        {
            Ranks = parsed.GetValue(_ranks) ?? configuration.Ranks,
            ChannelInterleaveBytes = parsed.GetValue(_interleave),
            Mapping = Enumerated(parsed.GetValue(_mapping), "--mapping", configuration.Mapping),
            Scheduler = Enumerated(parsed.GetValue(_scheduler), "--scheduler", configuration.Scheduler),
            PagePolicy = Enumerated(parsed.GetValue(_rowPolicy)?.Replace("_", "", StringComparison.Ordinal), "--row-policy", configuration.PagePolicy),
        };
    }

    private static T Enumerated<T>(string? text, string option, T standard) where T : struct, Enum
    {
        if (text is null) return standard;
        foreach (T value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase)) return value;
        }

        throw new ConfigurationException($"{option} {text}: a gem5 preset takes {string.Join(", ", Enum.GetNames<T>())}");
    }

    private static void List(TextWriter output)
    {
        foreach (DramRules rules in Enum.GetValues<DramRules>())
        {
            output.WriteLine(rules == DramRules.Ramulator1 ? "ramulator1:" : "ramulator2:");
            foreach (string name in DramPresets.Names(rules)) output.WriteLine("  " + name);
        }

        output.WriteLine("gem5:");
        foreach (string name in TransactionPresets.Names) output.WriteLine("  " + name);
        ListPolicies(output, "ramulator1 and ramulator2", AddressMappings.All.Select(m => m.Name), RequestSchedulers.All.Select(s => s.Name),
            RowPolicies.All.Select(p => p.Name), RefreshManagers.All.Select(r => r.Name));
        ListPolicies(output, "gem5", Enum.GetNames<TransactionMapping>(), Enum.GetNames<TransactionScheduler>(),
            Enum.GetNames<TransactionPagePolicy>(), []);
    }

    private static void ListPolicies(TextWriter output, string rules, IEnumerable<string> mappings, IEnumerable<string> schedulers,
        IEnumerable<string> rowPolicies, IEnumerable<string> refresh)
    {
        output.WriteLine($"policies of {rules}:");
        output.WriteLine("  --mapping    " + string.Join(", ", mappings));
        output.WriteLine("  --scheduler  " + string.Join(", ", schedulers));
        output.WriteLine("  --row-policy " + string.Join(", ", rowPolicies));
        if (refresh.Any()) output.WriteLine("  --refresh    " + string.Join(", ", refresh));
    }
}
