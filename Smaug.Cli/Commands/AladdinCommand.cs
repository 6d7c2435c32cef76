using System.CommandLine;
using System.Text;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Core.Formats;
using Smaug.Core.Reporting;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug aladdin</c>: cycles, power and area of an accelerator from a dynamic trace.</summary>
internal static class AladdinCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "Name of the benchmark; NAME_summary and NAME_spad_stats.txt are written." };
        var trace = new Argument<string>("trace") { Description = "Dynamic trace, plain or gzip." };
        var configuration = new Argument<string>("config") { Description = "Accelerator configuration." };
        var json = new Option<string?>("--json") { Description = "Also write the results as JSON to this file." };
        var activity = new Option<string?>("--activity") { Description = "Also write per-cycle activity (CSV) to this file." };
        var picture = new Option<string?>("--html") { Description = "Also write schedule and activity as a page with pictures to this file." };
        Option<bool> corrected = CorrectedOption(), old = OldNumberingOption();
        var command = new Command("aladdin", "Estimate an accelerator from a dynamic trace: cycles, power, area.")
        {
            name, trace, configuration, json, activity, picture, corrected, old,
        };
        command.SetAction(parsed => Run(
            parsed.InvocationConfiguration.Output, parsed.GetRequiredValue(name), parsed.GetRequiredValue(trace), parsed.GetRequiredValue(configuration),
            parsed.GetValue(json), parsed.GetValue(activity), parsed.GetValue(picture), Options(parsed.GetValue(corrected), parsed.GetValue(old)) with
            {
                RecordActivity = parsed.GetValue(activity) is not null || parsed.GetValue(picture) is not null,
            }));
        command.Subcommands.Add(AladdinExploreCommand.Create());
        return command;
    }

    public static Option<bool> CorrectedOption() => new("--corrected") { Description = "Mend the reference's known defects." };

    public static Option<bool> OldNumberingOption() => new("--llvm34") { Description = "The trace has LLVM 3.4 opcode numbers." };

    public static AladdinOptions Options(bool corrected, bool old) => new()
    {
        Fidelity = corrected ? AladdinFidelity.Corrected : AladdinFidelity.ReferenceExact,
        Numbering = old ? OpcodeNumbering.Llvm34 : OpcodeNumbering.Llvm6,
    };

    private static int Run(TextWriter output, string name, string trace, string configuration, string? json, string? activity, string? picture, AladdinOptions options)
    {
        DatapathConfiguration accelerator = DatapathConfigurationFile.Read(configuration);
        List<AladdinResult> results = [];
        var summary = new StringBuilder();
        var scratchpads = new StringBuilder();
        var page = new HtmlPage($"{name}: activity");
        using var activityText = new StringWriter();
        foreach (AladdinResult result in AladdinSimulator.Run(trace, accelerator, options))
        {
            GraphStatistics g = result.Graph;
            output.WriteLine($"Nodes: {g.Nodes}, edges: {g.Edges}, register edges: {g.RegisterEdgeInsertions}, memory edges: {g.MemoryEdges}, control edges: {g.ControlEdges}");
            output.WriteLine($"Total connected nodes: {g.ConnectedNodes}");
            output.WriteLine($"Total edges: {g.ScheduledEdges}");
            string block = ResultBlock.Format(name, result);
            output.Write(block);
            summary.Append(block);
            scratchpads.Append(ResultBlock.FormatScratchpads(result));
            if (activity is not null) result.Activity!.Write(activityText);
            if (picture is not null) page.Drawing(AladdinCharts.Activity(result));
            results.Add(result with { Activity = null });
        }
        output.WriteLine("Reached end of trace.");
        AtomicFile.WriteText(name + "_summary", summary.ToString());
        AtomicFile.WriteText(name + "_spad_stats.txt", scratchpads.ToString());
        if (json is not null) AtomicFile.Write(json, stream => AladdinJson.Write(stream, results));
        if (activity is not null) AtomicFile.WriteText(activity, activityText.ToString());
        if (picture is not null) AtomicFile.WriteText(picture, page.ToString());
        return 0;
    }
}
