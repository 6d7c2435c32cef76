using System.Collections.Immutable;
using Smaug.Core.Tensors;

namespace Smaug.Core.Execution;

/// <summary>What one operator computed, as reported while a network runs.</summary>
/// <param name="Sequence">Position in the order of execution, from 0.</param>
/// <param name="Plan">The operator and how it ran.</param>
/// <param name="IsDead">Whether it did not run because it lies on a branch that was not taken.</param>
/// <param name="Outputs">
/// Its outputs; null for one that is dead. For <see cref="Graphs.OperatorKind.Data"/> the given tensor. Valid during
/// the report only: read or copy, do not change.
/// </param>
public sealed record OperatorResult(int Sequence, OperatorPlan Plan, bool IsDead, ImmutableArray<Tensor?> Outputs);
