using System.Runtime.CompilerServices;

namespace Smaug.Memory.Coherence;

/// <summary>The messages of one virtual network that wait for a link, in order, and the bytes of the one under way.</summary>
internal struct NetworkLane
{
    /// <summary>First message, or -1.</summary>
    public int Head;

    /// <summary>Last message; meaningless when there is none.</summary>
    public int Tail;

    /// <summary>Last message before those that came in the newest cycle, or -1 when there is none.</summary>
    public int BeforeNewest;

    /// <summary>Bytes of the message under way that have not been moved.</summary>
    public int Remaining;
}

/// <summary>
/// What a link that moves so many bytes per cycle remembers. It decides in every cycle in which a message comes for it, and in
/// every cycle after one that used all of its bytes; the highest virtual network goes first, in every 129th decision the lowest.
/// </summary>
internal struct NetworkLink
{
    public const int VirtualNetworks = 3;
    private const int PrioritySwitch = 128;

    public LaneArray Lanes;

    /// <summary>Cycle of the last decision.</summary>
    public long LastCycle;

    /// <summary>The last decision used all bytes of its cycle: there is one in the next cycle, too.</summary>
    public bool IsExhausted;

    private int _decisions;

    public static NetworkLink Idle()
    {
        NetworkLink link = default;
        for (int network = 0; network < VirtualNetworks; network++)
        {
            link.Lanes[network].Head = -1;
            link.Lanes[network].BeforeNewest = -1;
        }

        return link;
    }

    /// <summary>Counts a decision; true when it is one of those that favour the lowest virtual network.</summary>
    public bool IsInverted() => CountDecision(ref _decisions);

    /// <summary>Counts a decision of a link or of the central switch.</summary>
    public static bool CountDecision(ref int decisions)
    {
        if (++decisions <= PrioritySwitch) return false;
        decisions = 0;
        return true;
    }

    /// <summary>Makes up for the decisions of the cycles before this one, in which no message could start.</summary>
    public void CatchUp(long cycle, int bytesPerCycle)
    {
        while (IsExhausted && LastCycle + 1 < cycle)
        {
            LastCycle++;
            bool inverted = IsInverted();
            int budget = bytesPerCycle;
            for (int i = 0; i < VirtualNetworks && budget > 0; i++)
            {
                ref NetworkLane lane = ref Lanes[inverted ? i : VirtualNetworks - 1 - i];
                int moved = Math.Min(budget, lane.Remaining);
                lane.Remaining -= moved;
                budget -= moved;
            }

            IsExhausted = budget == 0;
        }
    }

    [InlineArray(VirtualNetworks)]
    public struct LaneArray
    {
        private NetworkLane _first;
    }
}
