namespace Smaug.Core.Execution;

/// <summary>
/// One launch of an accelerator kernel: which tiles, which accelerator, and the kernel's arguments. Tiling and backends
/// derive their own launches from it.
/// </summary>
public abstract record KernelLaunch
{
    /// <summary>Index in the accelerator pool, from 0.</summary>
    public int Accelerator { get; init; }
}
