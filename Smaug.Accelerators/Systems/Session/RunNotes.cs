using System.Collections.Immutable;
using Smaug.Accelerators.Systems.Power;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;

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
        if (!run.HasOwnMemory) notes.AddRange(MemoryNotes.OfCaches(run.Configuration));
        notes.AddRange(MemoryNotes.OfDram(run.Configuration.Memory));
        notes.AddRange(MemoryNotes.OfClassic(run.Configuration.Memory));
        if (run.Hierarchy?.Note() is { } unknown) notes.Add(unknown);
        return notes.ToImmutable();
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
