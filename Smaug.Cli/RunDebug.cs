using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Cli;

/// <summary>What <c>smaug run --debug-level</c> tells; the lines are those of the original SMAUG.</summary>
internal static class RunDebug
{
    /// <summary>Level 0: each operator; level 1: its tiles too.</summary>
    public static void WriteTiling(TextWriter output, ExecutionPlan plan, int level)
    {
        foreach (Node node in plan.Graph.Nodes) output.WriteLine($"Adding {node.Name} ({node.Kind}).");
        foreach (OperatorPlan operatorPlan in plan.Operators.OrderBy(o => o.Node.Name, StringComparer.Ordinal))
        {
            output.WriteLine($"Tiling {operatorPlan.Node.Name} ({operatorPlan.Node.Kind}).");
            if (level < 1) continue;
            foreach (TiledOperand operand in operatorPlan.Operands)
            {
                output.WriteLine($"  Tiled Tensor {operand.Tensor}:");
                output.WriteLine($"    original tensor shape: ({string.Join(", ", operand.Shape)})");
                output.WriteLine($"    tile shape: ({string.Join(", ", operand.TileShape)}), number of tiles: {operand.Tiles}");
            }
        }
    }

    /// <summary>Level 2: the first output of each operator.</summary>
    public static void WriteOutput(TextWriter output, OperatorResult result)
    {
        if (result.Outputs.Length > 0 && result.Outputs[0] is { } tensor) TensorPrinter.Write(output, tensor);
        output.WriteLine();
    }

    /// <summary>Tells each operator when its turn comes.</summary>
    internal sealed class Scheduling(TextWriter output, Graph graph) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => output.WriteLine($"Scheduling {value.Operator} ({graph.Find(value.Operator)!.Kind}).");
    }
}
