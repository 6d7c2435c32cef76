using Smaug.Core;
using Smaug.Memory.Caches;

namespace Smaug.Accelerators.Systems.Gem5;

/// <summary>Which memory system the options of the run script choose for networks, and which of them it has no use for.</summary>
internal static class Gem5Memory
{
    /// <summary>Chooses the memory system as the original's script does, but for its default: without any of these options it stays as it is.</summary>
    /// <param name="memory">The SoC's.</param>
    /// <param name="options">The options that were given.</param>
    /// <param name="fidelity">What was asked for besides; null for nothing.</param>
    public static HostMemoryConfiguration Choose(HostMemoryConfiguration memory, IReadOnlyList<(string Name, string? Value)> options, MemoryFidelity? fidelity)
    {
        (bool caches, bool secondLevel, bool ruby) = (IsGiven(options, "--caches"), IsGiven(options, "--l2cache"), IsGiven(options, "--ruby"));
        if (fidelity is null && ruby && memory.Fidelity == MemoryFidelity.Classic) memory = memory with { Fidelity = MemoryFidelity.Message };
        bool isFree = fidelity == MemoryFidelity.Classic || (fidelity is null && !ruby);
        if (isFree && (caches || secondLevel)) memory = memory with { Fidelity = MemoryFidelity.Classic, Classic = memory.Classic with { HasL1 = caches, HasL2 = secondLevel } };
        if (memory is not { Fidelity: MemoryFidelity.Classic, Classic.HasL1: true } || !IsGiven(options, "--enable_prefetchers")) return memory;
        return memory with { Classic = memory.Classic with { Prefetcher = PrefetcherOf(new Gem5RunOptions().PrefetcherType) } };
    }

    /// <summary>Why an option has no effect on the memory system that was chosen; null where it has one.</summary>
    public static string? WithoutEffect(HostMemoryConfiguration memory, Gem5Option option, IReadOnlyList<(string Name, string? Value)> options)
    {
        if (memory.Fidelity != MemoryFidelity.Classic) return !option.HasEffect ? option.Description : option.NeedsClassic ? Gem5Option.ClassicOnly : null;
        const string noL1 = "the classic memory system has no data caches without --caches", noL2 = "the classic memory system has no second level without --l2cache";
        return option.Name switch
        {
            "--ruby" => "the classic memory system was chosen",
            "--ruby-clock" => "the classic memory system runs at --sys-clock",
            "--num-l2caches" => "the second level of the classic memory system has one bank",
            "--l1i_hit_latency" => "instruction fetches are part of the CPU model's cycles",
            "--prefetcher-type" when !IsGiven(options, "--enable_prefetchers") => "there are no prefetchers without --enable_prefetchers",
            "--l1d_size" or "--l1d_assoc" or "--l1d_hit_latency" or "--enable_prefetchers" or "--prefetcher-type" when !memory.Classic.HasL1 => noL1,
            "--l2_size" or "--l2_assoc" or "--l2_hit_latency" when !memory.Classic.HasL2 => noL2,
            _ => option.HasEffect ? null : option.Description,
        };
    }

    /// <summary>The prefetcher of a name of the script.</summary>
    /// <exception cref="ConfigurationException">It is not modelled.</exception>
    public static PrefetcherKind PrefetcherOf(string type) => type switch
    {
        "tagged" => PrefetcherKind.Tagged,
        "stride" => PrefetcherKind.Stride,
        _ => throw new ConfigurationException($"--prefetcher-type = {type}: must be tagged or stride; others are not modelled"),
    };

    private static bool IsGiven(IReadOnlyList<(string Name, string? Value)> options, string name) => options.Any(o => o.Name == name);
}
