using System.CommandLine;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Units;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug run</c>: runs a model on a simulated SoC and tells what it computed and where the time went.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var model = new ModelArgument();
        var options = new RunCommandOptions();
        var command = new Command("run", "Run a model on a simulated SoC: what it computes, and where the time goes, operator by operator.");
        model.AddTo(command);
        options.AddTo(command);
        command.SetAction((parseResult, cancellationToken) =>
        {
            Run(parseResult, model, options, cancellationToken);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Run(ParseResult parsed, ModelArgument argument, RunCommandOptions options, CancellationToken cancellationToken)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        int debugLevel = options.DebugLevelOf(parsed);
        List<string> notes = [];
        Graph graph = argument.Load(parsed);
        Soc soc = options.SocOf(parsed, graph, notes);
        if (options.MemoryPolicyOf(parsed) is var policy && policy != MemoryPolicy.Unknown) graph = graph.WithMemoryPolicy(policy);
        bool computeValues = options.ComputesValues(parsed, graph);
        SimTime? maximumTime = options.MaximumTimeOf(parsed);
        RunHeader.Write(output, graph, soc, options.SamplingOf(parsed));
        if (parsed.GetValue(options.DumpGraph)) RunFiles.WriteDot(output, graph);

        ExecutionPlan plan = soc.Plan(graph, cancellationToken);
        if (debugLevel >= 0) RunDebug.WriteTiling(output, plan, debugLevel);
        var run = new RunOptions
        {
            ComputeValues = computeValues,
            Sampling = options.SamplingOf(parsed),
            Notes = [.. notes],
            MaximumTime = maximumTime,
            RecordStatistics = parsed.GetValue(options.Stats) is not null,
            RecordTimeline = parsed.GetValue(options.Out) is not null,
            Values = new FunctionalOptions { Observer = debugLevel >= 2 && computeValues ? result => RunDebug.WriteOutput(output, result) : null },
            Progress = debugLevel >= 0 ? new RunDebug.Scheduling(output, plan, debugLevel, soc.Configuration.Accelerators.Count) : null,
        };
        RunResult result = LiveProgress.Show(output, run, r => soc.Run(plan, r, cancellationToken));

        if (result.Values is { } values) RunHeader.WriteValues(output, values);
        options.PrintLastOutput(parsed, output, result);
        output.Write(RunReportText.Format(result.Report));
        if (parsed.GetValue(options.Json) is { } json)
        {
            RunReportJson.Save(result.Report, json);
            output.WriteLine($"report written to {json}");
        }

        if (parsed.GetValue(options.Stats) is { } stats)
        {
            StatisticsText.Save(result.Report.Statistics, stats);
            output.WriteLine($"statistics written to {stats}");
        }

        if (parsed.GetValue(options.Out) is { } folder) RunFiles.WriteAll(output, result.Report, folder);
    }
}
