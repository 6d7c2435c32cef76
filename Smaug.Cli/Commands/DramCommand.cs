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
        Description = "FCFS, FRFCFS, FRFCFS_Cap or FRFCFS_PriorHit; gem5: fcfs or frfcfs.",
    };

    private readonly Option<string?> _rowPolicy = new("--row-policy", "-r")
    {
        Description = "Opened (default), Closed, ClosedAP or Timeout; gem5: open, open_adaptive, close or close_adaptive.",
    };

    private readonly Option<string?> _refresh = new("--refresh") { Description = "AllBank (default), Staggered or None." };

    private readonly Option<bool> _wrap = new("--wrap") { Description = "Let addresses beyond the devices wrap round." };

    private readonly Option<string?> _currents = new("--currents")
    {
        Description = "Compute energy with the currents of this gem5 device class (gem5 presets have their own).",
    };

    private readonly Option<string?> _json = new("--json") { Description = "Write the statistics to this JSON file." };

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
            _trace, _preset, _rules, _list, _channels, _ranks, _mapping, _scheduler, _rowPolicy, _refresh, _wrap, _currents, _json,
            _requests, _commands,
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
        var files = new DramFiles(parsed.GetValue(_json), parsed.GetValue(_requests), parsed.GetValue(_commands));
        if (IsTransactionLevel(parsed.GetValue(_rules), preset))
        {
            DramRuns.Run(TransactionLevel(parsed, preset), trace, parsed.GetValue(_wrap), files, output, cancellation);
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

    private DramConfiguration CommandLevel(ParseResult parsed, string preset) => new()
    {
        Preset = parsed.GetValue(_rules) switch
        {
            "ramulator1" => DramPresets.Get(preset, DramRules.Ramulator1),
            "ramulator2" => DramPresets.Get(preset, DramRules.Ramulator2),
            _ => DramPresets.Get(preset),
        },
        Channels = parsed.GetValue(_channels) ?? 1,
        Ranks = parsed.GetValue(_ranks),
        Mapping = parsed.GetValue(_mapping) switch
        {
            null or "RoBaRaCoCh" => FieldOrderMapping.RoBaRaCoCh,
            "ChRaBaRoCo" => FieldOrderMapping.ChRaBaRoCo,
            { } file when File.Exists(file) => CustomMapping.Load(file),
            { } other => throw new ConfigurationException($"--mapping {other}: must be RoBaRaCoCh, ChRaBaRoCo or an existing mapping file"),
        },
        Scheduler = parsed.GetValue(_scheduler) is { } scheduler
            ? Named(RequestSchedulers.All, s => s.Name, scheduler, "--scheduler")
            : null,
        RowPolicy = Named(RowPolicies.All, p => p.Name, parsed.GetValue(_rowPolicy) ?? "Opened", "--row-policy"),
        Refresh = Named(RefreshManagers.All, r => r.Name, parsed.GetValue(_refresh) ?? "AllBank", "--refresh"),
        WrapAddresses = parsed.GetValue(_wrap),
    };

    private TransactionConfiguration TransactionLevel(ParseResult parsed, string preset)
    {
        TransactionConfiguration configuration = TransactionPresets.Get(preset);
        if ((parsed.GetValue(_channels) ?? 1) != 1)
        {
            throw new ConfigurationException($"--channels {parsed.GetValue(_channels)}: a gem5 preset is one channel; must be 1");
        }

        if (parsed.GetValue(_refresh) is { } refresh) throw new ConfigurationException($"--refresh {refresh}: a gem5 preset has no choice of it");
        if (parsed.GetValue(_currents) is not null) throw new ConfigurationException("--currents: a gem5 preset has its own currents");
        return configuration with
        {
            Ranks = parsed.GetValue(_ranks) ?? configuration.Ranks,
            Mapping = Enumerated(parsed.GetValue(_mapping), "--mapping", configuration.Mapping),
            Scheduler = Enumerated(parsed.GetValue(_scheduler), "--scheduler", configuration.Scheduler),
            PagePolicy = Enumerated(parsed.GetValue(_rowPolicy)?.Replace("_", "", StringComparison.Ordinal), "--row-policy", configuration.PagePolicy),
        };
    }

    private static T Named<T>(IReadOnlyList<T> all, Func<T, string> name, string wanted, string option)
    {
        foreach (T one in all)
        {
            if (string.Equals(name(one), wanted, StringComparison.OrdinalIgnoreCase)) return one;
        }

        throw new ConfigurationException($"{option} {wanted}: must be {string.Join(", ", all.Select(name))}");
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
    }
}
