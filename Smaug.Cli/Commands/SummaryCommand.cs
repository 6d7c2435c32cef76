using System.CommandLine;
using System.Globalization;
using Smaug.Core.Formats;
using Smaug.Core.Graphs;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug summary</c>: the operators of a model with shapes and parameters.</summary>
internal static class SummaryCommand
{
    public static Command Create()
    {
        var model = new ModelArgument();
        var dumpGraph = new Option<bool>("--dump-graph") { Description = "also write NAME_dataflow_graph.dot for Graphviz into the current folder" };
        var command = new Command("summary", "Print the operators of a model in the order they run, with output shapes and parameters.");
        model.AddTo(command);
        command.Add(dumpGraph);
        command.SetAction(parseResult => Run(model.Load(parseResult), parseResult.GetValue(dumpGraph), parseResult.InvocationConfiguration.Output));
        return command;
    }

    private static void Run(Graph graph, bool dumpGraph, TextWriter output)
    {
        GraphSummary.Write(output, new GraphTopology(graph));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{graph.Name} for {graph.Backend} ({graph.MemoryPolicy}): {graph.Nodes.Length:N0} nodes, {NodeMetrics.Parameters(graph):N0} parameters, {NodeMetrics.MultiplyAccumulates(graph):N0} multiply-accumulates"));
        if (!dumpGraph) return;
        string path = $"{graph.Name}_dataflow_graph.dot";
        AtomicFile.WriteText(path, GraphDot.ToText(graph));
        output.WriteLine($"Graph written to {path}");
    }
}
