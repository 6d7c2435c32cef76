using Smaug.Tiling.Problems;
using Smaug.Tiling.Strategies;

namespace Smaug.Tests.Tiling;

// <custom-strategy>
/// <summary>
/// Prefers convolutions whose weights stay in one piece: they are then loaded once per accelerator, at the price of smaller
/// input and output tiles.
/// </summary>
public sealed class WeightsFirstStrategy : ITilingStrategy
{
    private readonly StandardTilingStrategy _standard = new();

    public IEnumerable<OperandDims> Candidates(TilingProblem problem)
    {
        if (problem is ConvolutionProblem convolution && convolution.Weights.Shape.StorageSize <= problem.ScratchpadElements)
        {
            // One kernel-high strip of input rows gives one row of outputs; more rows if they fit.
            yield return new OperandDims(TilingDims.DimNH, TilingDims.None, TilingDims.DimNCH);
        }

        foreach (OperandDims dims in _standard.Candidates(problem)) yield return dims;
    }
}
// </custom-strategy>
