namespace Smaug;

/// <summary>
/// The framework's thread pool. A worker sleeps on a core of its own (quiesced, without instructions) until the dispatcher gives it a
/// stretch of tiles and wakes its core; the dispatcher then waits until all have finished. Waking a core has no latency of its own: all
/// costs are instructions. Their sum for two workers, 2,500 cycles, was measured: the tutorial's preparation with two threads against half
/// of that with one; how it divides is an estimate. Used from two threads on.
/// </summary>
public sealed record ThreadPoolConfiguration
{
    /// <summary>Cycles of the dispatcher for each worker: it sets the work item, wakes the worker's core and signals. Default 600.</summary>
    public double DispatchCycles { get; init; } = 600;

    /// <summary>Cycles of a worker from the wake-up to its first tile: it leaves its loop and looks for work. Default 800.</summary>
    public double WakeCycles { get; init; } = 800;

    /// <summary>Cycles of the dispatcher after the last worker has finished: it wakes from waiting and finds all of them idle. Default 500.</summary>
    public double JoinCycles { get; init; } = 500;

    /// <summary>
    /// Cycles of a worker more when its core works for the first time, with cold caches: 14,500, from the 363 lines that DRAM
    /// reads more in the tutorial's first work of two workers than with one thread, 80 ns each.
    /// </summary>
    public double FirstUseCycles { get; init; } = 14_500;

    /// <summary>Checks the values.</summary>
    /// <exception cref="Core.ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Require.Amount("Cpu.ThreadPool.DispatchCycles", DispatchCycles);
        Require.Amount("Cpu.ThreadPool.WakeCycles", WakeCycles);
        Require.Amount("Cpu.ThreadPool.JoinCycles", JoinCycles);
        Require.Amount("Cpu.ThreadPool.FirstUseCycles", FirstUseCycles);
    }
}
