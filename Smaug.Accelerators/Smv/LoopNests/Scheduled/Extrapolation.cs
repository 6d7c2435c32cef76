namespace Smaug.Accelerators.Smv.LoopNests.Scheduled;

/// <summary>From the cost of a few iterations to that of many: from some trip count on, each period of iterations adds the same.</summary>
internal static class Extrapolation
{
    /// <summary>The cost of a loop.</summary>
    /// <param name="cost">Its cost for a number of iterations that is small enough to be scheduled.</param>
    /// <param name="trips">Iterations wanted; at least 1.</param>
    /// <param name="period">Iterations that repeat as one: the unroll factor; at least 1.</param>
    /// <param name="settled">Iterations from which on the cost is linear.</param>
    public static RegionCost Over(Func<int, RegionCost> cost, long trips, int period, int settled)
    {
        if (trips <= settled + period) return cost((int)trips);
        int small = settled + (int)((trips - settled) % period);
        RegionCost first = cost(small);
        return first + (double)(trips - small) / period * (cost(small + period) - first);
    }
}
