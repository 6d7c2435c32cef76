using Smaug.Core;
using Smaug.Tiling.Problems;

namespace Smaug.Tiling.Strategies;

/// <summary>
/// SMAUG's choice of dimensions (<see cref="BestTilingDims"/> for each tensor, then made to agree), followed by cuts that
/// SMAUG does not know and that are tried only when its own does not fit: every dimension.
/// </summary>
public sealed class StandardTilingStrategy : ITilingStrategy
{
    /// <inheritdoc/>
    public IEnumerable<OperandDims> Candidates(TilingProblem problem)
    {
        OperandDims? first = problem switch
        {
            ConvolutionProblem p => Convolution(p),
            InnerProductProblem p => InnerProduct(p),
            PoolingProblem p => Pooling(p),
            BatchNormProblem p => BatchNorm(p),
            SoftmaxProblem => new OperandDims(TilingDims.DimN, TilingDims.None, TilingDims.DimN),
            ElementwiseProblem => new OperandDims(TilingDims.None, TilingDims.None, TilingDims.None),
            _ => throw new TilingException($"operator '{problem.Operator}': no strategy tiles a {problem.GetType().Name}: give one in the pipeline"),
        };
        if (first is not null) yield return first;
        if (problem.Compatibility) yield break;
        if (problem is ConvolutionProblem or InnerProductProblem or PoolingProblem or BatchNormProblem { IsAfterConvolution: true })
        {
            yield return new OperandDims(TilingDims.DimNCHW, problem is PoolingProblem ? TilingDims.None : TilingDims.DimNC, TilingDims.DimNCHW);
        }
    }

    private static OperandDims? Convolution(ConvolutionProblem p)
    {
        int r = p.KernelRows, s = p.KernelColumns;
        TilingDims input = BestTilingDims.Find(p.Input.Shape, p.ScratchpadElements, 1, r, p.Input.Shape[2], 32);
        TilingDims weights = BestTilingDims.Find(p.Weights.Shape, p.ScratchpadElements, 8, r, s, 32);
        TilingDims output = BestTilingDims.Find(p.Output.Shape, p.ScratchpadElements, 1, 1, p.Output.Shape[2], 8);
        if (input == TilingDims.Invalid || output == TilingDims.Invalid || weights is TilingDims.Invalid or TilingDims.DimNH) return null;
        if (weights != TilingDims.None) output = TilingDims.DimNC;
        if (input.CutsRows()) output = output.CutsChannels() ? TilingDims.DimNCH : TilingDims.DimNH;
        return new OperandDims(input, weights, output);
    }

    private static OperandDims? InnerProduct(InnerProductProblem p)
    {
        TilingDims input = BestTilingDims.Find(p.Input.Shape, p.ScratchpadElements, 1, 32);
        TilingDims weights = BestTilingDims.Find(p.Weights.Shape, p.ScratchpadElements, 8, 32);
        TilingDims output = BestTilingDims.Find(p.Output.Shape, p.ScratchpadElements, 1, 8);
        if (input == TilingDims.Invalid || weights == TilingDims.Invalid || output == TilingDims.Invalid) return null;
        if (weights != TilingDims.None && output != TilingDims.None) output = TilingDims.DimNC;
        return new OperandDims(input, weights, output);
    }

    private static OperandDims? Pooling(PoolingProblem p)
    {
        TilingDims input = BestTilingDims.Find(p.Input.Shape, p.ScratchpadElements, 1, p.Rows, p.Columns, 8);
        TilingDims output = BestTilingDims.Find(p.Output.Shape, p.ScratchpadElements, 1, 1, 1, 8);
        if (input == TilingDims.Invalid || output == TilingDims.Invalid) return null;
        if (input.CutsRows())
        {
            output = output.CutsChannels() ? TilingDims.DimNCH : output.CutsColumns() ? TilingDims.DimNHW : TilingDims.DimNH;
        }

        if (input.CutsColumns())
        {
            output = output.CutsChannels() ? TilingDims.DimNCW : output.CutsRows() ? TilingDims.DimNHW : TilingDims.DimNW;
        }

        return new OperandDims(input, TilingDims.None, output);
    }

    private static OperandDims? BatchNorm(BatchNormProblem p)
    {
        TilingDims input = p.IsAfterConvolution
            ? BestTilingDims.Find(p.Input.Shape, p.ScratchpadElements, 1, 8, 8, 8)
            : BestTilingDims.Find(p.Input.Shape, p.ScratchpadElements, 1, 8);
        TilingDims weights = BestTilingDims.Find(p.Weights.Shape, p.ScratchpadElements, 4, 8);
        if (input == TilingDims.Invalid || weights == TilingDims.Invalid) return null;
        if (p.IsAfterConvolution && weights != TilingDims.None) return null;
        return new OperandDims(input, weights, input);
    }
}
