using System.Runtime.CompilerServices;

namespace Smaug.Accelerators.Aladdin;

/// <summary>How the methods are compiled that run once per line, node or edge of a trace.</summary>
internal static class HotLoop
{
    /// <summary>
    /// Optimised from the first call. A process often reads one trace and ends; the unoptimised code that methods start with
    /// would see most of that trace.
    /// </summary>
    public const MethodImplOptions Compiled = MethodImplOptions.AggressiveOptimization;
}
