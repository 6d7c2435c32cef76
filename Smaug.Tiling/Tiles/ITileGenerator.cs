using Smaug.Tiling.Problems;
using Smaug.Tiling.Shapes;

namespace Smaug.Tiling.Tiles;

/// <summary>The third tiling step: cuts the tensors of an operator into tiles of the chosen shapes, with their halos.</summary>
public interface ITileGenerator
{
    /// <summary>The tiled tensors, or null when the shapes cannot be laid out so that every tile fits.</summary>
    /// <param name="problem">What is to be tiled, and for how large a scratchpad.</param>
    /// <param name="shapes">Basic tile shapes.</param>
    OperatorTiles? Generate(TilingProblem problem, TileShapes shapes);
}
