using System.CommandLine;
using System.Globalization;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Zoo;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug zoo times</c>: every network on the tutorial's SoC: cycles, time and energy with one engine model, or with both.</summary>
internal static class ZooTimesCommand
{
    private const double Million = 1e6;

    /// <summary>Bytes of memory that the simulation of a trace takes for each of its instructions, roughly.</summary>
    private const double BytesPerInstruction = 200;

    /// <summary>Part of the machine's memory that a simulation may take.</summary>
    private const double MemoryShare = 0.5;

    public static Command Create()
    {
        var only = new Argument<string[]>("NETWORK") { Description = "networks to run (default: all)", Arity = ArgumentArity.ZeroOrMore };
        var engine = new Option<string>("--engine-model") { Description = "how kernels are timed: formula, aladdin, or both beside each other", DefaultValueFactory = _ => "formula", HelpName = "MODEL" };
        var level = new Option<string>("--sample-level") { Description = "loops that are sampled: no, low, medium, high, very_high", DefaultValueFactory = _ => "no", HelpName = "LEVEL" };
        var number = new Option<int>("--sample-num") { Description = "iterations of a sampled loop that are run", DefaultValueFactory = _ => 1, HelpName = "N" };
        var limit = new Option<int>("--max-instructions") { Description = "million instructions of a network's traces above which aladdin is left out", DefaultValueFactory = _ => 100, HelpName = "MILLIONS" };
        Option<string> file = OutputOption.File("--out", "write the table: .md, .csv or .json");
        var command = new Command("times", "Run the networks without values on the tutorial's SoC: cycles of the accelerators, time, energy.") { only, engine, level, number, limit, file };
        command.SetAction((parseResult, cancellationToken) =>
        {
            string model = parseResult.GetValue(engine)!;
            if (model is not ("formula" or "aladdin" or "both")) throw new ConfigurationException($"--engine-model {model}: must be formula, aladdin or both");
            if (parseResult.GetValue(limit) < 1) throw new ConfigurationException($"--max-instructions {parseResult.GetValue(limit)}: must be at least 1");
            string? path = parseResult.GetValue(file);
            if (path is not null) FigureTable.CheckEnding(path);
            var times = new Times(model, SamplingChoice.Parse(parseResult.GetValue(level), parseResult.GetValue(number)), parseResult.GetValue(limit) * Million);
            Run(parseResult.InvocationConfiguration.Output, ZooSelection.Find(parseResult.GetValue(only) ?? []), times, path, cancellationToken);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Run(TextWriter output, IReadOnlyList<ZooModel> models, Times times, string? path, CancellationToken cancellationToken)
    {
        foreach (ZooModel model in models) times.Add(ModelZoo.Create(model.Name, Backends.Smv), cancellationToken);
        output.Write(times.Table.ToMarkdown());
        foreach (string note in times.Notes) output.WriteLine(note);
        if (path is null) return;
        times.Table.Save(path);
        output.WriteLine($"table written to {path}");
    }

    /// <summary>The table as it grows.</summary>
    private sealed class Times(string model, Sampling sampling, double maximumInstructions)
    {
        public FigureTable Table { get; } = new(
        [
            new FigureColumn("network", "network"), new FigureColumn("launches", "launches", "N0"), new FigureColumn("kinds", "kinds", "N0"),
            .. model is "formula" or "both" ? Columns(model == "both" ? "formula" : "") : [],
            .. model is "aladdin" or "both" ? Columns(model == "both" ? "aladdin" : "") : [],
            .. model == "both" ? [new FigureColumn("cycles: formula to aladdin %", "cycles_difference_percent", "+0.000;-0.000;0")] : Array.Empty<FigureColumn>(),
        ]);

        public List<string> Notes { get; } = [];

        public void Add(Graph network, CancellationToken cancellationToken)
        {
            var census = new KernelCensus();
            RunReport formula = Report(network, census, cancellationToken);
            bool isFeasible = census.Instructions <= maximumInstructions && census.LargestInstructions * BytesPerInstruction <= GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * MemoryShare;
            RunReport? aladdin = model != "formula" && isFeasible ? Report(network, new SmvAladdinModel(), cancellationToken) : null;
            if (model != "formula" && !isFeasible) Notes.Add(TooLarge(network, census));
            Table.Add(
            [
                network.Name, (long)formula.Invocations.Length, (long)census.Kinds,
                .. model == "aladdin" ? [] : Figures(formula),
                .. model == "formula" ? [] : Figures(aladdin),
                .. model != "both" ? [] : new object?[] { aladdin is null ? null : 100.0 * Cycles(formula) / Cycles(aladdin) - 100 },
            ]);
        }

        private RunReport Report(Graph network, ISmvEngineModel engine, CancellationToken cancellationToken) =>
            new SocBuilder().WithEngine(engine).Build().Run(network, new RunOptions { Sampling = sampling }, cancellationToken).Report;

        private static string TooLarge(Graph network, KernelCensus census) => string.Create(CultureInfo.InvariantCulture,
            $"{network.Name}: aladdin left out: traces of {census.Instructions / Million:N0} million instructions in {census.Kinds} kinds of launch, the largest {census.LargestInstructions / Million:N1} million, about {census.LargestInstructions * BytesPerInstruction / 1e9:0.0} GB of memory; sample, raise --max-instructions, or use more memory");

        private static FigureColumn[] Columns(string name)
        {
            (string before, string key) = name.Length == 0 ? ("", "") : (name + ": ", name + "_");
            return
            [
                new FigureColumn(before + "accelerator cycles", key + "cycles", "N0"), new FigureColumn(before + "time ms", key + "time_ms", "N3"),
                new FigureColumn(before + "accelerator energy uJ", key + "energy_uj", "N1"),
            ];
        }

        private static object?[] Figures(RunReport? report) =>
            report is null ? [null, null, null] : [Cycles(report), report.Time.Total.Microseconds / 1000, report.AcceleratorEnergy.Microjoules];

        private static long Cycles(RunReport report) => report.Invocations.Sum(i => i.Cycles);
    }
}
