using System.Collections.Immutable;
using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Strategies;

namespace Smaug.Cli;

/// <summary>What <c>smaug run --debug-level</c> tells; the lines are those of the original SMAUG.</summary>
internal static class RunDebug
{
    /// <summary>Level 0: each operator; level 1: its tiles too.</summary>
    public static void WriteTiling(TextWriter output, ExecutionPlan plan, int level)
    {
        foreach (Node node in plan.Graph.Nodes) output.WriteLine($"Adding {node.Name} ({node.Kind}).");

        // The original has no tensor behind a Data operator: it is the operator's input that goes on.
        Dictionary<string, string> data = plan.Graph.Nodes.Where(n => n.Kind == OperatorKind.Data).ToDictionary(n => n.Outputs[0].Name, n => $"{n.Name}/input0", StringComparer.Ordinal);
        foreach (OperatorPlan operatorPlan in plan.Operators.OrderBy(o => o.Node.Name, StringComparer.Ordinal))
        {
            output.WriteLine($"Tiling {operatorPlan.Node.Name} ({operatorPlan.Node.Kind}).");
            if (level >= 1) WriteOperands(output, operatorPlan, data);
        }
    }

    /// <summary>Level 2: the first output of each operator.</summary>
    public static void WriteOutput(TextWriter output, OperatorResult result)
    {
        if (result.Outputs.Length > 0 && result.Outputs[0] is { } tensor) TensorPrinter.Write(output, tensor);
        output.WriteLine();
    }

    private static void WriteOperands(TextWriter output, OperatorPlan plan, Dictionary<string, string> dataNames)
    {
        var smv = plan as SmvOperatorPlan;
        if (smv?.Tiling is { Problem: InnerProductProblem, Shapes.Dims: var dims })
        {
            output.WriteLine("  Tiling dimensions chosen:");
            output.WriteLine($"    input: {dims.Input}, weight: {dims.Weights}, output: {dims.Output}");
        }

        // Output rows that follow from the rows of the input tiles have no one shape.
        bool hasRowWiseOutput = smv is { Tiling: { Problem: ConvolutionProblem, Shapes.Dims.Output: var outputDims } } && outputDims.CutsRows();
        string shapeLabel = smv?.Tiling.Problem is ElementwiseProblem ? "tile shape" : "tile shape:";
        for (int i = 0; i < plan.Operands.Length; i++)
        {
            TiledOperand operand = plan.Operands[i];
            bool isRowWise = hasRowWiseOutput && i == plan.Operands.Length - 1;
            output.WriteLine($"  Tiled Tensor {dataNames.GetValueOrDefault(operand.Tensor, operand.Tensor)}{(isRowWise ? "(rowwise)" : "")}:");
            output.WriteLine($"    original tensor shape: ({string.Join(", ", operand.Shape)})");
            string tileShape = isRowWise ? "" : $"{shapeLabel} ({string.Join(", ", operand.TileShape)}), ";
            output.WriteLine($"    {tileShape}number of tiles: {operand.Tiles}");
        }
    }

    /// <summary>Tells each operator when its turn comes; from level 1 on its kernel launches too.</summary>
    internal sealed class Scheduling(TextWriter output, ExecutionPlan plan, int level, int accelerators) : IProgress<RunProgress>
    {
        private readonly Dictionary<string, OperatorPlan> _plans = plan.Operators.ToDictionary(p => p.Node.Name, StringComparer.Ordinal);

        public void Report(RunProgress value)
        {
            OperatorPlan current = _plans[value.Operator];
            output.WriteLine($"Scheduling {value.Operator} ({current.Node.Kind}).");
            if (level >= 1 && current.Launches.Length > 0) WriteLaunches(current);
        }

        private void WriteLaunches(OperatorPlan current)
        {
            bool switches = current.UsesAcceleratorPool && accelerators > 1;
            ImmutableArray<KernelLaunch> launches = current.Launches;
            for (int i = 0; i < launches.Length; i++)
            {
                if (switches && i > 0 && current.WaitsBefore(i)) output.WriteLine($"Switched to accelerator {launches[i].Accelerator}.");
                output.WriteLine(Describe(current, launches[i]));
            }

            // The host goes on to the next accelerator behind the last launch too, before it waits for all of them.
            if (switches) output.WriteLine($"Switched to accelerator {(launches[^1].Accelerator + 1) % accelerators}.");
            if (!current.UsesAcceleratorPool) return;
            output.WriteLine("Waiting for all accelerators to finish.");
            output.WriteLine("All accelerators finished.");
        }

        private static string Describe(OperatorPlan current, KernelLaunch launch) => launch switch
        {
            ConvolutionLaunch l => $"Input: {l.Input}, weights: {l.Weights}, output: {l.Output}",
            InnerProductLaunch l => $"Input: {l.Input}, weights: {l.Weights}, output: {l.Output}",
            BatchNormLaunch l => $"Input: {l.Input}, weight: {l.Weights}, output: {l.Output}",
            PoolingLaunch l => $"Input: {l.Input}, output: {l.Output}",
            ElementwiseLaunch l when current.Operands.Length > 2 => $"Input0: {l.Tile}, input1: {l.Tile}, output: {l.Tile}",
            ElementwiseLaunch l => $"Input: {l.Tile}, output: {l.Tile}",
            SoftmaxLaunch l => $"Input: {l.Tile}, output: {l.Tile}",
            _ => launch.ToString(),
        };
    }
}
