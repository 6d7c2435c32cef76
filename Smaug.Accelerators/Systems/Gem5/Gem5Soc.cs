using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Gem5;

/// <summary>
/// Brings the original's own configuration into an SoC that runs networks: options of its run script by their names, and the
/// accelerators of its <c>gem5.cfg</c>. What is not given keeps the value of the SoC. What has no effect is told, never
/// passed over; what only the memory model in use does not read is a note of the report, wherever it was set.
/// </summary>
public static class Gem5Soc
{
    private static readonly (string Name, CpuModelKind Kind, double CyclesPerInstruction)[] s_cpuTypes =
    [
        ("DerivO3CPU", CpuModelKind.OutOfOrder, 0), ("TimingSimpleCPU", CpuModelKind.InOrder, 0), ("AtomicSimpleCPU", CpuModelKind.Instant, 1),
        ("out-of-order", CpuModelKind.OutOfOrder, 0), ("in-order", CpuModelKind.InOrder, 0), ("instant", CpuModelKind.Instant, 0),
    ];

    /// <summary>Values of <c>--cpu-type</c>: the script's, and ours.</summary>
    public static IReadOnlyList<string> CpuTypes { get; } = [.. s_cpuTypes.Select(t => t.Name)];

    /// <summary>
    /// Applies options of the run script. <c>--caches</c> and <c>--l2cache</c> without <c>--ruby</c> choose the classic memory system, with the levels that
    /// they name; <c>--ruby</c> chooses the directory memory system where the SoC has the classic one.
    /// </summary>
    /// <param name="soc">What they change.</param>
    /// <param name="options">Names of <see cref="Gem5Option.All"/> with their values; null for flags.</param>
    /// <param name="notes">Gets a line for each option without effect.</param>
    /// <param name="fidelity">The memory system that was asked for besides, which options do not change; null for none.</param>
    /// <exception cref="ConfigurationException">An option is unknown or has a wrong value; the message lists what there is.</exception>
    public static SocConfiguration Apply(SocConfiguration soc, IReadOnlyList<(string Name, string? Value)> options, ICollection<string> notes, MemoryFidelity? fidelity = null)
    {
        soc = soc with { Memory = Gem5Memory.Choose(soc.Memory, options, fidelity) };
        foreach ((string name, string? value) in options)
        {
            Gem5Option option = Gem5Option.Find(name);
            if (Gem5Memory.WithoutEffect(soc.Memory, option, options) is { } why)
            {
                if (!option.IsFlag) Gem5CommandLine.Check(name, value ?? "");
                notes.Add($"{name} has no effect: {why}");
            }
            else if (name == "--cpu-type") soc = soc with { Cpu = OfType(soc.Cpu, value ?? "") };
            else if (!option.IsFlag && !IsOfRun(name)) soc = Set(soc, name, value ?? "");
        }

        return soc;
    }

    /// <summary>The limit of simulated time among options of the run script, for <see cref="RunOptions.MaximumTime"/>.</summary>
    /// <param name="options">Names of <see cref="Gem5Option.All"/> with their values; null for flags.</param>
    /// <returns>The earliest that is given (<c>-m</c>, <c>--abs-max-tick</c>, <c>--rel-max-tick</c>); null when none is.</returns>
    /// <exception cref="ConfigurationException">A value is no number of ticks.</exception>
    public static SimTime? MaximumTime(IReadOnlyList<(string Name, string? Value)> options) =>
        Gem5CommandLine.Parse([.. options.Where(o => IsOfRun(o.Name)).SelectMany(o => new[] { o.Name, o.Value ?? "" })]).MaximumTime;

    /// <summary>Applies the accelerators of a <c>gem5.cfg</c>: their number, clock, DMA engine and coherency port.</summary>
    /// <param name="soc">What they change.</param>
    /// <param name="accelerators">The file. Its trace-driven accelerators become the pool, so they must be equal.</param>
    /// <param name="notes">Gets the file's notes, and those on what networks do not use.</param>
    /// <param name="useSystolicArray">Whether the file's systolic array runs the convolutions, as with the original's <c>--use-systolic-array</c>.</param>
    /// <exception cref="ConfigurationException">There is no trace-driven accelerator or they differ.</exception>
    public static SocConfiguration Apply(SocConfiguration soc, Gem5Configuration accelerators, ICollection<string> notes, bool useSystolicArray = false)
    {
        foreach (string note in accelerators.Notes) notes.Add(note);
        Gem5Accelerator[] pool = [.. accelerators.Accelerators.Where(a => a.SystolicArray is null)];
        if (pool.Length == 0) throw new ConfigurationException("the accelerators' configuration has no section of type aladdin: networks need one for each accelerator of the pool");
        Gem5Accelerator first = pool[0];
        foreach (Gem5Accelerator other in pool) RequireEqual(first, other);
        Gem5Accelerator? used = null;
        foreach (Gem5Accelerator array in accelerators.Accelerators.Except(pool))
        {
            if (useSystolicArray && used is null) used = array;
            else if (used is not null) notes.Add($"[{array.Name}] has no effect: every place of the pool has the systolic array [{used.Name}]");
            else notes.Add($"[{array.Name}] has no effect: it is a systolic array, which networks use with --use-systolic-array only");
        }

        if (first.UsesCache) notes.Add($"[{first.Name}] memory_type = cache has no effect: the engine's arrays are scratchpads");
        notes.Add("bench_name and trace_file_name have no effect: kernels come from the network");
        return soc with
        {
            Accelerators = soc.Accelerators with
            {
                Count = pool.Length,
                Frequency = first.Frequency,
                FlushPerLine = first.FlushLatency,
                IgnoreCacheFlush = first.IgnoreCacheFlush,
                PipelinedDma = first.PipelinedDma,
                InvalidateOnStore = first.InvalidateOnDmaStore,
                MaxDmaRequests = first.MaxDmaRequests,
                DmaChannels = first.DmaChannels,
                HasCoherencyPort = first.EnableAcp,
                ConvolutionArray = used?.SystolicArray ?? soc.Accelerators.ConvolutionArray,
            },
        };
    }

