using System.Globalization;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Aladdin.Device;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Classic;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Interconnect;

namespace Smaug.Accelerators.Systems.Gem5;

/// <summary>
/// A system put together from the reference's own configuration: cores' caches, memory system, DRAM, and one device per
/// trace-driven accelerator. The host program is a process of the caller: it touches memory through <see cref="CpuData"/> and
/// invokes the devices. Dispose of it to close the traces.
/// </summary>
public sealed class Gem5System : IDisposable
{
    private readonly List<AladdinAccelerator> _accelerators = [];
    private readonly List<AladdinDevice> _devices = [];

    private Gem5System(Simulator simulator, Gem5RunOptions options)
    {
        Simulator = simulator;
        Options = options;
    }

    /// <summary>The simulation.</summary>
    public Simulator Simulator { get; }

    /// <summary>The system around the accelerators.</summary>
    public Gem5RunOptions Options { get; }

    /// <summary>The accelerators, in the order of their sections.</summary>
    public IReadOnlyList<AladdinDevice> Devices => _devices;

    /// <summary>Physical addresses of host virtual ones.</summary>
    public PageTable Pages { get; } = new();

    /// <summary>Data port of core 0. Addresses are physical; requests must lie within one line.</summary>
    public MemoryPort CpuData { get; private set; } = null!;

    /// <summary>Builds the system.</summary>
    /// <param name="configuration">The accelerators; their traces are opened.</param>
    /// <param name="options">The system around them.</param>
    /// <param name="aladdin">How traces are run.</param>
    /// <exception cref="ConfigurationException">The parts do not fit together, or a part of the reference is not modelled.</exception>
    /// <exception cref="InputFormatException">A trace or a datapath's file cannot be read.</exception>
    public static Gem5System Build(Gem5Configuration configuration, Gem5RunOptions options, AladdinOptions? aladdin = null)
    {
        if (configuration.Accelerators.FirstOrDefault(a => a.SystolicArray is not null) is { } array)
            throw new ConfigurationException($"[{array.Name}]: a systolic_array runs with 'smaug run'; a system of traces takes accelerators of type aladdin");
        var system = new Gem5System(new Simulator(), options);
        try
        {
            system.Compose(configuration, aladdin);
        }
        catch
        {
            system.Dispose();
            throw;
        }

        return system;
    }

    /// <summary>Closes the traces.</summary>
    public void Dispose()
    {
        foreach (AladdinAccelerator accelerator in _accelerators) accelerator.Dispose();
    }

    private void Compose(Gem5Configuration configuration, AladdinOptions? aladdin)
    {
        TransactionConfiguration memory = TransactionPresets.Get(Options.MemoryType);
        if (Options.MemoryRanks is { } ranks) memory = memory with { Ranks = ranks };
        Func<Gem5Accelerator, AladdinPorts> attach = Options.Ruby ? ComposeDirectory(Dram("dram", memory, Options.MemorySize)) : ComposeClassic(Channels(memory));
        for (int i = 0; i < configuration.Accelerators.Count; i++)
        {
            Gem5Accelerator description = configuration.Accelerators[i];
            AladdinPorts ports = attach(description);
            DatapathConfiguration datapath = DatapathConfigurationFile.Read(description.DatapathPath);
            AladdinAccelerator accelerator = AladdinAccelerator.Open(description.TracePath, datapath, aladdin);
            _accelerators.Add(accelerator);
            _devices.Add(new AladdinDevice(Simulator, description.Name, accelerator, ports, description.DeviceOptions(Options.LineBytes), Options.Cpus + i, Pages.Translate));
        }
    }

    private MemoryPort Dram(string name, TransactionConfiguration channel, ByteSize size) => new DramMemory(Simulator, name, channel, size: size).Port;

