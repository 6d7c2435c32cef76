using Smaug.Core.Execution;

namespace Smaug.Cli;

/// <summary>Bytes that the kernels of one operator move between host memory and scratchpads.</summary>
/// <param name="LoadedBytes">To scratchpads.</param>
/// <param name="StoredBytes">To host memory.</param>
internal readonly record struct TrafficSum(long LoadedBytes, long StoredBytes)
{
    public static TrafficSum Of(OperatorPlan plan)
    {
        long loaded = 0, stored = 0;
        foreach (KernelLaunch launch in plan.Launches)
        {
            foreach (HostTransfer transfer in plan.Transfers(launch))
            {
                if (transfer.IsStore) stored += transfer.Bytes;
                else loaded += transfer.Bytes;
            }
        }

        return new TrafficSum(loaded, stored);
    }
}
