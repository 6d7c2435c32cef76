using System.CommandLine;
using System.Globalization;
using Smaug.Core.Graphs;
using Smaug.Zoo;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug zoo</c>: the networks that come with Smaug.</summary>
internal static class ZooCommand
{
    public static Command Create()
    {
        var command = new Command("zoo", "List the networks that come with Smaug, with operators, parameters and multiply-accumulates.");
        command.SetAction(parseResult => Run(parseResult.InvocationConfiguration.Output));
        command.Add(ZooTimesCommand.Create());
        command.Add(ZooSamplingCommand.Create());
        return command;
    }

    private static void Run(TextWriter output)
    {
        output.WriteLine($"{"Name",-16}{"Operators",11}{"Parameters",14}{"MACs",18}  Description");
        foreach (ZooModel model in ModelZoo.Models)
        {
            Graph graph = ModelZoo.Create(model.Name, Backends.Smv);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{model.Name,-16}{graph.Nodes.Count(n => n.Kind != OperatorKind.Data),11:N0}{NodeMetrics.Parameters(graph),14:N0}{NodeMetrics.MultiplyAccumulates(graph),18:N0}  {model.Description}"));
        }

        output.WriteLine();
        output.WriteLine("MACs: multiply-accumulates of convolutions and inner products for one run. Use a network as zoo:NAME, for example:");
        output.WriteLine("  smaug summary zoo:lenet5");
    }
}
