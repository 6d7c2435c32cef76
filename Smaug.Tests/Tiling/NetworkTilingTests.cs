using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Tiling;

/// <summary>The layers of well-known networks have right tilings, also those for which SMAUG finds none.</summary>
public sealed class NetworkTilingTests
{
    [TestCase(224, 3, 64)]
    [TestCase(224, 64, 64)]
    [TestCase(112, 64, 128)]
    [TestCase(112, 128, 128)]
    [TestCase(56, 128, 256)]
    [TestCase(56, 256, 256)]
    [TestCase(28, 256, 512)]
    [TestCase(28, 512, 512)]
    [TestCase(14, 512, 512)]
    public void Convolutions_of_VGG16_on_ImageNet(int size, int channels, int maps) =>
        AssertRight(Operators.Convolution(1, size, size, channels, maps, 3, 3, 1, 1, Padding.Same));

    [TestCase(224, 64)]
    [TestCase(112, 128)]
    [TestCase(56, 256)]
    [TestCase(28, 512)]
    [TestCase(14, 512)]
    public void Pools_of_VGG16_on_ImageNet(int size, int channels) => AssertRight(Operators.Pool(1, size, size, channels, 2, 2, 2, 2));

    [TestCase(25088, 4096)]
    [TestCase(4096, 4096)]
    [TestCase(4096, 1000)]
    public void Inner_products_of_VGG16_on_ImageNet(int activations, int neurons) => AssertRight(Operators.InnerProduct(1, activations, neurons));

    [TestCase(112, 32, 64)]
    [TestCase(56, 64, 128)]
    [TestCase(28, 256, 256)]
    [TestCase(14, 512, 512)]
    [TestCase(7, 1024, 1024)]
    public void Pointwise_convolutions_of_MobileNet(int size, int channels, int maps) =>
        AssertRight(Operators.Convolution(1, size, size, channels, maps, 1, 1, 1, 1, Padding.Same));

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
        OperatorKind.Padding, OperatorKind.Switch, OperatorKind.Merge,
    ];

    private static void AssertRight(Node node)
    {
        var planner = new SmvPlanner();
        Assert.That(planner.Supports(node), Is.True, () => $"{node} is not supported");
        SmvOperatorPlan plan = planner.Plan(node, new PlanOptions());
        Assert.That(TilingChecker.Faults(plan.Tiling), Is.Empty, () => node.ToString());
    }
}
