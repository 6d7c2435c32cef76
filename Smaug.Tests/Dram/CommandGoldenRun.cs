using System.Globalization;
using Smaug.Memory.Dram;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Mapping;
using Smaug.Memory.Dram.Standards;
using Smaug.Memory.Dram.Traces;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Dram;

/// <summary>Runs a golden trace through the command-level memory and keeps what the logs compare.</summary>
internal sealed class CommandGoldenRun : IDramListener, IDramCommandObserver
{
    public DramMemory Memory { get; }

    public DramCompletion[] Completions { get; private set; } = [];

    public List<DramCommandRecord> Commands { get; } = [];

    public long CompletedReads { get; private set; }

    public long CompletedWrites { get; private set; }

    private CommandGoldenRun(DramConfiguration configuration, bool logsCommands) =>
        Memory = new DramMemory(configuration with { WrapAddresses = true }, this, logsCommands ? this : null);

    public static CommandGoldenRun ToEnd(DramConfiguration configuration, string trace, bool logsCommands = false)
    {
        var run = new CommandGoldenRun(configuration, logsCommands);
        using DramTraceReader reader = Open(trace);
        new DramTraceRun(run.Memory, reader).ToEnd();
        return run;
    }

    public static CommandGoldenRun ToLastAcceptance(DramConfiguration configuration, string trace, long requests)
    {
        var run = new CommandGoldenRun(configuration, logsCommands: false);
        using DramTraceReader reader = Open(trace);
        new DramTraceRun(run.Memory, reader).ToLastAcceptance(requests);
        return run;
    }

    public void OnCompleted(in DramCompletion completion)
    {
        if (completion.IsWrite) CompletedWrites++;
        else CompletedReads++;
        if (completion.Tag >= Completions.Length)
        {
            DramCompletion[] longer = new DramCompletion[Math.Max(4096, 2 * completion.Tag)];
            Completions.CopyTo(longer, 0);
            Completions = longer;
        }

        Completions[completion.Tag] = completion;
    }

    public void OnCommand(in DramCommandRecord command) => Commands.Add(command);

    public IEnumerable<string> RequestLines(bool withOutcome)
    {
        for (int i = 0; i < CompletedReads + CompletedWrites; i++)
        {
            DramCompletion c = Completions[i];
            string line = string.Create(CultureInfo.InvariantCulture,
                $"{c.Tag},{(c.IsWrite ? 'W' : 'R')},{c.Address:x},{c.Arrive},{c.Depart},{c.Delivered}");
            yield return withOutcome ? line + "," + "-hmcfc"[(int)c.Outcome] : line;
        }
    }

    /// <summary>The command log; fields of levels below an all-bank command are -1.</summary>
    public IEnumerable<string> CommandLines(int? channel = null)
    {
        int[] counts = [.. Memory.Geometry.Counts];
        int levels = Memory.Geometry.BankLevel;
        DramPreset preset = Memory.Configuration.Preset;
        IEnumerable<DramCommandRecord> commands = channel is { } only ? Commands.Where(c => c.Channel == only) : Commands;
        foreach (DramCommandRecord c in commands)
        {
            bool all = c.Command is DramCommandKind.PrechargeAll or DramCommandKind.Refresh;
            string[] fields = new string[levels];
            int rest = c.Bank;
            for (int level = levels; level >= 1; level--)
            {
                fields[level - 1] = all && level > 1 ? "-1" : DramGolden.Text(rest % counts[level]);
                rest /= counts[level];
            }

            string line = string.Create(CultureInfo.InvariantCulture,
                $"{c.Cycle},{preset.CommandNames[c.Command]},{c.Channel},{string.Join(',', fields)},{c.Row},{c.Column}");
            yield return channel is null ? line : line + (all ? ",-1,-1" : c.IsWrite ? ",1,0" : ",0,0");
        }
    }

    public static DramConfiguration FromRow(Dictionary<string, string> row)
    {
        string mapping = row.GetValueOrDefault("mapping", "RoBaRaCoCh");
        return new DramConfiguration
        {
            Preset = DramPresets.Get(row["speed"], row["org"], DramRules.Ramulator1),
            Channels = int.Parse(row["channels"], CultureInfo.InvariantCulture),
            Ranks = int.Parse(row["ranks"], CultureInfo.InvariantCulture),
            Scheduler = RequestSchedulers.All.Single(s => s.Name == row.GetValueOrDefault("scheduler", "FRFCFS_Cap")),
            RowPolicy = RowPolicies.All.Single(p => p.Name == row.GetValueOrDefault("row_policy", "Opened")),
            Mapping = mapping switch
            {
                "RoBaRaCoCh" => FieldOrderMapping.RoBaRaCoCh,
                "ChRaBaRoCo" => FieldOrderMapping.ChRaBaRoCo,
                _ => CustomMapping.Load(GoldenData.Require("dram", mapping)),
            },
        };
    }

    private static DramTraceReader Open(string trace) => DramTraceReader.Open(GoldenData.Require("dram", "traces", trace + ".trace.gz"));
}
