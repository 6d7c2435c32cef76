using Smaug.Core.Tensors;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Strategies;

namespace Smaug.Tiling.Shapes;

/// <summary>
/// Tile shapes for fully connected layers that may be cut along batch, neurons and activations at once. Activations are cut
/// alike in inputs and weights; the fewest kernel launches win, then the fewest elements loaded.
/// </summary>
internal static class FreeInnerProductShapes
{
    /// <summary>Activations of one step of the datapath: cuts keep its blocks whole.</summary>
    private const int ActivationBlock = 32;

    /// <summary>Neurons that the datapath computes together.</summary>
    private const int NeuronBlock = 8;

    public static TileShapes? Find(InnerProductProblem problem, OperandDims dims)
    {
        TensorShape input = problem.Input.Shape, weights = problem.Weights.Shape, output = problem.Output.Shape;
        long max = problem.ScratchpadElements, bestLaunches = long.MaxValue, bestTraffic = long.MaxValue;
        int bestImages = 0, bestNeurons = 0, bestActivations = 0;
        for (int activations = input[1]; activations > 0; activations = (activations - 1) / ActivationBlock * ActivationBlock)
        {
            long imagesThatFit = max / ShapeCandidates.Storage(input, 1, 1, 1, activations);
            long neuronsThatFit = max / ShapeCandidates.Storage(weights, 1, 1, 1, activations);
            if (imagesThatFit < 1 || neuronsThatFit < Math.Min(NeuronBlock, output[1])) continue;
            int mostNeurons = (int)Math.Min(neuronsThatFit, output[1]);
            for (int neurons = mostNeurons == output[1] ? mostNeurons : mostNeurons / NeuronBlock * NeuronBlock;
                neurons > 0; neurons = (neurons - 1) / NeuronBlock * NeuronBlock)
            {
                long images = Math.Min(Math.Min(imagesThatFit, max / ShapeCandidates.Storage(output, 1, 1, 1, neurons)), input[0]);
                if (images < 1) continue;
                long launches = Ceiling(input[0], images) * Ceiling(output[1], neurons) * Ceiling(input[1], activations);
                long traffic = launches * (images + neurons) * ShapeCandidates.Aligned(input, activations);
                if (launches > bestLaunches || (launches == bestLaunches && traffic >= bestTraffic)) continue;
                (bestLaunches, bestTraffic, bestImages, bestNeurons, bestActivations) = (launches, traffic, (int)images, neurons, activations);
            }
        }

        if (bestImages == 0) return null;
        long total = ShapeCandidates.Storage(input, bestImages, 1, 1, bestActivations)
            + ShapeCandidates.Storage(weights, bestNeurons, 1, 1, bestActivations)
            + ShapeCandidates.Storage(output, bestImages, 1, 1, bestNeurons);
        return new TileShapes(dims, [bestImages, bestActivations], [bestNeurons, bestActivations], [bestImages, bestNeurons], total);
    }

    private static long Ceiling(long value, long divisor) => (value + divisor - 1) / divisor;
}
