using System.Collections.Immutable;

namespace Smaug.Core.Execution;

/// <summary>How one tensor of an operator was tiled, for reports.</summary>
/// <param name="Tensor">Name of the tensor.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="TileShape">Dimensions of the first tile.</param>
/// <param name="Grid">Tiles along each dimension.</param>
/// <param name="Tiles">Number of tiles.</param>
public sealed record TiledOperand(string Tensor, ImmutableArray<int> Shape, ImmutableArray<int> TileShape, ImmutableArray<int> Grid, int Tiles);
