using System.Globalization;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Accelerators.Systems.Gem5;

/// <summary>
/// Reads the options of gem5-Aladdin's run script (<c>--mem-type LPDDR4_3200_2x16 --cacheline_size=32 --ruby ...</c>). Those
/// without effect on the model become notes; those that are not the script's are errors.
/// </summary>
public static class Gem5CommandLine
{
    /// <summary>Options with a value that have no effect, and why.</summary>
    internal static readonly Dictionary<string, string> Ineffective = new(StringComparer.Ordinal)
    {
        ["--cpu-clock"] = "cores run at --sys-clock, as in the original script; give that",
        ["--l3_size"] = "there is no third level",
        ["--l3_assoc"] = "there is no third level",
        ["--sys-voltage"] = "it has no influence on time",
        ["--fast-forward"] = "simulation begins at the measured region",
        ["--stats-db-file"] = "statistics are written by the caller",
        ["--outdir"] = "files are written by the caller",
        ["--debug-flags"] = "there are no debug flags",
        ["--num-dirs"] = "there is one directory",
        ["--ports"] = "transitions per cycle are not limited",
        ["--topology"] = "the network is a crossbar",
        ["--network"] = "the network is the simple one",
        ["--vcs-per-vnet"] = "the simple network has no virtual channels",
        ["--recycle-latency"] = "the original does not hand it to the controllers either",
        ["--maxtime"] = "runs end by themselves",
        ["--maxinsts"] = "runs end by themselves",
        ["-I"] = "runs end by themselves",
        ["-c"] = "no program is executed",
        ["-o"] = "no program is executed",
        ["-e"] = "no program is executed",
        ["-i"] = "no program is executed",
        ["--output"] = "no program is executed",
        ["--errout"] = "no program is executed",
    };

    /// <summary>What values of options without effect must be, so that a slip of the pen is found there too.</summary>
    private static readonly Dictionary<string, Action<string, string>> s_checks = new(StringComparer.Ordinal)
    {
        ["--cpu-clock"] = (name, value) => Clock(name, value),
        ["--l3_size"] = (name, value) => Size(name, value),
        ["--l3_assoc"] = (name, value) => Integer(name, value, 1),
        ["--sys-voltage"] = CheckVoltage,
        ["--num-dirs"] = (name, value) => Integer(name, value, 1),
        ["--ports"] = (name, value) => Integer(name, value, 1),
        ["--vcs-per-vnet"] = (name, value) => Integer(name, value, 1),
        ["--recycle-latency"] = (name, value) => Integer(name, value, 0),
        ["--maxtime"] = CheckSeconds,
        ["--maxinsts"] = CheckInstructions,
        ["-I"] = CheckInstructions,
        ["--fast-forward"] = CheckInstructions,
    };

    /// <summary>Flags that have no effect, and why.</summary>
    internal static readonly Dictionary<string, string> IneffectiveFlags = new(StringComparer.Ordinal)
    {
        ["--aladdin-debugger"] = "there is no interactive debugger",
        ["--enable-stats-dump-and-resume"] = "statistics are always dumped without ending the simulation",
        ["--access-backing-store"] = "it has no influence on time",
        ["--record-dram-traffic"] = "no file of DRAM's traffic is written; statistics (--stats) count it, and 'smaug dram TRACE --requests FILE' writes that of a DRAM trace",
        ["--enable-dram-powerdown"] = "low-power states are not entered",
    };

