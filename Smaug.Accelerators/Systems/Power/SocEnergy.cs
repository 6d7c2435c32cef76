using System.Collections.Immutable;
using Smaug.Accelerators.Aladdin.Power;
using Smaug.Core.Reporting;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Accelerators.Systems.Power;

/// <summary>Energy and area of the components of an SoC over a run, from what each of them did.</summary>
internal static class SocEnergy
{
    // The instruction cache of the simulated cores, which has no effect on time.
    private const int InstructionCacheBytes = 32 * 1024, InstructionCacheWays = 2;
    private const int FetchBytes = 32;
    private const int TranslationEntries = 64;
    private const double SquareMillimetre = 1e6;

    /// <summary>Bytes of a load or store of a core.</summary>
    public const int WordBytes = 8;

    public static ImmutableArray<ComponentEnergy> Of(SocConfiguration soc, in SocActivity activity)
    {
        EnergyConfiguration constants = soc.Energy;
        int line = soc.Memory.LineBytes, cores = soc.Cpu.CoreCount;
        SimTime time = activity.Time;
        TrafficReport traffic = activity.Traffic;
        double instructions = activity.Instructions;
        double coreLines = (double)(traffic.CpuReadBytes + traffic.CpuWriteBytes) / line;
        double accelerated = (double)(traffic.TransferInBytes + traffic.TransferOutBytes) / line;
        double memoryLines = (double)(traffic.MemoryReadBytes + traffic.MemoryWriteBytes) / line;
        double fetches = instructions / constants.InstructionsPerFetch, data = instructions * constants.DataAccessesPerInstruction;

        var parts = ImmutableArray.CreateBuilder<ComponentEnergy>();
        parts.Add(new ComponentEnergy("cores", Joules(instructions * constants.CorePicojoulesPerInstruction),
            Leakage(cores * constants.CoreLeakageMilliwatts, time), cores * constants.CoreAreaSquareMillimetres));
        CacheCost first = CacheModel.Cache(InstructionCacheBytes, line, InstructionCacheWays, Math.Min(line, FetchBytes));
        parts.Add(Cache("L1 instruction caches", first, cores, fetches * first.ReadPicojoules, time));
        if (FirstLevel(soc, activity, data, coreLines) is { } dataCaches) parts.Add(dataCaches);
        CacheCost translation = CacheModel.TranslationBuffer(TranslationEntries);
        parts.Add(Cache("TLBs", translation, 2 * cores, (fetches + data) * translation.ReadPicojoules, time));
        double lines = coreLines + accelerated + memoryLines;
        if (activity.Hierarchy is { } composed) parts.AddRange(HierarchyEnergy.Others(composed, time));
        else if (soc.Memory.CacheSize.Bytes > 0) parts.Add(LastLevel(soc, lines, time));
        double moved = activity.Hierarchy?.BytesMoved ?? lines * line;
        parts.Add(new ComponentEnergy("interconnect", Joules(moved * constants.InterconnectMillimetres * constants.InterconnectPicojoulesPerByteMillimetre), default, 0));
        if (activity.Hierarchy is { } own) parts.AddRange(own.OwnParts);
        if (Dram(soc, activity, line) is { } dram) parts.Add(dram);
        parts.Add(new ComponentEnergy("accelerators", activity.Accelerators - activity.AcceleratorLeakage, activity.AcceleratorLeakage, activity.AcceleratorArea / SquareMillimetre));
        return parts.ToImmutable();
    }

    /// <summary>The first-level data caches of the cores; null when there are none.</summary>
    private static ComponentEnergy? FirstLevel(SocConfiguration soc, in SocActivity activity, double accesses, double lines)
    {
        const string Name = "L1 data caches";
        if (activity.Hierarchy is { } composed) return HierarchyEnergy.FirstLevel(Name, composed, soc.Energy, activity.Time);
        CacheConfiguration caches = soc.Memory.Caches;
        CacheCost cost = CacheModel.Cache(caches.L1DataSize.Bytes, soc.Memory.LineBytes, caches.L1DataWays, WordBytes);
        return Cache(Name, cost, soc.Cpu.CoreCount, accesses * (cost.ReadPicojoules + cost.WritePicojoules) / 2 + lines * cost.LinePicojoules, activity.Time);
    }

