using Smaug.Core.Units;

namespace Smaug;

/// <summary>What DRAM did, as far as its energy needs it.</summary>
/// <param name="Activates">Rows opened.</param>
/// <param name="ReadBursts">Bursts read.</param>
/// <param name="WriteBursts">Bursts written.</param>
/// <param name="ActiveTime">Time in which a bank was open or refreshed, summed over ranks.</param>
public readonly record struct DramActivity(long Activates, long ReadBursts, long WriteBursts, SimTime ActiveTime);
