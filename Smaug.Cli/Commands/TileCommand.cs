using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Smaug.Accelerators.Host;
using Smaug.Accelerators.Smv;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Formats;
using Smaug.Core.Graphs;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug tile</c>: tiles and kernel launches of every operator of a model.</summary>
internal static class TileCommand
{
    public static Command Create()
    {
        var model = new ModelArgument();
        var json = OutputOption.File("--json", "also write tiles and launches to a JSON file (docs/tiling.md tells its fields)");
        var accelerators = new Option<int>("--num-accels") { Description = "accelerators that share the launches, 1 to 8", HelpName = "N", DefaultValueFactory = _ => 1 };
        var scratchpad = new Option<int?>("--scratchpad") { Description = "bytes of float16 that each SMV scratchpad holds (default 32768)", HelpName = "BYTES" };
        var compatibility = new Option<bool>("--compatibility") { Description = "tile exactly as the original SMAUG does, defects included" };
        var command = new Command("tile", "Print tiles and kernel launches of every operator of a model.");
        model.AddTo(command);
        foreach (Option option in (Option[])[json, accelerators, scratchpad, compatibility]) command.Add(option);
        command.SetAction(parseResult =>
        {
            Graph graph = model.Load(parseResult);
            var options = new PlanOptions { Accelerators = parseResult.GetValue(accelerators), Compatibility = parseResult.GetValue(compatibility) };
            ExecutionPlan plan = Planner.Plan(graph, BackendsFor(graph, parseResult.GetValue(scratchpad)), options);
            Print(plan, parseResult.InvocationConfiguration.Output);
            if (parseResult.GetValue(json) is not { } path) return;
            AtomicFile.Write(path, stream => TilingJson.Write(stream, plan, options));
            parseResult.InvocationConfiguration.Output.WriteLine($"Tiles and launches written to {path}");
        });
        return command;
    }

    private static ImmutableArray<IBackend> BackendsFor(Graph graph, int? scratchpadBytes)
    {
        if (scratchpadBytes is not { } bytes) return Backends.Create(graph.Backend);
        if (graph.Backend != Backends.Smv.Name) throw new ConfigurationException($"--scratchpad {bytes}: a model for {graph.Backend} is not tiled; leave the option out or use a model for {Backends.Smv.Name}");
        return [new SmvBackend(new SmvOptions { ScratchpadBytes = bytes }), new HostBackend()];
    }

    private static void Print(ExecutionPlan plan, TextWriter output)
    {
        long launches = 0, loaded = 0, stored = 0, multiplyAccumulates = 0;
        foreach (OperatorPlan operation in plan.Operators)
        {
            if (operation.Node.Kind == OperatorKind.Data) continue;
            TrafficSum traffic = TrafficSum.Of(operation);
            Line(output, $"{operation.Node} on {operation.Executor}: {Count(operation.Launches.Length, "launch", "launches")}, {traffic.LoadedBytes:N0} B loaded, {traffic.StoredBytes:N0} B stored, {operation.MultiplyAccumulates:N0} MACs");
            foreach (TiledOperand operand in operation.Operands)
            {
                Line(output, $"    {operand.Tensor} ({string.Join(", ", operand.Shape)}): {Count(operand.Tiles, "tile", "tiles")} of ({string.Join(", ", operand.TileShape)}), grid {string.Join(" x ", operand.Grid)}");
            }

            launches += operation.Launches.Length;
            loaded += traffic.LoadedBytes;
            stored += traffic.StoredBytes;
            multiplyAccumulates += operation.MultiplyAccumulates;
        }

        Line(output, $"Total: {Count(launches, "launch", "launches")}, {loaded:N0} B loaded, {stored:N0} B stored, {multiplyAccumulates:N0} MACs");
    }

    private static string Count(long count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");

    private static void Line(TextWriter output, FormattableString line) => output.WriteLine(FormattableString.Invariant(line));
}
