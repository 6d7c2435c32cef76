using System.Collections.Immutable;
using Smaug.Accelerators.Systems.Power;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Interconnect;

namespace Smaug.Accelerators.Systems.Coherent;

/// <summary>
/// The parts of a hierarchy that a user composed, for its energy and area: the caches and crossbars that were made while the SoC asked for the
/// hierarchy and its ports. Caches of accelerators and of components are not among them.
/// </summary>
internal sealed class HierarchyParts : IHierarchyParts
{
    private readonly Simulator _simulator;
    private readonly MemoryHierarchy _hierarchy;
    private readonly List<Cache> _caches = [];
    private readonly List<CoherentCrossbar> _crossbars = [];
    private readonly List<MemoryPort> _cores = [];
    private readonly List<MemoryPort> _ports = [];

    /// <summary>Starts from what was made while the hierarchy was composed.</summary>
    /// <param name="simulator">The simulation.</param>
    /// <param name="hierarchy">The hierarchy, with its DRAM.</param>
    /// <param name="before">Components that the simulation had before.</param>
    public HierarchyParts(Simulator simulator, MemoryHierarchy hierarchy, int before)
    {
        (_simulator, _hierarchy) = (simulator, hierarchy);
        AddSince(before);
    }

    /// <summary>Makes a port, and adds what comes with it.</summary>
    public MemoryPort Make(Func<MemoryPort> make)
    {
        int before = _simulator.WaitReporters.Count;
        MemoryPort port = make();
        AddSince(before);
        _ports.Add(port);
        return port;
    }

    /// <summary>Makes the port of the next core, and adds what comes with it.</summary>
    public MemoryPort MakeCore(Func<MemoryPort> make)
    {
        MemoryPort port = Make(make);
        _cores.Add(port);
        return port;
    }

    /// <inheritdoc/>
    public HierarchyActivity Activity(SimTime end, IReadOnlyList<double> instructions)
    {
        var caches = ImmutableArray.CreateBuilder<CachePart>(_caches.Count);
        foreach (Cache cache in _caches)
        {
            int[] cores = [.. Enumerable.Range(0, _cores.Count).Where(i => _cores[i].Part == cache)];
            caches.Add(new CachePart(cache.Name, cache.Options, cache.Activity, cores.Length, cores.Sum(i => instructions[i])));
        }

        return new HierarchyActivity(caches.MoveToImmutable(), _crossbars.Sum(c => c.BytesMoved),
            _hierarchy.EnergyOfOwnParts is { } own ? HierarchyEnergy.Checked(own(end)) : [], 1 + _hierarchy.FurtherDram.Count);
    }

    /// <inheritdoc/>
    public string? Note()
    {
        if (_hierarchy.EnergyOfOwnParts is not null) return null;
        string[] unknown = [.. _ports.Concat(_caches.Select(c => c.Below)).Concat(_crossbars.Select(c => c.Below))
            .Where(p => p.Part is null && p != _hierarchy.Dram.Port && !_hierarchy.FurtherDram.Any(d => d.Port == p)).Select(p => $"'{p.Name}'").Distinct()];
        return unknown.Length == 0 ? null
            : $"energy and area of the hierarchy's {string.Join(", ", unknown)} are in no sum: no Cache, no CoherentCrossbar and not MemoryHierarchy's Dram or FurtherDram; tell them with MemoryHierarchy.EnergyOfOwnParts";
    }

    private void AddSince(int before)
    {
        foreach (IWaitReporter part in _simulator.WaitReporters.Skip(before))
        {
            if (part is Cache cache) _caches.Add(cache);
            else if (part is CoherentCrossbar crossbar) _crossbars.Add(crossbar);
        }
    }
}
