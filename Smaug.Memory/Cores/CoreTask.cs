using Smaug.Core.Units;

namespace Smaug.Memory.Cores;

/// <summary>
/// A piece of work of a core as its memory system sees it: lines read in order from one place, lines written in order to
/// another, and computation spread evenly over them.
/// </summary>
/// <param name="Source">Address of the first byte that is read.</param>
/// <param name="ReadBytes">Bytes that are read; 0 for none.</param>
/// <param name="Destination">Address of the first byte that is written.</param>
/// <param name="WriteBytes">Bytes that are written; 0 for none.</param>
/// <param name="Computation">Time of the core when every access hits in its cache.</param>
/// <param name="LinesAhead">
/// Lines that the core reads ahead of the line that it writes, because its reorder buffer, load and store queues and miss status registers hold
/// that many; 0 when they hold fewer than those between two lines, so that every miss stalls it.
/// </param>
/// <param name="Hidden">Time of waiting for a line that the core fills with computation.</param>
/// <param name="MissOverhead">Time that a miss that is not hidden takes the core beyond that of the memory.</param>
public readonly record struct CoreTask(
    long Source, long ReadBytes, long Destination, long WriteBytes, SimTime Computation, int LinesAhead, SimTime Hidden = default, SimTime MissOverhead = default)
{
    /// <summary>Lines that can be read ahead at most.</summary>
    public const int MaximumLinesAhead = 16;
}
