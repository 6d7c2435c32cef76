using Smaug.Tiling.Problems;
using Smaug.Tiling.Strategies;

namespace Smaug.Tiling.Shapes;

/// <summary>
/// SMAUG's search: of all tiles that fit, those with the largest sum of stored elements; the first of equals wins. Cuts along
/// every dimension (<see cref="TilingDims.DimNCHW"/>), which SMAUG does not have, are chosen for the least traffic instead.
/// </summary>
public sealed class FullestScratchpadSearch : ITileShapeSearch
{
    /// <inheritdoc/>
    public TileShapes? Find(TilingProblem problem, OperandDims dims) => problem switch
    {
        ConvolutionProblem p => dims.Input == TilingDims.DimNCHW ? FreeConvolutionShapes.Find(p, dims) : ConvolutionShapes.Find(p, dims),
        InnerProductProblem p => dims.Input == TilingDims.DimNCHW ? FreeInnerProductShapes.Find(p, dims) : InnerProductShapes.Find(p, dims),
        PoolingProblem p => dims.Input == TilingDims.DimNCHW ? FreePoolingShapes.Find(p, dims) : PoolingShapes.Find(p, dims),
        BatchNormProblem p => dims.Input == TilingDims.DimNCHW ? FreeBatchNormShapes.Find(p, dims) : BatchNormShapes.Find(p, dims),
        SoftmaxProblem p => Softmax(p, dims),
        ElementwiseProblem p => Elementwise(p, dims),
        _ => null,
    };

    private static TileShapes? Softmax(SoftmaxProblem problem, OperandDims dims)
    {
        long row = problem.Input.Shape.StorageSize / problem.Input.Shape[0];
        if (row > problem.ScratchpadElements) return null;
        int rows = (int)Math.Min(problem.ScratchpadElements / row, problem.Input.Shape[0]);
        int columns = problem.Input.Shape[1];
        return new TileShapes(dims, [rows, columns], null, [rows, columns], 2 * rows * row);
    }

    private static TileShapes Elementwise(ElementwiseProblem problem, OperandDims dims)
    {
        const int Vector = 8;
        long elements = Math.Min(problem.ScratchpadElements, problem.Input.Shape.StorageSize);
        elements = Math.Min((elements + Vector - 1) / Vector * Vector, problem.ScratchpadElements / Vector * Vector);
        int size = checked((int)elements);
        bool binary = problem.SecondInput is not null;
        return new TileShapes(dims, [1, size], binary ? [1, size] : null, [1, size], (binary ? 3 : 2) * elements);
    }
}
