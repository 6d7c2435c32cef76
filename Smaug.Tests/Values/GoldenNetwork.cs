using System.Collections.Immutable;
using System.Text.Json;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Values;

/// <summary>Runs a network and compares it, operator by operator, with a golden trace of the original SMAUG.</summary>
internal static class GoldenNetwork
{
    /// <summary>
    /// Compares order of execution, dead flags, kernel launches, bytes moved, tile grids and all outputs.
    /// </summary>
    /// <param name="graph">The network with its parameters.</param>
    /// <param name="traceFile">The golden trace, relative to the golden root.</param>
    public static void AssertMatches(Graph graph, string traceFile)
    {
        JsonElement[] golden = [.. GoldenData.ReadJsonLines(traceFile)];
        var differences = new List<string>();
        int compared = 0;
        ImmutableArray<IBackend> backends = Backends.Create(graph.Backend);
        ExecutionPlan plan = Planner.Plan(graph, backends, new PlanOptions { Compatibility = NeedsCompatibility(graph) });
        FunctionalResult result = new FunctionalExecutor(plan, backends).Run(new FunctionalOptions
        {
            Threads = 2,
            Observer = r =>
            {
                compared++;
                string[] found = r.Sequence < golden.Length ? [.. Differences(r, golden[r.Sequence])] : ["ran after all golden operators"];
                if (found.Length > 0) differences.Add($"{r.Plan.Node}: {string.Join("; ", found)}");
            },
        });

        if (compared < golden.Length) differences.Add($"{golden.Length - compared} operators did not run");
        string last = golden[^1].GetProperty("name").GetString()!;
        if (result.Operator.Name != last) differences.Add($"the result is that of {result.Operator}, expected '{last}'");
        GoldenReport.Assert(traceFile, compared, differences);
    }

    // The original runs stand-alone activations with its own parameters instead of those in the file.
    private static bool NeedsCompatibility(Graph graph) => graph.Nodes.Any(n => n.Activation is not null && n.Activation.Kind == n.Kind);

    private static IEnumerable<string> Differences(OperatorResult result, JsonElement golden)
    {
        Node node = result.Plan.Node;
        string name = golden.GetProperty("name").GetString()!;
        if (node.Name != name)
        {
            yield return $"ran in place of '{name}'";
            yield break;
        }

        // The original reports LReLU as the ReLU class that runs it.
        if (node.Kind != OperatorKind.LReLU && golden.GetProperty("op").GetString() != node.Kind.ToString()) yield return $"golden operator {golden.GetProperty("op")}";
        bool isDead = golden.GetProperty("dead").GetBoolean();
        if (result.IsDead != isDead) yield return $"dead {result.IsDead}, expected {isDead}";
        foreach (string difference in LaunchDifferences(result, golden)) yield return difference;
        int index = 0;
        foreach (JsonElement output in golden.GetProperty("outputs").EnumerateArray())
        {
            foreach (string difference in OutputDifferences(result, index++, output)) yield return difference;
        }

        if (index != result.Outputs.Length) yield return $"{result.Outputs.Length} outputs, expected {index}";
    }

    private static IEnumerable<string> LaunchDifferences(OperatorResult result, JsonElement golden)
    {
        OperatorPlan plan = result.Plan;
        HostTransfer[] transfers = result.IsDead ? [] : [.. plan.Launches.SelectMany(l => plan.Transfers(l))];
        int launches = result.IsDead ? 0 : plan.Launches.Length;
        long loaded = transfers.Where(t => !t.IsStore).Sum(t => t.Bytes), stored = transfers.Where(t => t.IsStore).Sum(t => t.Bytes);
        if (launches != golden.GetProperty("kernel_calls").GetInt32()) yield return $"{launches} launches, expected {golden.GetProperty("kernel_calls")}";
        if (loaded != golden.GetProperty("bytes_loaded").GetInt64()) yield return $"{loaded} bytes loaded, expected {golden.GetProperty("bytes_loaded")}";
        if (stored != golden.GetProperty("bytes_stored").GetInt64()) yield return $"{stored} bytes stored, expected {golden.GetProperty("bytes_stored")}";
        if (!golden.TryGetProperty("grids", out JsonElement grids)) yield break;
        string actualGrids = Text(plan.Operands.Select(o => o.Grid)), actualTiles = Text(plan.Operands.Select(o => o.TileShape));
        if (actualGrids != grids.GetRawText()) yield return $"grids {actualGrids}, expected {grids}";
        if (actualTiles != golden.GetProperty("basic_tile").GetRawText()) yield return $"tiles {actualTiles}, expected {golden.GetProperty("basic_tile")}";
    }

    private static IEnumerable<string> OutputDifferences(OperatorResult result, int index, JsonElement golden)
    {
        Tensor? tensor = result.Outputs[index];
        TensorSpec spec = tensor?.Spec ?? result.Plan.Node.Outputs[index];
        TensorSpec expected = GoldenTensor.Spec(golden, golden.GetProperty("name").GetString()!, 0);
        if (spec.Name != expected.Name || spec.Type != expected.Type || !spec.Shape.Equals(expected.Shape))
        {
            yield return $"output {index} is '{spec.Name}' {spec.Type} {spec.Shape} {spec.Shape.Layout}, expected '{expected.Name}' {expected.Type} {expected.Shape} {expected.Shape.Layout}";
        }

        bool isDead = golden.GetProperty("dead").GetBoolean();
        if (tensor is null != isDead) yield return $"output {index} dead {tensor is null}, expected {isDead}";
        if (tensor is null || !golden.TryGetProperty("b64", out JsonElement values)) yield break;
        if (GoldenTensor.Difference(tensor, values.GetString()!, units: 2) is { } difference) yield return $"output {index}: {difference}";
    }

    private static string Text(IEnumerable<ImmutableArray<int>> lists) => $"[{string.Join(',', lists.Select(l => $"[{string.Join(',', l)}]"))}]";
}
