using System.Collections.Immutable;
using Smaug.Core.Reporting;
using Smaug.Memory.Caches;

namespace Smaug.Accelerators.Systems.Power;

/// <summary>What the parts of a composed memory hierarchy are and did in a run.</summary>
/// <param name="Caches">Its caches, in the order in which they were made.</param>
/// <param name="BytesMoved">Bytes of data that each of its crossbars moved, all together.</param>
/// <param name="OwnParts">Energy and area that a user told of other parts.</param>
/// <param name="MemoryChannels">Its memories.</param>
internal sealed record HierarchyActivity(ImmutableArray<CachePart> Caches, long BytesMoved, ImmutableArray<ComponentEnergy> OwnParts, int MemoryChannels);

/// <summary>A cache of a composed hierarchy.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Options">Its parameters.</param>
/// <param name="Activity">What it did.</param>
/// <param name="Cores">Cores whose port it is.</param>
/// <param name="Instructions">Instructions of these cores.</param>
internal readonly record struct CachePart(string Name, CacheOptions Options, CacheActivity Activity, int Cores, double Instructions);
