using System.Collections.Immutable;
using Smaug.Core.Graphs;

namespace Smaug.Core.Execution;

/// <summary>How a whole network runs: one plan per operator, in the graph's node order. Immutable.</summary>
/// <param name="Graph">The network.</param>
/// <param name="Operators">Plans in the order of <see cref="Graphs.Graph.Nodes"/>.</param>
public sealed record ExecutionPlan(Graph Graph, ImmutableArray<OperatorPlan> Operators);
