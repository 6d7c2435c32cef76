using System.Runtime.ExceptionServices;

namespace Smaug.Core.Execution;

/// <summary>How the values of one operator are computed. Results never depend on it, only the time they take.</summary>
public sealed record ComputeOptions
{
    /// <summary>One thread, not cancellable.</summary>
    public static ComputeOptions Sequential { get; } = new() { Threads = 1 };

    /// <summary>Host threads that may work at the same time; at least 1, default the number of processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Stops the computation with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        if (Threads < 1) throw new ConfigurationException($"Threads = {Threads}: must be at least 1");
    }

    /// <summary>
    /// Calls <paramref name="body"/> with 0 to <paramref name="count"/> - 1, on several threads when there are several. The
    /// calls must not depend on each other.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void ForEach(int count, Action<int> body)
    {
        if (Threads <= 1 || count <= 1)
        {
            for (int i = 0; i < count; i++)
            {
                CancellationToken.ThrowIfCancellationRequested();
                body(i);
            }

            return;
        }

        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = CancellationToken };
            Parallel.For(0, count, options, body);
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
    }
}
