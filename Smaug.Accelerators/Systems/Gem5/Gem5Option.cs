using Smaug.Core;

namespace Smaug.Accelerators.Systems.Gem5;

/// <summary>An option of gem5-Aladdin's run script and what it does to an SoC that runs networks.</summary>
/// <param name="Name">With its dashes.</param>
/// <param name="IsFlag">Whether it has no value.</param>
/// <param name="Description">What it sets; for one without effect, why it has none.</param>
/// <param name="HasEffect">Whether it has one.</param>
/// <param name="NeedsTransactions">Whether the analytical memory model ignores it.</param>
public sealed record Gem5Option(string Name, bool IsFlag, string Description, bool HasEffect, bool NeedsTransactions)
{
    /// <summary>Why an option of the classic memory system has no effect where another one was chosen.</summary>
    internal const string ClassicOnly = "it belongs to the classic memory system; networks run on the directory memory system (--ruby)";

    /// <summary>Whether, of the memory systems that go line by line, only the one with a directory has it: <c>--memory transaction</c> and <c>message</c>.</summary>
    public bool NeedsDirectory { get; init; }

    /// <summary>Whether it has an effect on the classic memory system only, which <c>--caches</c> and <c>--l2cache</c> choose where <c>--ruby</c> does not stand.</summary>
    public bool NeedsClassic { get; init; }

    /// <summary>All options of the script: those with effect, those of the classic memory system, those without effect. Notes come in this order.</summary>
    public static IReadOnlyList<Gem5Option> All { get; } = [.. Effective(), .. OfClassic(), .. Ineffective()];

    /// <summary>The option of a name.</summary>
    /// <exception cref="ConfigurationException">There is none; the message lists those with effect.</exception>
    public static Gem5Option Find(string name)
    {
        foreach (Gem5Option option in All)
        {
            if (option.Name == name) return option;
        }

        throw new ConfigurationException($"option '{name}' is not one of the run script's; those with effect are {string.Join(", ", All.Where(o => o.HasEffect).Select(o => o.Name))}");
    }

    private static IEnumerable<Gem5Option> Effective() =>
    [
        Value("--num-cpus", "CPU cores; N threads need N + 1"),
        Value("-n", "short for --num-cpus"),
        Value("--cpu-type", $"kind of core: {string.Join(", ", Gem5Soc.CpuTypes)}"),
        Value("--sys-clock", "clock of the cores, such as 1.25GHz"),
        Value("--cacheline_size", "bytes of a cache line"),
        Value("--l2_size", "capacity of the last-level cache, such as 2MB"),
        Value("--l1d_size", "capacity of the cores' data caches"),
        Lines("--l2_assoc", "ways of the last-level cache"),
        Lines("--l1d_assoc", "ways of the cores' data caches"),
        Directory("--num-l2caches", "banks of the last-level cache, which share its capacity"),
        Directory("--ruby-clock", "clock of caches and directory"),
        Directory("--router-latency", "cycles of each router between caches, directory and DMA engines"),
        Directory("--link-latency", "cycles of each link between them"),
        Directory("--link-width-bits", "bits that a link moves per cycle, a multiple of 8"),
        Lines("--mem-type", "DRAM, such as LPDDR4_3200_2x16: its energy with any memory, its times"),
        Lines("--mem-size", "bytes of DRAM, such as 4GB"),
        Lines("--mem-ranks", "ranks of the DRAM channel, without effect with --dram analytical"),
        Value("--abs-max-tick", "simulated time in ps by which the run must have ended"),
        Value("--rel-max-tick", "the same: a run begins at 0"),
        Value("-m", "short for --abs-max-tick"),
        new("--ruby", IsFlag: true, "the directory memory system, which networks run on where nothing else is said", HasEffect: true, NeedsTransactions: false),
    ];

    private static IEnumerable<Gem5Option> OfClassic() =>
    [
        Classic("--caches", "the classic memory system with the cores' data caches", isFlag: true),
        Classic("--l2cache", "the classic memory system with a shared second level", isFlag: true),
        Classic("--enable_prefetchers", "prefetchers in the cores' data caches", isFlag: true),
        Classic("--prefetcher-type", "their kind: tagged, stride; with --enable_prefetchers"),
        Classic("--xbar_width", "bytes per cycle of the system crossbar"),
        Classic("--mem-channels", "channels of DRAM, a power of two up to 64"),
        new("--l1i_hit_latency", IsFlag: false, ClassicOnly, HasEffect: false, NeedsTransactions: false),
        Classic("--l1d_hit_latency", "latency of the cores' data caches in cycles"),
        Classic("--l2_hit_latency", "latency of the second level in cycles"),
    ];

    private static IEnumerable<Gem5Option> Ineffective()
    {
        foreach (string name in (string[])["--l1i_size", "--l1i_assoc"])
            yield return new Gem5Option(name, IsFlag: false, "instruction fetches are part of the CPU model's cycles", HasEffect: false, NeedsTransactions: false);
        foreach ((string name, string why) in Gem5CommandLine.Ineffective)
            yield return new Gem5Option(name, IsFlag: false, name == "--cpu-clock" ? $"{why}, or --soc tutorial-2.5GHz" : why, HasEffect: false, NeedsTransactions: false);
        foreach ((string name, string why) in Gem5CommandLine.IneffectiveFlags) yield return Flag(name, why);
    }

    private static Gem5Option Value(string name, string description) => new(name, IsFlag: false, description, HasEffect: true, NeedsTransactions: false);

    private static Gem5Option Lines(string name, string description) => new(name, IsFlag: false, description, HasEffect: true, NeedsTransactions: true);

    private static Gem5Option Directory(string name, string description) => Lines(name, description) with { NeedsDirectory = true };

    private static Gem5Option Classic(string name, string description, bool isFlag = false) =>
        new(name, isFlag, description, HasEffect: true, NeedsTransactions: false) { NeedsClassic = true };

    private static Gem5Option Flag(string name, string why) => new(name, IsFlag: true, why, HasEffect: false, NeedsTransactions: false);
}
