using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;

namespace Smaug.Memory.Reservation;

/// <summary>
/// The lines of a core's first-level cache. A line has its place from the moment it is asked for; until it arrives, further
/// accesses to it wait.
/// </summary>
internal sealed class PrivateCache
{
    public const byte Shared = 1;
    public const byte Exclusive = 2;
    public const byte Modified = 3;

    private readonly TagArray _tags;
    private readonly long[] _arrivals;
    private readonly List<Follower> _followers = [];

    public PrivateCache(Simulator simulator, string name, int node, ByteSize size, int ways, int lineBytes)
    {
        Node = node;
        _tags = new TagArray(size.Bytes, ways, lineBytes);
        _arrivals = new long[_tags.Lines.Length];
        Hits = simulator.Statistics.Counter($"{name}.hits", "accesses", "Requests answered by this cache alone.");
        Misses = simulator.Statistics.Counter($"{name}.misses", "accesses", "Requests that went to the L2.");
        WriteBacks = simulator.Statistics.Counter($"{name}.writeBacks", "lines", "Modified or exclusive lines given back to the L2 for lack of room.");
    }

    public int Node { get; }

    public Counter Hits { get; }

    public Counter Misses { get; }

    public Counter WriteBacks { get; }

    /// <summary>Where a line lies, or -1.</summary>
    public int Find(long line) => _tags.Find(line);

    public byte State(int index) => _tags.States[index];

    /// <summary>When the line at a place is there; <see cref="MemoryAgent.Never"/> while that is not known.</summary>
    public long Arrival(int index) => _arrivals[index];

    /// <summary>Notes a hit.</summary>
    public void Touch(int index, bool write)
    {
        _tags.Touch(index);
        if (write) _tags.States[index] = Modified;
    }

    /// <summary>Finds a place for a new line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="victim">The line that leaves; <see cref="TagArray.NoLine"/> when none does.</param>
    /// <param name="victimState">Its state.</param>
    /// <returns>The place; -1 when every line of the set is on its way.</returns>
    public int Place(long line, out long victim, out byte victimState)
    {
        (victim, victimState) = (TagArray.NoLine, 0);
        int index = _tags.Place(line);
        if (index < 0) return -1;
        (victim, victimState) = (_tags.Lines[index], _tags.States[index]);
        _tags.Clear(index);
        _tags.Lines[index] = line;
        return index;
    }

    /// <summary>Marks a line as on its way.</summary>
    public void Expect(int index)
    {
        _tags.Busy[index] = true;
        _arrivals[index] = MemoryAgent.Never;
    }

    /// <summary>Lets an access wait for a line that is on its way.</summary>
    public void Follow(int index, MemoryAgent agent, int slot) => _followers.Add(new Follower(index, agent, slot));

    /// <summary>Notes when and how a line arrives, and tells those who wait for it.</summary>
    public void Fill(int index, long line, byte state, long time)
    {
        // A line that was taken away while an upgrade was on its way has lost its place.
        if (_tags.Lines[index] == line)
        {
            _tags.States[index] = state;
            _tags.Busy[index] = false;
            _tags.Touch(index);
            _arrivals[index] = time;
        }

        for (int i = 0; i < _followers.Count;)
        {
            Follower follower = _followers[i];
            if (follower.Index != index)
            {
                i++;
                continue;
            }

            _followers.RemoveAt(i);
            follower.Agent.Answered(follower.Slot, time);
        }
    }

    /// <summary>Drops a line.</summary>
    /// <returns>Whether it was modified.</returns>
    public bool Drop(long line)
    {
        int index = _tags.Find(line);
        if (index < 0) return false;
        bool modified = _tags.States[index] == Modified;
        _tags.Clear(index);
        return modified;
    }

    /// <summary>Leaves a line shared.</summary>
    /// <returns>Whether it was modified.</returns>
    public bool Share(long line)
    {
        int index = _tags.Find(line);
        if (index < 0) return false;
        bool modified = _tags.States[index] == Modified;
        _tags.States[index] = Shared;
        return modified;
    }

    private readonly record struct Follower(int Index, MemoryAgent Agent, int Slot);
}
