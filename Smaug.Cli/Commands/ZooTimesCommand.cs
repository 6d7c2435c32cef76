using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Smaug.Core;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Zoo;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug zoo times</c>: every network on the tutorial's SoC, as a Markdown table for the documentation.</summary>
internal static class ZooTimesCommand
{
    public static Command Create()
    {
        var only = new Argument<string[]>("NETWORK") { Description = "networks to run (default: all)", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("times", "Run the networks without values on the tutorial's SoC: cycles of the accelerators, time, energy, as a Markdown table.") { only };
        command.SetAction((parseResult, cancellationToken) =>
        {
            Run(parseResult.InvocationConfiguration.Output, parseResult.GetValue(only) ?? [], cancellationToken);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Run(TextWriter output, string[] names, CancellationToken cancellationToken)
    {
        foreach (string name in names)
        {
            if (!ModelZoo.Models.Any(m => m.Name == name)) throw new ConfigurationException($"zoo model '{name}': unknown; use one of {string.Join(", ", ModelZoo.Models.Select(m => m.Name))}");
        }

        output.WriteLine("| network | launches | accelerator cycles | time ms | accelerator energy uJ | simulated in s |");
        output.WriteLine("|---|---:|---:|---:|---:|---:|");
        foreach (ZooModel model in ModelZoo.Models)
        {
            if (names.Length > 0 && !names.Contains(model.Name)) continue;
            Graph network = ModelZoo.Create(model.Name, Backends.Smv);
            var watch = Stopwatch.StartNew();
            RunReport report = new SocBuilder().Build().Run(network, cancellationToken: cancellationToken).Report;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {model.Name} | {report.Invocations.Length:N0} | {report.Invocations.Sum(i => i.Cycles):N0} | {report.Time.Total.Microseconds / 1000:0.000} | {report.AcceleratorEnergy.Microjoules:0.0} | {watch.Elapsed.TotalSeconds:0.0} |"));
        }
    }
}