    /// <summary>The channels of the classic memory system, which share its memory.</summary>
    private MemoryPort Channels(TransactionConfiguration channel)
    {
        if (Options.MemoryChannels == 1) return Dram("dram", channel, Options.MemorySize);
        Require.PowerOfTwo("--mem-channels", Options.MemoryChannels, 1, 64);
        var share = new ByteSize(Options.MemorySize.Bytes / Options.MemoryChannels);
        MemoryPort[] channels = [.. Enumerable.Range(0, Options.MemoryChannels).Select(i => Dram(string.Create(CultureInfo.InvariantCulture, $"dram{i}"), channel, share))];
        return new ChannelInterleaver(Simulator, "dram", channels, Math.Max(128, Options.LineBytes)).Port;
    }

    /// <summary>Composes the directory memory system for the cores; gives what attaches an accelerator to it.</summary>
    private Func<Gem5Accelerator, AladdinPorts> ComposeDirectory(MemoryPort memory)
    {
        var ruby = new MesiMemorySystem(Simulator, memory, new MesiOptions
        {
            Frequency = Options.RubyFrequency,
            LineBytes = Options.LineBytes,
            L2Size = Options.L2Size,
            L2Ways = Options.L2Ways,
            L2Banks = Options.L2Banks,
            RouterCycles = Options.RouterCycles,
            LinkCycles = Options.LinkCycles,
            LinkBytesPerCycle = Options.LinkBits / 8,
        });
        for (int cpu = 0; cpu < Options.Cpus; cpu++)
        {
            MemoryPort core = ruby.AddCore($"cpu{cpu}", Options.L1InstructionSize, Options.L1InstructionWays, Options.L1DataSize, Options.L1DataWays);
            if (cpu == 0) CpuData = core;
        }

        return accelerator =>
        {
            MemoryPort cache = ruby.AddCache($"{accelerator.Name}.cache", accelerator.CacheSize, Math.Max(2, accelerator.CacheWays));
            return new AladdinPorts(ruby.AddDma($"{accelerator.Name}.dma"), cache, accelerator.EnableAcp ? ruby.AddAcp($"{accelerator.Name}.acp") : null);
        };
    }

    /// <summary>Composes the classic memory system for the cores; gives what attaches an accelerator to it.</summary>
    private Func<Gem5Accelerator, AladdinPorts> ComposeClassic(MemoryPort memory)
    {
        var classic = new ClassicMemorySystem(Simulator, memory, new ClassicOptions
        {
            Frequency = Options.SystemFrequency,
            LineBytes = Options.LineBytes,
            CrossbarBytes = Options.CrossbarBytes,
            HasL2 = Options.L2Cache,
            L2Size = Options.L2Size,
            L2Ways = Options.L2Ways,
            L2Cycles = Options.L2HitCycles,
            Prefetcher = PrefetcherOf(Options),
        });
        for (int cpu = 0; cpu < Options.Cpus; cpu++)
        {
            MemoryPort data = Options.Caches
                ? classic.AddCache($"cpu{cpu}.data", CacheOf(Options.L1DataSize, Options.L1DataWays, Options.L1DataHitCycles))
                : classic.AddCore($"cpu{cpu}.data");
            if (Options.Caches) classic.AddCache($"cpu{cpu}.instructions", CacheOf(Options.L1InstructionSize, Options.L1InstructionWays, Options.L1InstructionHitCycles));
            if (cpu == 0) CpuData = data;
        }

        return accelerator => new AladdinPorts(
            classic.AddDma($"{accelerator.Name}.dma"),
            classic.AddAcceleratorCache($"{accelerator.Name}.cache", CacheOf(accelerator.CacheSize, accelerator.CacheWays, accelerator.CacheHitCycles) with { Frequency = accelerator.Frequency }),
            accelerator.EnableAcp ? classic.AddAcp($"{accelerator.Name}.acp", accelerator.AcpCacheSize, accelerator.AcpCacheCycles, accelerator.AcpCacheMshrs) : null);
    }

    private static CacheOptions CacheOf(ByteSize size, int ways, int hitCycles) =>
        new() { Size = size, Ways = ways, TagCycles = hitCycles, DataCycles = hitCycles, ResponseCycles = hitCycles };

    private static PrefetcherKind PrefetcherOf(Gem5RunOptions options) => options.EnablePrefetchers ? Gem5Memory.PrefetcherOf(options.PrefetcherType) : PrefetcherKind.None;
}
