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
    private const string Classic = "it belongs to the classic memory system; networks run on the directory memory system (--ruby)";

    /// <summary>All options of the script, those with effect first.</summary>
    public static IReadOnlyList<Gem5Option> All { get; } = [.. Effective(), .. Ineffective()];

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
        Lines("--num-l2caches", "banks of the last-level cache, which share its capacity"),
        Lines("--ruby-clock", "clock of caches and directory"),
        Lines("--router-latency", "cycles of each router between caches, directory and DMA engines"),
        Lines("--link-latency", "cycles of each link between them"),
        Lines("--link-width-bits", "bits that a link moves per cycle, a multiple of 8"),
        Lines("--mem-type", "DRAM, such as LPDDR4_3200_2x16"),
        Lines("--mem-size", "bytes of DRAM, such as 4GB"),
        Lines("--mem-ranks", "ranks of the DRAM channel"),
        Value("--abs-max-tick", "simulated time in ps by which the run must have ended"),
        Value("--rel-max-tick", "the same: a run begins at 0"),
        Value("-m", "short for --abs-max-tick"),
        new("--ruby", IsFlag: true, "the directory memory system, which networks always run on", HasEffect: true, NeedsTransactions: false),
    ];

    private static IEnumerable<Gem5Option> Ineffective()
    {
        yield return Flag("--caches", Classic);
        yield return Flag("--l2cache", Classic);
        yield return Flag("--enable_prefetchers", Classic);
        foreach (string name in (string[])["--prefetcher-type", "--xbar_width", "--mem-channels", "--l1i_hit_latency", "--l1d_hit_latency", "--l2_hit_latency"])
            yield return new Gem5Option(name, IsFlag: false, Classic, HasEffect: false, NeedsTransactions: false);
        foreach (string name in (string[])["--l1i_size", "--l1i_assoc"])
            yield return new Gem5Option(name, IsFlag: false, "instruction fetches are part of the CPU model's cycles", HasEffect: false, NeedsTransactions: false);
        foreach ((string name, string why) in Gem5CommandLine.Ineffective)
            yield return new Gem5Option(name, IsFlag: false, name == "--cpu-clock" ? $"{why}, or --soc tutorial-2.5GHz" : why, HasEffect: false, NeedsTransactions: false);
        foreach ((string name, string why) in Gem5CommandLine.IneffectiveFlags) yield return Flag(name, why);
    }

    private static Gem5Option Value(string name, string description) => new(name, IsFlag: false, description, HasEffect: true, NeedsTransactions: false);

    private static Gem5Option Lines(string name, string description) => new(name, IsFlag: false, description, HasEffect: true, NeedsTransactions: true);

    private static Gem5Option Flag(string name, string why) => new(name, IsFlag: true, why, HasEffect: false, NeedsTransactions: false);
}
