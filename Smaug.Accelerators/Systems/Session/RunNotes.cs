using System.Collections.Immutable;
using Smaug.Accelerators.Systems.Power;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Memory.Caches;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>Remarks that a reader of a report must know: options without effect, and what the model leaves out.</summary>
internal static class RunNotes
{
    public static ImmutableArray<string> Of(SocRun run, ExecutionPlan plan, ImmutableArray<ComponentEnergy> components)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        notes.AddRange(run.Options.Notes);
        if (run.Configuration.Cpu.Model == CpuModelKind.Instant) notes.Add("instant CPU: its accesses touch no cache and are not counted, so that accelerators find all data in DRAM");
        if (run.Configuration.Cpu is { Model: not CpuModelKind.OutOfOrder } cpu && cpu.Costs.HasOwnLimits) notes.Add("Cpu.Costs: width, queues, MSHRs and mix have no effect: the core is not out of order (--cpu-type)");
        if (run.Options.Sampling.Level != SamplingLevel.None)
        {
            notes.Add("sampling: times are those that a simulation reports which runs a few iterations of the sampled loops and scales them up; upsampled cycles are the share that was scaled up");
        }

        if (!run.Options.ComputeValues && plan.Graph.Nodes.Any(n => n.Kind == OperatorKind.Switch))
        {
            notes.Add("the network has conditional branches: without values all of them are timed; with values only those taken");
        }

