namespace Smaug.Tiling.Strategies;

/// <summary>The dimensions along which the tensors of one operator may be cut: the result of the first tiling step.</summary>
/// <param name="Input">Input activations.</param>
/// <param name="Weights">Weights, or <see cref="TilingDims.None"/> for operators without.</param>
/// <param name="Output">Results.</param>
public sealed record OperandDims(TilingDims Input, TilingDims Weights, TilingDims Output);
