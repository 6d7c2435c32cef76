using Smaug.Tiling.Problems;
using Smaug.Tiling.Strategies;

namespace Smaug.Tiling.Shapes;

/// <summary>
/// The second tiling step: finds the sizes of the tiles when the dimensions that may be cut are known. Replace it for
/// another objective than the fullest scratchpads.
/// </summary>
public interface ITileShapeSearch
{
    /// <summary>The tile shapes to use, or null when none fits the scratchpads.</summary>
    /// <param name="problem">What is to be tiled, and for how large a scratchpad.</param>
    /// <param name="dims">Dimensions that may be cut.</param>
    TileShapes? Find(TilingProblem problem, OperandDims dims);
}