    /// <summary>Sets what an option says, whether or not the memory of the SoC reads it.</summary>
    /// <exception cref="ConfigurationException">The value is wrong; the message says what would be right.</exception>
    internal static SocConfiguration Set(SocConfiguration soc, string name, string value) => Set(soc, name, Gem5CommandLine.Parse([name, value]));

    /// <summary>Whether an option is one of the run and says nothing about the SoC.</summary>
    private static bool IsOfRun(string name) => name is "-m" or "--abs-max-tick" or "--rel-max-tick";

    private static CpuConfiguration OfType(CpuConfiguration cpu, string type)
    {
        foreach ((string name, CpuModelKind kind, double cycles) in s_cpuTypes)
        {
            if (string.Equals(name, type, StringComparison.OrdinalIgnoreCase)) return cpu with { Model = kind, Instant = cpu.Instant with { CyclesPerInstruction = cycles } };
        }

        throw new ConfigurationException($"option --cpu-type = '{type}': must be one of {string.Join(", ", CpuTypes)}");
    }

    private static SocConfiguration Set(SocConfiguration soc, string name, Gem5RunOptions given) => name switch
    {
        "--num-cpus" or "-n" => soc with { Cpu = soc.Cpu with { Cores = given.Cpus } },
        "--sys-clock" => soc with { Cpu = soc.Cpu with { Frequency = given.SystemFrequency } },
        "--ruby-clock" => Caches(soc, c => c with { Frequency = given.RubyFrequency }),
        "--l1d_size" => Caches(soc, c => c with { L1DataSize = given.L1DataSize }),
        "--l1d_assoc" => Caches(soc, c => c with { L1DataWays = given.L1DataWays }),
        "--l2_assoc" => Caches(soc, c => c with { LastLevelWays = given.L2Ways }),
        "--num-l2caches" => Caches(soc, c => c with { LastLevelBanks = given.L2Banks }),
        "--router-latency" => Coherence(soc, c => c with { RouterCycles = given.RouterCycles }),
        "--link-latency" => Coherence(soc, c => c with { LinkCycles = given.LinkCycles }),
        "--link-width-bits" => Coherence(soc, c => c with { LinkBytesPerCycle = given.LinkBits / 8 }),
        "--l2_size" => soc with { Memory = soc.Memory with { CacheSize = given.L2Size } },
        "--cacheline_size" => soc with { Memory = soc.Memory with { LineBytes = given.LineBytes } },
        "--mem-type" => soc with { Memory = soc.Memory with { Dram = given.MemoryType } },
        "--mem-size" => soc with { Memory = soc.Memory with { Capacity = given.MemorySize } },
        "--l1d_hit_latency" => Classic(soc, c => c with { L1DataCycles = given.L1DataHitCycles }),
        "--l2_hit_latency" => Classic(soc, c => c with { L2Cycles = given.L2HitCycles }),
        "--mem-channels" => Classic(soc, c => c with { MemoryChannels = given.MemoryChannels }),
        "--xbar_width" => Classic(soc, c => c with { CrossbarBytes = given.CrossbarBytes }),
        "--prefetcher-type" => Classic(soc, c => c with { Prefetcher = Gem5Memory.PrefetcherOf(given.PrefetcherType) }),
        "--mem-ranks" => soc with { Memory = soc.Memory with { DramRanks = given.MemoryRanks ?? 0 } },
        _ => throw new ConfigurationException($"option '{name}' sets nothing of an SoC"),
    };

    private static SocConfiguration Caches(SocConfiguration soc, Func<CacheConfiguration, CacheConfiguration> change) =>
        soc with { Memory = soc.Memory with { Caches = change(soc.Memory.Caches) } };

    private static SocConfiguration Classic(SocConfiguration soc, Func<ClassicMemoryConfiguration, ClassicMemoryConfiguration> change) =>
        soc with { Memory = soc.Memory with { Classic = change(soc.Memory.Classic) } };

    private static SocConfiguration Coherence(SocConfiguration soc, Func<CoherenceConfiguration, CoherenceConfiguration> change) =>
        soc with { Memory = soc.Memory with { Coherence = change(soc.Memory.Coherence) } };

    private static void RequireEqual(Gem5Accelerator first, Gem5Accelerator other)
    {
        (string Key, object First, object Other)[] values =
        [
            ("cycle_time", first.CycleTimeNanoseconds, other.CycleTimeNanoseconds), ("max_dma_requests", first.MaxDmaRequests, other.MaxDmaRequests),
            ("num_dma_channels", first.DmaChannels, other.DmaChannels), ("pipelined_dma", first.PipelinedDma, other.PipelinedDma),
            ("ignore_cache_flush", first.IgnoreCacheFlush, other.IgnoreCacheFlush), ("invalidate_on_dma_store", first.InvalidateOnDmaStore, other.InvalidateOnDmaStore),
            ("cacheline_flush_latency", first.FlushLatency, other.FlushLatency), ("enable_acp", first.EnableAcp, other.EnableAcp),
        ];
        foreach ((string key, object one, object two) in values)
        {
            if (!one.Equals(two)) throw new ConfigurationException($"{key} is {one} in [{first.Name}] and {two} in [{other.Name}]: the accelerators of a pool must be equal");
        }
    }
}
