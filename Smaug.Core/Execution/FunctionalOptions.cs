using Smaug.Core.Graphs;

namespace Smaug.Core.Execution;

/// <summary>How the values of a network are computed.</summary>
public sealed record FunctionalOptions
{
    /// <summary>
    /// Host threads that may work at the same time; at least 1, default the number of processors. The values do not depend
    /// on it.
    /// </summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Values that take precedence over the graph's own, for example another network input; null for none.
    /// </summary>
    public IParameterSource? Inputs { get; init; }

    /// <summary>
    /// Called after each operator, in the order of execution, on the calling thread. When it is set, the tensors of Data
    /// operators are fetched in their turn; otherwise only when their first reader runs. The tensors it is given are valid
    /// during the call only: copy what is needed later.
    /// </summary>
    public Action<OperatorResult>? Observer { get; init; }

    /// <summary>Told after each operator.</summary>
    public IProgress<FunctionalProgress>? Progress { get; init; }
}