    /// <summary>Reads options.</summary>
    /// <param name="arguments">Each <c>--name=value</c>, <c>--name value</c> or <c>--flag</c>.</param>
    /// <exception cref="ConfigurationException">An option is unknown, lacks its value or has a wrong one.</exception>
    public static Gem5RunOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new Gem5RunOptions();
        List<string> notes = [];
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            string? value = null;
            int equals = name.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) (name, value) = (name[..equals], name[(equals + 1)..]);
            if (IneffectiveFlags.TryGetValue(name, out string? why))
            {
                notes.Add($"{name} has no effect: {why}");
                continue;
            }

            if (Flag(options, name) is { } flagged)
            {
                options = flagged;
                continue;
            }

            value ??= ++i < arguments.Count ? arguments[i] : throw new ConfigurationException($"option {name} has no value");
            if (Ineffective.TryGetValue(name, out why))
            {
                Check(name, value);
                notes.Add($"{name} has no effect: {why}");
            }
            else
            {
                options = Apply(options, name, value);
            }
        }

        return options with { Notes = [.. notes, .. Overlooked(options)] };
    }

    /// <summary>Checks the value of an option, whether it has an effect or not.</summary>
    /// <exception cref="ConfigurationException">It is wrong; the message says what would be right.</exception>
    internal static void Check(string name, string value)
    {
        if (!Ineffective.ContainsKey(name)) Apply(new Gem5RunOptions(), name, value);
        else if (s_checks.TryGetValue(name, out Action<string, string>? check)) check(name, value);
    }

    private static Gem5RunOptions? Flag(Gem5RunOptions options, string name) => name switch
    {
        "--ruby" => options with { Ruby = true },
        "--caches" => options with { Caches = true },
        "--l2cache" => options with { L2Cache = true },
        "--enable_prefetchers" => options with { EnablePrefetchers = true },
        _ => null,
    };

    private static Gem5RunOptions Apply(Gem5RunOptions options, string name, string value) => name switch
    {
        "--num-cpus" or "-n" => options with { Cpus = Integer(name, value, 1) },
        "--cpu-type" => options with { CpuType = OneOf(name, value, "AtomicSimpleCPU", "TimingSimpleCPU", "DerivO3CPU") },
        "--sys-clock" => options with { SystemFrequency = Clock(name, value) },
        "--ruby-clock" => options with { RubyFrequency = Clock(name, value) },
        "--mem-type" => options with { MemoryType = OneOf(name, value, [.. TransactionPresets.Names]) },
        "--mem-size" => options with { MemorySize = Size(name, value) },
        "--mem-channels" => options with { MemoryChannels = Integer(name, value, 1) },
        "--mem-ranks" => options with { MemoryRanks = Integer(name, value, 1) },
        "--l1i_size" => options with { L1InstructionSize = Size(name, value) },
        "--l1d_size" => options with { L1DataSize = Size(name, value) },
        "--l2_size" => options with { L2Size = Size(name, value) },
        "--l1i_assoc" => options with { L1InstructionWays = Integer(name, value, 1) },
        "--l1d_assoc" => options with { L1DataWays = Integer(name, value, 1) },
        "--l2_assoc" => options with { L2Ways = Integer(name, value, 1) },
        "--num-l2caches" => options with { L2Banks = Integer(name, value, 1) },
        "--l1i_hit_latency" => options with { L1InstructionHitCycles = Integer(name, value, 0) },
        "--l1d_hit_latency" => options with { L1DataHitCycles = Integer(name, value, 0) },
        "--l2_hit_latency" => options with { L2HitCycles = Integer(name, value, 0) },
        "--cacheline_size" => options with { LineBytes = Integer(name, value, 8) },
        "--router-latency" => options with { RouterCycles = Integer(name, value, 1) },
        "--link-latency" => options with { LinkCycles = Integer(name, value, 1) },
        "--link-width-bits" => options with { LinkBits = Integer(name, value, 8) is var bits && bits % 8 == 0 ? bits : throw Bad(name, value, "whole bytes: a multiple of 8") },
        "--xbar_width" => options with { CrossbarBytes = Integer(name, value, 1) },
        "--prefetcher-type" => options with { PrefetcherType = OneOf(name, value, "tagged", "ghb", "stride") },
        "-m" or "--abs-max-tick" or "--rel-max-tick" => options with { MaximumTime = Earlier(options.MaximumTime, Ticks(name, value)) },
        "--accel_cfg_file" => options with { AcceleratorFile = value },
        _ => throw new ConfigurationException($"option '{name}' is not one of the run script's (for example --mem-type, --cacheline_size, --l2_size, --ruby)"),
    };

    private static IEnumerable<string> Overlooked(Gem5RunOptions options)
    {
        var defaults = new Gem5RunOptions();
        if (!options.Ruby)
        {
            if (options.L2Banks != defaults.L2Banks) yield return "--num-l2caches has no effect without --ruby: only the directory memory system has banks";
            const string Directory = "has no effect without --ruby: only the directory memory system has a network";
            if (options.RouterCycles != defaults.RouterCycles) yield return $"--router-latency {Directory}";
            if (options.LinkCycles != defaults.LinkCycles) yield return $"--link-latency {Directory}";
            if (options.LinkBits != defaults.LinkBits) yield return $"--link-width-bits {Directory}";
            yield break;
        }

        const string Classic = "has no effect with --ruby: only the classic memory system knows it";
        if (options.L1InstructionHitCycles != defaults.L1InstructionHitCycles) yield return $"--l1i_hit_latency {Classic}";
        if (options.L1DataHitCycles != defaults.L1DataHitCycles) yield return $"--l1d_hit_latency {Classic}";
        if (options.L2HitCycles != defaults.L2HitCycles) yield return $"--l2_hit_latency {Classic}";
        if (options.CrossbarBytes != defaults.CrossbarBytes) yield return $"--xbar_width {Classic}";
        if (options.EnablePrefetchers) yield return $"--enable_prefetchers {Classic}";
        if (options.MemoryChannels != 1) yield return $"--mem-channels {Classic}";
    }

    private static int Integer(string name, string value, int minimum) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= minimum ? number
            : throw Bad(name, value, $"a whole number, at least {minimum}");

    private static void CheckVoltage(string name, string value)
    {
        if (!IsPositive(value.EndsWith('V') ? value[..^1].TrimEnd('m') : value)) throw Bad(name, value, "a voltage above 0 such as 1.0V");
    }

    private static void CheckSeconds(string name, string value)
    {
        if (!IsPositive(value)) throw Bad(name, value, "a number of seconds above 0");
    }

    private static void CheckInstructions(string name, string value)
    {
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _)) throw Bad(name, value, "a whole number of instructions");
    }

    private static bool IsPositive(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > 0 && double.IsFinite(number);

    private static SimTime Ticks(string name, string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) && ticks > 0 ? SimTime.FromPicoseconds(ticks)
            : throw Bad(name, value, "a whole number of ticks of 1 ps, at least 1");

    /// <summary>A simulation begins at tick 0, so that both kinds of limit count from there.</summary>
    private static SimTime Earlier(SimTime? one, SimTime other) => one is { } first && first < other ? first : other;

    private static ByteSize Size(string name, string value) =>
        Gem5Units.TrySize(value, out ByteSize size) && size.Bytes > 0 ? size : throw Bad(name, value, "a size above 0 such as 2MB, 32kB or a number of bytes, at most 1024TB");

    private static Frequency Clock(string name, string value) =>
        Gem5Units.TryFrequency(value, out Frequency frequency) ? frequency : throw Bad(name, value, "a frequency with its unit such as 1GHz or 800MHz, above 0 and at most 1 THz");

    private static string OneOf(string name, string value, params string[] allowed) =>
        Array.Find(allowed, a => a.Equals(value, StringComparison.OrdinalIgnoreCase)) ?? throw Bad(name, value, $"one of {string.Join(", ", allowed)}");

    private static ConfigurationException Bad(string name, string value, string allowed) => new($"option {name} = '{value}': must be {allowed}");
}
