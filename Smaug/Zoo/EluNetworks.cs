using Smaug.Core.Graphs;
using Smaug.Core.Modeling;

namespace Smaug.Zoo;

/// <summary>The two CIFAR-100 networks of "Fast and accurate deep network learning by exponential linear units".</summary>
internal static class EluNetworks
{
    public static void Small(ModelBuilder m) => Stacks(
        m,
        [
            [("conv0_stack0", 192, 5)],
            [("conv0_stack1", 192, 1), ("conv1_stack1", 240, 3)],
            [("conv0_stack2", 240, 1), ("conv1_stack2", 260, 2)],
            [("conv0_stack3", 260, 1), ("conv1_stack3", 280, 2)],
            // Both convolutions of this stack have one name in SMAUG's network; the second becomes conv0_stack4_1.
            [("conv0_stack4", 280, 1), ("conv0_stack4", 300, 2)],
            [("conv0_stack5", 300, 1)],
            [("conv0_stack6", 100, 1)],
        ]);

    public static void Large(ModelBuilder m) => Stacks(
        m,
        [
            [("conv0_stack0", 384, 3)],
            [("conv0_stack1", 384, 1), ("conv1_stack1", 384, 2), ("conv2_stack1", 640, 2), ("conv3_stack1", 640, 2)],
            [("conv0_stack2", 640, 1), ("conv1_stack2", 768, 2), ("conv2_stack2", 768, 2), ("conv3_stack2", 768, 2)],
            [("conv0_stack3", 768, 1), ("conv1_stack3", 896, 2), ("conv2_stack3", 896, 2)],
            [("conv0_stack4", 896, 3), ("conv1_stack4", 1024, 2), ("conv2_stack4", 1024, 2)],
            [("conv0_stack5", 1024, 1), ("conv1_stack5", 1152, 2)],
            [("conv0_stack6", 1152, 1)],
            [("conv0_stack7", 100, 1)],
        ]);

    /// <summary>Stacks of convolutions; the first five are pooled.</summary>
    private static void Stacks(ModelBuilder m, (string Name, int Filters, int Kernel)[][] stacks)
    {
        ModelTensor x = m.Input("input", 1, 32, 32, 3);
        for (int i = 0; i < stacks.Length; i++)
        {
            foreach ((string name, int filters, int kernel) in stacks[i])
            {
                x = x.Convolution(filters, (kernel, kernel), padding: Padding.Same, activation: Activations.ELU(), name: name);
            }

            if (i < 5) x = x.MaxPool((2, 2), name: $"pool_stack{i}");
        }
    }
}
