using System.Collections.Immutable;
using Smaug.Tiling.Strategies;

namespace Smaug.Tiling.Shapes;

/// <summary>The basic tile shapes of one operator: the result of the second tiling step. Immutable.</summary>
/// <param name="Dims">Dimensions that may be cut.</param>
/// <param name="Input">Tile of the input (of its first tile; border tiles may be smaller).</param>
/// <param name="Weights">Tile of the weights, or null for operators without.</param>
/// <param name="Output">Tile of the results.</param>
/// <param name="TotalElements">
/// Stored elements of the three tiles together, as the search counted them; the largest sum wins.
/// </param>
public sealed record TileShapes(
    OperandDims Dims, ImmutableArray<int> Input, ImmutableArray<int>? Weights, ImmutableArray<int> Output, long TotalElements);
