using System.Collections.Immutable;
using Smaug.Accelerators.Aladdin.Power;
using Smaug.Core;
using Smaug.Core.Reporting;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Power;

/// <summary>Energy and area of the caches of a composed memory hierarchy, from what each of them counted.</summary>
internal static class HierarchyEnergy
{
    /// <summary>The caches at the ports of cores, all together; null when there are none.</summary>
    public static ComponentEnergy? FirstLevel(string name, HierarchyActivity hierarchy, EnergyConfiguration constants, SimTime time)
    {
        ComponentEnergy? sum = null;
        foreach (CachePart cache in hierarchy.Caches)
        {
            if (cache.Cores == 0) continue;

            // The framework's loads and stores are counted, not simulated: those that are, line by line, are among them.
            ComponentEnergy part = Of(cache, SocEnergy.WordBytes, cache.Instructions * constants.DataAccessesPerInstruction, time);
            sum = sum is { } others
                ? new ComponentEnergy(name, others.Dynamic + part.Dynamic, others.Static + part.Static, others.AreaSquareMillimetres + part.AreaSquareMillimetres)
                : part with { Component = name };
        }

        return sum;
    }

    /// <summary>Every other cache, whose accesses are of lines.</summary>
    public static IEnumerable<ComponentEnergy> Others(HierarchyActivity hierarchy, SimTime time) =>
        hierarchy.Caches.Where(c => c.Cores == 0).Select(c => Of(c, c.Options.LineBytes, c.Activity.Accesses, time));

    /// <summary>Checks what a user's function told of parts that the library does not know.</summary>
    /// <exception cref="SimulationException">A value is impossible; the message names the part.</exception>
    public static ImmutableArray<ComponentEnergy> Checked(IEnumerable<ComponentEnergy>? parts)
    {
        if (parts is null) throw Wrong("gave null: give the parts, or none");
        var all = ImmutableArray.CreateBuilder<ComponentEnergy>();
        foreach (ComponentEnergy part in parts)
        {
            if (string.IsNullOrWhiteSpace(part.Component)) throw Wrong("gave a part without a name: set ComponentEnergy.Component");
            Amount(part, nameof(part.Dynamic), part.Dynamic.Picojoules, " pJ");
            Amount(part, nameof(part.Static), part.Static.Picojoules, " pJ");
            Amount(part, nameof(part.AreaSquareMillimetres), part.AreaSquareMillimetres, "");
            all.Add(part);
        }

        return all.ToImmutable();
    }

    private static ComponentEnergy Of(in CachePart cache, int accessBytes, double accesses, SimTime time)
    {
        int line = cache.Options.LineBytes;
        CacheCost cost = CacheModel.Cache(cache.Options.Size.Bytes, line, cache.Options.Ways, Math.Min(line, accessBytes));
        double picojoules = accesses * (cost.ReadPicojoules + cost.WritePicojoules) / 2 + (cache.Activity.LinesIn + cache.Activity.LinesOut) * cost.LinePicojoules;
        return SocEnergy.Cache(cache.Name, cost, 1, picojoules, time);
    }

    private static void Amount(in ComponentEnergy part, string figure, double value, string unit)
    {
        if (!(value >= 0) || double.IsInfinity(value)) throw Wrong(FormattableString.Invariant($"gave '{part.Component}' {figure} = {value}{unit}: must be 0 or more and finite"));
    }

    private static SimulationException Wrong(string problem) => new($"{nameof(MemoryHierarchy)}.{nameof(MemoryHierarchy.EnergyOfOwnParts)} {problem}");
}
