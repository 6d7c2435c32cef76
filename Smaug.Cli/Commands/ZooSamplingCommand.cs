using System.CommandLine;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Zoo;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug zoo sampling</c>: what sampling the kernels costs in accuracy and saves in simulation, network by network.</summary>
internal static class ZooSamplingCommand
{
    public static Command Create()
    {
        var networks = new Argument<string[]>("NETWORK") { Description = "networks to study (default: tutorial, minerva, lenet5)", Arity = ArgumentArity.ZeroOrMore };
        var levels = new Option<string[]>("--sample-level")
        {
            Description = "levels to compare with no sampling (default: low medium high very_high)",
            HelpName = "LEVEL",
            AllowMultipleArgumentsPerToken = true,
        };
        var numbers = new Option<int[]>("--sample-num") { Description = "iterations of a sampled loop that are run (default 1)", HelpName = "N", AllowMultipleArgumentsPerToken = true };
        var rounds = new Option<int>("--repeat") { Description = "rounds whose median processor time counts", DefaultValueFactory = _ => 3, HelpName = "N" };
        Option<string> folder = OutputOption.Folder("--out", "write sampling.md, .csv, .json and .svg into a folder");
        var command = new Command("sampling", "Run networks with traced and scheduled kernels, without and with sampling: error and speed-up of each level.") { networks, levels, numbers, rounds, folder };
        command.SetAction((parseResult, cancellationToken) =>
        {
            int repeat = parseResult.GetValue(rounds);
            if (repeat < 1) throw new ConfigurationException($"--repeat {repeat}: must be at least 1");
            string[] names = parseResult.GetValue(networks) is { Length: > 0 } given ? given : ["tutorial", "minerva", "lenet5"];
            IReadOnlyList<Sampling> samplings = Samplings(parseResult.GetValue(levels) ?? [], parseResult.GetValue(numbers) ?? []);
            Run(parseResult.InvocationConfiguration.Output, ZooSelection.Find(names), samplings, new SamplingStudy(repeat), parseResult.GetValue(folder), cancellationToken);
            return Task.FromResult(0);
        });
        return command;
    }

    private static List<Sampling> Samplings(string[] levels, int[] numbers)
    {
        if (levels.Length == 0) levels = ["low", "medium", "high", "very_high"];
        if (numbers.Length == 0) numbers = [1];
        var samplings = new List<Sampling>();
        foreach (string level in levels)
        {
            foreach (int number in numbers) samplings.Add(SamplingChoice.Parse(level, number));
        }

        // No sampling is what all are compared with, and does not depend on the number.
        samplings.RemoveAll(s => s.Level == SamplingLevel.None);
        return samplings;
    }

    private static void Run(TextWriter output, IReadOnlyList<ZooModel> models, IReadOnlyList<Sampling> samplings, SamplingStudy study, string? folder, CancellationToken cancellationToken)
    {
        var figures = new List<SamplingFigures>();
        foreach (ZooModel model in models) figures.AddRange(study.Run(ModelZoo.Create(model.Name, Backends.Smv), samplings, cancellationToken));
        FigureTable table = Table(figures);
        output.Write(table.ToMarkdown());
        if (folder is null) return;
        foreach (string ending in (string[])["md", "csv", "json"]) table.Save(Path.Combine(folder, "sampling." + ending));
        AtomicFile.WriteText(Path.Combine(folder, "sampling.svg"), SamplingChart.Draw(figures).ToString());
        output.WriteLine($"sampling.md, sampling.csv, sampling.json and sampling.svg written to {folder}");
    }

    private static FigureTable Table(IReadOnlyList<SamplingFigures> figures)
    {
        const string signed = "+0.00;-0.00;0.00";
        var table = new FigureTable(
            new FigureColumn("network", "network"), new FigureColumn("level", "level"), new FigureColumn("iterations", "iterations", "N0"),
            new FigureColumn("traced instructions", "traced_instructions", "N0"), new FigureColumn("fewer, times", "fewer_instructions", "0.0"),
            new FigureColumn("CPU s", "cpu_s", "0.00"), new FigureColumn("faster, times", "speedup", "0.0"),
            new FigureColumn("accelerator cycles", "cycles", "N0"), new FigureColumn("error %", "cycles_error_percent", signed),
            new FigureColumn("worst launch %", "largest_launch_error_percent", "0.00"),
            new FigureColumn("network us", "time_us", "N1"), new FigureColumn("error %", "time_error_percent", signed));
        foreach (SamplingFigures f in figures)
        {
            table.Add(
                f.Network, SamplingChoice.Name(f.Sampling.Level), f.Sampling.Level == SamplingLevel.None ? null : (long)f.Sampling.Iterations,
                f.Instructions, f.FewerInstructions, f.CpuSeconds, f.Speedup, f.Cycles, f.CyclesErrorPercent, f.LargestErrorPercent, f.TimeMicroseconds, f.TimeErrorPercent);
        }

        return table;
    }
}
