namespace Smaug.Core.Execution;

/// <summary>How far the computation of a network's values has come.</summary>
/// <param name="Completed">Operators done.</param>
/// <param name="Total">Operators of the network.</param>
/// <param name="Operator">Name of the operator just done.</param>
public readonly record struct FunctionalProgress(int Completed, int Total, string Operator);
