using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Power;

/// <summary>The parts of a composed memory hierarchy, which count what they do, for energy and area.</summary>
internal interface IHierarchyParts
{
    /// <summary>What the parts did.</summary>
    /// <param name="end">Length of the run.</param>
    /// <param name="instructions">Instructions of each core.</param>
    HierarchyActivity Activity(SimTime end, IReadOnlyList<double> instructions);

    /// <summary>The parts whose energy nobody knows, in one sentence; null when there are none.</summary>
    string? Note();
}

/// <summary>A memory system that is made of such parts.</summary>
internal interface IComposedMemory
{
    /// <summary>The parts; null where energy follows from the configuration and the traffic.</summary>
    IHierarchyParts? Parts { get; }
}
