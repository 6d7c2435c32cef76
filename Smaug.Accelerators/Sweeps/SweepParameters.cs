using System.Globalization;
using Smaug.Accelerators.Systems.Gem5;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Units;

namespace Smaug.Sweeps;

/// <summary>
/// The parameters of a sweep. Those of the original SMAUG's sweeper have its names and come in its order, after the network; then come
/// some of our own.
/// </summary>
public static class SweepParameters
{
    /// <summary>Name of the parameter whose values are networks.</summary>
    public const string Network = "network";

    private static readonly Parameter[] s_all =
    [
        new(Network, static (c, _) => c),
        new("num_threads", static (c, v) => c with { Soc = c.Soc with { Cpu = c.Soc.Cpu with { Threads = Integer(v) } } }),
        new("num_accels", static (c, v) => Accelerators(c, a => a with { Count = Integer(v) })),
        new("soc_interface", static (c, v) => c with { Policy = Policy(v) }),
        Script("l1d_size"),
        Script("l2_size"),
        Script("l1d_assoc"),
        Script("l2_assoc"),
        Script("l1d_hit_latency"),
        Script("l2_hit_latency"),
        new("acc_clock", static (c, v) => Accelerators(c, a => a with { Frequency = Period(v) })),
        new("mem_type", static (c, v) => c with { Soc = c.Soc with { Memory = c.Soc.Memory with { Dram = v } } }),
        new("cpu_clock", static (c, v) => c with { Soc = c.Soc with { Cpu = c.Soc.Cpu with { Frequency = Period(v) } } }),
        new("pipelined_dma", static (c, v) => Accelerators(c, a => a with { PipelinedDma = Flag(v) })),
        new("ignore_cache_flush", static (c, v) => Accelerators(c, a => a with { IgnoreCacheFlush = Flag(v) })),
        new("invalidate_on_dma_store", static (c, v) => Accelerators(c, a => a with { InvalidateOnStore = Flag(v) })),
        new("max_dma_requests", static (c, v) => Accelerators(c, a => a with { MaxDmaRequests = Integer(v) })),
        new("num_dma_channels", static (c, v) => Accelerators(c, a => a with { DmaChannels = Integer(v) })),
        NoEffect("dma_chunk_size", "packets are cache lines, as in the original"),
        new("cpu_type", static (c, v) => c with { Soc = Gem5Soc.Apply(c.Soc, [("--cpu-type", v)], []) }),
        Core("cpu_width", static (c, v) => c with { Width = v }),
        Core("cpu_rob", static (c, v) => c with { ReorderBufferEntries = v }),
        Core("cpu_lq", static (c, v) => c with { LoadQueueEntries = v }),
        Core("cpu_sq", static (c, v) => c with { StoreQueueEntries = v }),
        Core("cpu_mshrs", static (c, v) => c with { Mshrs = v }),
        new("memory", static (c, v) => c with { Soc = c.Soc with { Memory = c.Soc.Memory with { Fidelity = Named<MemoryFidelity>(v) } } }),
        new("dram", static (c, v) => c with { Soc = c.Soc with { Memory = c.Soc.Memory with { DramFidelity = Named<DramFidelity>(v) } } }),
    ];

    /// <summary>Their names, in the order in which a sweep goes through them: the last one changes fastest.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_all.Select(p => p.Name)];

    /// <summary>Why a parameter has no effect; null for one that has.</summary>
    internal static string? WithoutEffect(string name) => Find(name).WithoutEffect;

    /// <summary>Place of a parameter in the order.</summary>
    /// <exception cref="ConfigurationException">There is no such parameter; the message lists them.</exception>
    internal static int OrderOf(string name)
    {
        int index = Array.FindIndex(s_all, p => p.Name == name);
        return index >= 0 ? index : throw new ConfigurationException($"sweep parameter '{name}' is unknown; there are {string.Join(", ", Names)}");
    }

    /// <summary>Sets a parameter.</summary>
    /// <exception cref="ConfigurationException">The value is wrong; the message names it and what would be right.</exception>
    internal static SweepChoice Apply(SweepChoice choice, string name, string value)
    {
        try
        {
            return Find(name).Apply(choice, value);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"sweep parameter {name} = '{value}': must be {e.Message}", e);
        }
    }

    private static Parameter Find(string name) => s_all[OrderOf(name)];

    // Whether it has an effect is known only when all parameters of the point are set: the run tells.
    private static Parameter Script(string name) => new(name, (c, v) => c with { Soc = Gem5Soc.Set(c.Soc, $"--{name}", v) });

    private static Parameter Core(string name, Func<OutOfOrderCpuModel, int, OutOfOrderCpuModel> change) =>
        new(name, (c, v) => c with { Soc = c.Soc with { Cpu = c.Soc.Cpu with { Costs = change(c.Soc.Cpu.Costs, Integer(v)) } } });

    private static Parameter NoEffect(string name, string why) => new(name, static (c, _) => c, why);

    private static SweepChoice Accelerators(SweepChoice choice, Func<AcceleratorConfiguration, AcceleratorConfiguration> change) =>
        choice with { Soc = choice.Soc with { Accelerators = change(choice.Soc.Accelerators) } };

    private static int Integer(string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : throw new FormatException("a whole number");

    private static bool Flag(string value) => value.ToLowerInvariant() switch
    {
        "1" or "true" => true,
        "0" or "false" => false,
        _ => throw new FormatException("0 or 1"),
    };

    private static Frequency Period(string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double nanoseconds) && nanoseconds is > 0.001 and <= 1000
            ? Frequency.FromPeriod(SimTime.FromPicoseconds((long)Math.Round(nanoseconds * 1000)))
            : throw new FormatException("a clock period in nanoseconds, above 0.001 and at most 1000");

    private static MemoryPolicy Policy(string value) => value switch
    {
        "dma" => MemoryPolicy.AllDma,
        "acp" => MemoryPolicy.AllAcp,
        "acp-dma-weights" => MemoryPolicy.AllAcpWithDmaForWeights,
        _ => throw new FormatException("dma, acp or acp-dma-weights"),
    };

    private static T Named<T>(string value) where T : struct, Enum => Enum.TryParse(value, ignoreCase: true, out T level) && Enum.IsDefined(level) && !int.TryParse(value, CultureInfo.InvariantCulture, out _)
        ? level
        : throw new FormatException($"one of {string.Join(", ", Enum.GetNames<T>())}");

    private sealed record Parameter(string Name, Func<SweepChoice, string, SweepChoice> Apply, string? WithoutEffect = null);
}

/// <summary>What the parameters of a point set.</summary>
internal sealed record SweepChoice(SocConfiguration Soc, MemoryPolicy Policy);
