using Smaug.Accelerators.Systems.Session;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Memory.Acp;
using Smaug.Memory.Controllers;

namespace Smaug.Accelerators.Systems.Coherent;

/// <summary>
/// Puts a hierarchy that somebody composed under an SoC. What is missing or does not fit is one error that names it, before the run begins.
/// </summary>
internal static class ComposedHierarchy
{
    /// <summary>Creates the memory system.</summary>
    /// <param name="context">The SoC.</param>
    /// <param name="compose">Makes the hierarchy.</param>
    /// <exception cref="ConfigurationException">A part is missing or does not fit.</exception>
    public static LineHostMemory Create(HierarchyContext context, HierarchyFactory compose)
    {
        (Simulator simulator, SocConfiguration soc) = (context.Simulator, context.Configuration);
        int before = simulator.WaitReporters.Count;
        MemoryHierarchy given = compose(context) ?? throw Wrong("is null: return a MemoryHierarchy");
        if (given.Dram is null) throw Wrong("has no DRAM: set Dram, for example to context.AddDram()");
        if (given.FurtherDram is null || given.FurtherDram.Contains(null!)) throw Wrong("has no FurtherDram: leave it out, or give memories");
        DramMemory[] drams = [given.Dram, .. given.FurtherDram];
        if (drams.Distinct().Count() < drams.Length) throw Wrong("has one DRAM twice: give each of Dram and FurtherDram once");
        if (drams.FirstOrDefault(d => d.Port.Simulator != simulator) is { } foreign) throw Wrong($"has DRAM '{foreign.Name}' of another simulation: compose it from parts of context.Simulator");
        var parts = new HierarchyParts(simulator, given, before);
        var hierarchy = new MemoryHierarchy
        {
            Dram = given.Dram,
            FurtherDram = given.FurtherDram,
            CorePort = name => parts.MakeCore(() => Port(context, name, nameof(given.CorePort), given.CorePort)),
            DmaPort = name => parts.Make(() => Port(context, name, nameof(given.DmaPort), given.DmaPort)),
        };
        var options = new AcpOptions { Frequency = soc.Accelerators.Frequency, LineBytes = context.LineBytes };
        return new LineHostMemory(simulator, soc, hierarchy, given.CoherencyPort is null ? null : Coherency, statistics => HierarchyStatistics.Describe(statistics, simulator, drams)) { Parts = parts };

        MemoryPort Coherency(int accelerator)
        {
            MemoryPort lines = parts.Make(() => Port(context, LineHostMemory.Name("acp", accelerator), nameof(given.CoherencyPort), given.CoherencyPort));
            return new BlockPort(simulator, new AcpEngine(simulator, $"{LineHostMemory.Name("accelerator", accelerator)}.acp", lines, options, accelerator));
        }
    }

    private static MemoryPort Port(HierarchyContext context, string name, string function, Func<string, MemoryPort>? make)
    {
        if (make is null) throw Wrong($"has no {function}, which '{name}' asks for");
        MemoryPort port = make(name) ?? throw Wrong($"has no port for '{name}': {function} gave null");
        if (port.Simulator != context.Simulator) throw Wrong($"has a port of another simulation for '{name}', '{port.Name}': compose it from parts of context.Simulator");
        if (port.LineBytes is { } line && line != context.LineBytes)
            throw Wrong($"has lines of {line} bytes at '{port.Name}', the port for '{name}', the SoC of {context.LineBytes} (Memory.LineBytes): must be equal");
        return port;
    }

    private static ConfigurationException Wrong(string problem) => new($"the memory hierarchy given to WithHierarchy {problem}");
}
