namespace Smaug.Tiling.Tiles;

/// <summary>The tiled tensors of one operator: the result of the third tiling step. Immutable.</summary>
/// <param name="Input">Input activations.</param>
/// <param name="Weights">Weights; of element-wise operators the second operand; null where there is none.</param>
/// <param name="Output">Results.</param>
public sealed record OperatorTiles(TiledTensor Input, TiledTensor? Weights, TiledTensor Output);
