using System.Globalization;
using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Tests.Infrastructure;
using Smaug.Tiling.LoopNests;

namespace Smaug.Tests.Tiling;

/// <summary>Launches go round the accelerator pool in the order that SMAUG prints at debug level 1.</summary>
[Category("Golden")]
[Category("Golden.SmaugTiling")]
public sealed class ConsoleLaunchGoldenTests
{
    [TestCase("lenet5_smv_debug1.txt", "lenet5_smv_topo.pbtxt", 1)]
    [TestCase("lenet5_smv_debug1_accels4.txt", "lenet5_smv_topo.pbtxt", 4)]
    [TestCase("minerva_smv_debug1.txt", "minerva_smv_topo.pbtxt", 1)]
    public void Launches_and_accelerators_follow_the_printed_order(string console, string topology, int accelerators)
    {
        Graph graph = ModelFile.Read(GoldenData.Require("smaug", "models", topology));
        var planner = new SmvPlanner();
        Dictionary<string, List<string>> printed = Printed(console);
        int compared = 0;
        foreach (Node node in graph.Nodes.Where(planner.Supports))
        {
            SmvOperatorPlan plan = planner.Plan(node, new PlanOptions { Accelerators = accelerators });
            compared += plan.Launches.Length;
            Assert.That(plan.Launches.Select(Describe), Is.EqualTo(printed[node.Name]), node.ToString());
        }

        Assert.That(compared, Is.EqualTo(printed.Values.Sum(l => l.Count)));
    }

    private static string Describe(KernelLaunch launch) => launch switch
    {
        ConvolutionLaunch l => $"{l.Accelerator}: Input: {l.Input}, weights: {l.Weights}, output: {l.Output}",
        InnerProductLaunch l => $"{l.Accelerator}: Input: {l.Input}, weights: {l.Weights}, output: {l.Output}",
        PoolingLaunch l => $"{l.Accelerator}: Input: {l.Input}, output: {l.Output}",
        _ => launch.ToString(),
    };

    /// <summary>Per operator the printed launches, each after the accelerator that was current.</summary>
    private static Dictionary<string, List<string>> Printed(string console)
    {
        const string Operator = "Scheduling ", Switch = "Switched to accelerator ", Launch = "Input: ";
        var printed = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string> current = [];
        int accelerator = 0;
        foreach (string line in GoldenData.ReadLines("smaug/console/" + console))
        {
            if (line.StartsWith(Operator, StringComparison.Ordinal) && line.EndsWith(").", StringComparison.Ordinal))
            {
                printed[line.Split(' ')[1]] = current = [];
                accelerator = 0;
            }
            else if (line.StartsWith(Switch, StringComparison.Ordinal))
            {
                accelerator = int.Parse(line[Switch.Length..].TrimEnd('.'), CultureInfo.InvariantCulture);
            }
            else if (line.StartsWith(Launch, StringComparison.Ordinal))
            {
                current.Add($"{accelerator}: {line}");
            }
        }

        return printed;
    }
}
