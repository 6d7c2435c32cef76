using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Tests.Infrastructure;
using Smaug.Zoo;

namespace Smaug.Tests.Tiling;

/// <summary>The layers of well-known networks have right tilings, also those for which SMAUG finds none.</summary>
public sealed class NetworkTilingTests
{
    [TestCase("resnet50")]
    [TestCase("vgg16-imagenet")]
    [TestCase("mobilenet-v1")]
    [TestCase("vgg16-cifar")]
    [TestCase("elu-large")]
    [TestCase("lstm")]
    public void Every_operator_of_a_zoo_network(string name)
    {
        foreach (Node node in ModelZoo.Create(name, Backends.Smv).Nodes)
        {
            if (!HostKinds.Contains(node.Kind)) AssertRight(node);
        }
    }

    [TestCase(227, 3, 96, 11, 4)]
    [TestCase(31, 96, 64, 11, 1)]
    [TestCase(224, 3, 64, 7, 2)]
    public void Convolutions_with_large_kernels(int size, int channels, int maps, int kernel, int stride) =>
        AssertRight(Operators.Convolution(1, size, size, channels, maps, kernel, kernel, stride, stride, Padding.Same));

    [TestCase("resnet_smv_topo.pbtxt")]
    [TestCase("vgg_smv_topo.pbtxt")]
    [TestCase("elu_smv_topo.pbtxt")]
    [TestCase("large_elu_smv_topo.pbtxt")]
    [TestCase("cnn_smv_topo.pbtxt")]
    [Category("Golden")]
    [Category("Golden.SmaugTiling")]
    public void Every_operator_of_a_published_model(string topology)
    {
        Graph graph = ModelFile.Read(GoldenData.Require("smaug", "models", topology));
        foreach (Node node in graph.Nodes)
        {
            if (!HostKinds.Contains(node.Kind)) AssertRight(node);
        }
    }

    private static readonly OperatorKind[] HostKinds =
    [
        OperatorKind.Data, OperatorKind.Reorder, OperatorKind.Concat, OperatorKind.Split, OperatorKind.Reshape, OperatorKind.Repeat,
        OperatorKind.Padding, OperatorKind.Switch, OperatorKind.Merge, OperatorKind.ConvolutionDepthwise,
    ];

    private static void AssertRight(Node node)
    {
        var planner = new SmvPlanner();
        Assert.That(planner.Supports(node), Is.True, () => $"{node} is not supported");
        SmvOperatorPlan plan = planner.Plan(node, new PlanOptions());
        Assert.That(TilingChecker.Faults(plan.Tiling), Is.Empty, () => node.ToString());
    }
}
