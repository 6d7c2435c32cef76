using System.CommandLine;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Sweeps;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug sweep</c>: networks on every SoC of a cross product of parameters, resumable, in parallel, drawn.</summary>
internal static class SweepCommand
{
    public static Command Create()
    {
        var file = new Argument<string?>("FILE") { Description = "a sweep in JSON: parameters with lists of values, as the original's sweeper reads them", Arity = ArgumentArity.ZeroOrOne };
        var set = new Option<string[]>("--set") { Description = $"a parameter and its values: NAME=V1,V2; names: {string.Join(", ", SweepParameters.Names)}", HelpName = "NAME=VALUES", AllowMultipleArgumentsPerToken = false };
        var model = new Option<string>("--model") { Description = "network where the sweep names none: zoo:NAME or a topology file (default zoo:tutorial)", HelpName = "MODEL" };
        var soc = new Option<string>("--soc") { Description = "SoC that parameters change: a preset or a JSON file (default tutorial)", HelpName = "NAME|FILE" };
        var sample = new Option<string>("--sample-level") { Description = "loops that are sampled: no, low, medium, high, very_high (default no)", HelpName = "LEVEL" };
        var jobs = new Option<int?>("--jobs") { Description = "points that run at the same time (default: the processors)", HelpName = "N" };
        Option<string> folder = OutputOption.Folder("--out", "write table, drawings and page into a folder, which also keeps finished points: the same command goes on where it was stopped");
        var command = new Command("sweep", "Run networks on every SoC of a cross product of parameters: a table, drawings and a page. Resumable; the result does not depend on the number of jobs.") { file, set, model, soc, sample, jobs, folder };
        command.SetAction((parsed, cancellationToken) =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            SweepSpecification sweep = Specification(parsed.GetValue(file), parsed.GetValue(set) ?? []);
            foreach (string note in sweep.Notes) output.WriteLine($"note: {note}");
            var options = new SweepOptions
            {
                Soc = SocArgument.Load(parsed.GetValue(soc) ?? SocPresets.Tutorial.Name),
                Sampling = parsed.GetValue(sample) is { } level ? new Sampling(RunCommandOptions.LevelOf(level), 1) : Sampling.Off,
                Folder = parsed.GetValue(folder) is { } kept ? Path.Combine(kept, "points") : null,
            };
            if (parsed.GetValue(jobs) is { } count) options = options with { Jobs = count };
            string fallback = parsed.GetValue(model) ?? "zoo:tutorial";
            SweepResult result = LiveProgress.Show(output, options, o => SocSweep.Run(sweep, name => Network(name, fallback), o, cancellationToken));
            Report(output, result, parsed.GetValue(folder));
            return Task.FromResult(0);
        });
        return command;
    }

    private static Graph Network(string name, string fallback) => ModelArgument.Load(name.Length == 0 ? fallback : name, parameters: null, backend: null);

    private static SweepSpecification Specification(string? file, string[] set)
    {
        SweepSpecification sweep = file is null ? new SweepSpecification() : SweepSpecification.Read(file);
        foreach (string given in set)
        {
            int equals = given.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new ConfigurationException($"--set {given}: must be NAME=VALUE,VALUE");
            sweep = sweep.With(given[..equals], given[(equals + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        return sweep.Axes.IsEmpty ? throw new ConfigurationException("the sweep has no parameter: give a file or --set NAME=VALUES") : sweep;
    }

    private static void Report(TextWriter output, SweepResult result, string? folder)
    {
        output.Write(SweepReport.Text(result));
        foreach (string note in result.Notes) output.WriteLine($"note: {note}");
        if (folder is null) return;
        SweepReport.Save(result, folder);
        if (result.Resumed > 0) output.WriteLine($"{result.Resumed} of {result.Rows.Length} points had been finished before");
        output.WriteLine($"sweep.csv, sweep.html and drawings written to {folder}");
    }
}