        AddArrayNotes(notes, run, plan);
        int onHost = plan.Operators.Count(o => o.HostBody.Any(t => t.Kind == HostTaskKind.Compute));
        if (onHost > 0) notes.Add($"{onHost} operator(s) computed by the CPU; their time is an estimate of one operation per cycle");
        if (!components.Any(c => c.Component == DramEnergy.Component)) notes.Add($"DRAM {run.Configuration.Memory.Dram} has no currents: its energy is in no sum");
        if (!run.HasOwnMemory) AddMemoryNotes(notes, run.Configuration);
        AddDramNotes(notes, run.Configuration.Memory);
        AddClassicNotes(notes, run.Configuration.Memory);
        if (run.Hierarchy?.Note() is { } unknown) notes.Add(unknown);
        return notes.ToImmutable();
    }

    /// <summary>What was set but is not read at this fidelity, wherever it was set.</summary>
    private static void AddMemoryNotes(ImmutableArray<string>.Builder notes, SocConfiguration soc)
    {
        HostMemoryConfiguration memory = soc.Memory;
        if (memory.Fidelity == MemoryFidelity.Analytical)
        {
            Add(LinesOnly(soc), "times of the analytical memory model", "--memory transaction");
            return;
        }

        Add(memory.ChangedTimes(), "caches that are simulated line by line, whose parts make the times", "--memory analytical");
        if (memory.Fidelity == MemoryFidelity.Transaction && memory.Coherence.RecycleCycles != new CoherenceConfiguration().RecycleCycles)
        {
            Add(["Memory.Coherence.RecycleCycles"], "caches that are simulated without messages", "--memory message");
        }

        void Add(IEnumerable<string> names, string what, string remedy)
        {
            string[] all = [.. names];
            if (all.Length == 1) notes.Add($"{all[0]} has no effect on {what}: it counts with {remedy}");
            else if (all.Length > 1) notes.Add($"{string.Join(", ", all)} have no effect on {what}: they count with {remedy}");
        }
    }

    /// <summary>Names, and options of the command line, of what is not as by default and counts line by line only.</summary>
    private static IEnumerable<string> LinesOnly(SocConfiguration soc)
    {
        (HostMemoryConfiguration memory, SocConfiguration byDefault) = (soc.Memory, new SocConfiguration());
        (CacheConfiguration caches, CacheConfiguration plain) = (memory.Caches, byDefault.Memory.Caches);
        if (caches.L1DataWays != plain.L1DataWays) yield return "Memory.Caches.L1DataWays (--l1d_assoc)";
        if (caches.LastLevelWays != plain.LastLevelWays) yield return "Memory.Caches.LastLevelWays (--l2_assoc)";
        if (caches.LastLevelBanks != plain.LastLevelBanks) yield return "Memory.Caches.LastLevelBanks (--num-l2caches)";
        if (caches.Frequency != plain.Frequency) yield return "Memory.Caches.Frequency (--ruby-clock)";
        if (memory.Coherence != byDefault.Memory.Coherence) yield return "Memory.Coherence (--router-latency, --link-latency, --link-width-bits)";
        if (memory.Dram != byDefault.Memory.Dram) yield return "Memory.Dram (--mem-type)";
        if (memory.DramRanks != byDefault.Memory.DramRanks) yield return "Memory.DramRanks (--mem-ranks)";
        if (memory.Capacity != byDefault.Memory.Capacity) yield return "Memory.Capacity (--mem-size)";
        if (soc.Accelerators.DmaChannels != byDefault.Accelerators.DmaChannels) yield return "Accelerators.DmaChannels (num_dma_channels)";
    }

    private static void AddDramNotes(ImmutableArray<string>.Builder notes, HostMemoryConfiguration memory)
    {
        if (memory.DramLevel != DramFidelity.Command && memory.CommandDram != new CommandDramConfiguration()) notes.Add("Memory.CommandDram has no effect: DRAM is not simulated command by command (--dram command)");
        bool isAnalytical = memory.Fidelity != MemoryFidelity.Analytical && memory.DramLevel == DramFidelity.Analytical;
        if (!isAnalytical && memory.AnalyticalDram != new AnalyticalDramConfiguration()) notes.Add("Memory.AnalyticalDram has no effect: it is DRAM behind caches that are simulated line by line (--memory transaction --dram analytical)");
    }

    private static void AddClassicNotes(ImmutableArray<string>.Builder notes, HostMemoryConfiguration memory)
    {
        (ClassicMemoryConfiguration classic, CacheConfiguration caches, var defaults) = (memory.Classic, memory.Caches, new CacheConfiguration());
        if (memory.Fidelity != MemoryFidelity.Classic)
        {
            if (classic != new ClassicMemoryConfiguration()) notes.Add("Memory.Classic has no effect: caches are not those of the classic memory system (--memory classic)");
            return;
        }

        if (caches.LastLevelBanks != defaults.LastLevelBanks) notes.Add("Memory.Caches.LastLevelBanks has no effect: the L2 of the classic memory system has one bank");
        if (caches.Frequency != defaults.Frequency) notes.Add("Memory.Caches.Frequency has no effect: the classic memory system runs at the clock of the cores");
        if (classic.Prefetcher == PrefetcherKind.Stride) notes.Add("Memory.Classic.Prefetcher = Stride has no effect: accesses of a network's cores carry no numbers of instructions");
    }

    private static void AddArrayNotes(ImmutableArray<string>.Builder notes, SocRun run, ExecutionPlan plan)
    {
        AcceleratorConfiguration accelerators = run.Configuration.Accelerators;
        if (accelerators.ConvolutionArray is null && accelerators.SystolicArray is null) return;
        int onArray = run.Invocations.Count(i => i.Kernel.StartsWith("systolic ", StringComparison.Ordinal));
        if (onArray == 0)
        {
            notes.Add($"the systolic array had no work: no operator of '{plan.Graph.Name}' runs on it");
            return;
        }

        notes.Add("energy of the systolic array: units of 32 bits from 40 nm tables, an upper bound for narrower elements; not comparable with that of an SMV engine, whose tables count a vector operation as one");
        if (run.Options.Sampling.Level != SamplingLevel.None) notes.Add("sampling has no effect on the systolic array, whose cycles are exact");
        if (accelerators.ConvolutionArray is not null && run.MemoryPolicy != MemoryPolicy.AllDma) notes.Add($"the systolic array moves its data by DMA, whatever the memory policy ({run.MemoryPolicy})");
    }
}
