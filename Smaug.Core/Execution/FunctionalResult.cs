using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Execution;

/// <summary>What a network computed.</summary>
/// <param name="Operator">The operator that was executed last.</param>
/// <param name="Output">Its first output, the network's result; null when it is dead. It owns its storage.</param>
public sealed record FunctionalResult(Node Operator, Tensor? Output);
