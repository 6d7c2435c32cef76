using System.Collections.Immutable;
using Smaug.Core.Execution;

namespace Smaug.Accelerators.Smv.Execution;

/// <summary>
/// Launches that work on the same results, in their order. Groups do not depend on each other, so that threads can share
/// them; the order of arithmetic within a group is that of the launches.
/// </summary>
internal static class LaunchGroups
{
    /// <summary>Groups launches by what they work on.</summary>
    public static List<T>[] By<T, TKey>(ImmutableArray<KernelLaunch> launches, Func<T, TKey> key)
        where T : KernelLaunch
        where TKey : notnull
    {
        var groups = new List<List<T>>();
        var indices = new Dictionary<TKey, int>();
        foreach (KernelLaunch launch in launches)
        {
            var typed = (T)launch;
            if (indices.TryAdd(key(typed), groups.Count)) groups.Add([]);
            groups[indices[key(typed)]].Add(typed);
        }

        return [.. groups];
    }
}