    private static ComponentEnergy LastLevel(SocConfiguration soc, double lines, SimTime time)
    {
        int line = soc.Memory.LineBytes, ways = (int)Math.Min(soc.Memory.Caches.LastLevelWays, soc.Memory.CacheSize.Bytes / line);
        CacheCost cost = CacheModel.Cache(soc.Memory.CacheSize.Bytes / ways / line * ways * line, line, ways, line);
        return Cache("L2", cost, 1, lines * cost.LinePicojoules, time);
    }

    private static ComponentEnergy? Dram(SocConfiguration soc, in SocActivity activity, int line)
    {
        if (activity.DramEnergy is { } measured) return Power.DramEnergy.Of(measured);
        if (soc.Memory.DramLevel == DramFidelity.Command) return null;
        TransactionConfiguration channel = HostMemoryParts.Channel(soc.Memory);
        if (!channel.Currents.IsGiven) return null;
        return Power.DramEnergy.Of(channel, activity.Hierarchy?.MemoryChannels ?? 1, activity.Dram ?? Estimate(soc, channel, line, activity.Traffic, activity.Time), activity.Time);
    }

    private static DramActivity Estimate(SocConfiguration soc, TransactionConfiguration channel, int line, TrafficReport traffic, SimTime time)
    {
        // A line that is read takes a burst of its own; writes of neighbouring lines share one. Line by line, bytes are those of bursts.
        int read = soc.Memory.Fidelity == MemoryFidelity.Analytical ? Math.Min(line, channel.BurstBytes) : channel.BurstBytes;
        EnergyConfiguration constants = soc.Energy;
        long reads = traffic.MemoryReadBytes / read, writes = traffic.MemoryWriteBytes / channel.BurstBytes;
        return new DramActivity(
            (long)((reads + writes) * (1 - constants.DramRowHitRate)), reads, writes, new SimTime((long)(time.Picoseconds * constants.DramActiveShare)) * channel.Ranks);
    }

    /// <summary>Energy and area of some equal caches.</summary>
    public static ComponentEnergy Cache(string name, CacheCost cost, int count, double picojoules, SimTime time) =>
        new(name, Joules(picojoules), Leakage(count * cost.LeakageMilliwatts, time), count * cost.AreaSquareMicrometres / SquareMillimetre);

    private static Energy Joules(double picojoules) => new(picojoules);

    private static Energy Leakage(double milliwatts, SimTime time) => Energy.FromPower(milliwatts, time);
}

/// <summary>What the components of an SoC did in a run.</summary>
/// <param name="Time">Length of the run.</param>
/// <param name="Instructions">Instructions of all cores.</param>
/// <param name="Traffic">Bytes moved.</param>
/// <param name="Dram">What DRAM did; null when the memory model does not know.</param>
/// <param name="DramEnergy">DRAM's energy where the memory model tells it itself.</param>
/// <param name="Accelerators">Energy of the accelerators, leakage included.</param>
/// <param name="AcceleratorLeakage">The part of it that leaked.</param>
/// <param name="AcceleratorArea">Area of all accelerators, um².</param>
internal readonly record struct SocActivity(
    SimTime Time, double Instructions, TrafficReport Traffic, DramActivity? Dram, DramEnergyReport? DramEnergy,
    Energy Accelerators, Energy AcceleratorLeakage, double AcceleratorArea)
{
    /// <summary>What the parts of a composed memory hierarchy did; null where there are none, so that caches and wires go by the configuration and by the traffic.</summary>
    public HierarchyActivity? Hierarchy { get; init; }
}
