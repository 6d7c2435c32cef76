using System.Runtime.CompilerServices;
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

    private readonly LineArray _lines;
    private readonly List<Follower> _followers = [];

    public PrivateCache(Simulator simulator, string name, int node, ByteSize size, int ways, int lineBytes)
    {
        Node = node;
        _lines = new LineArray(size.Bytes, ways, lineBytes);
        Hits = simulator.Statistics.Counter($"{name}.hits", "accesses", "Requests answered by this cache alone.");
        Misses = simulator.Statistics.Counter($"{name}.misses", "accesses", "Requests that went to the L2.");
        WriteBacks = simulator.Statistics.Counter($"{name}.writeBacks", "lines", "Modified or exclusive lines given back to the L2 for lack of room.");
    }

    public int Node { get; }

    public LineArray Lines => _lines;

    public Counter Hits { get; }

    public Counter Misses { get; }

    public Counter WriteBacks { get; }

    /// <summary>Where a line lies, or -1.</summary>
    public int Find(long line) => _lines.Find(line);

    public byte State(int index) => _lines[index].State;

    /// <summary>When the line at a place is there; <see cref="MemoryAgent.Never"/> while that is not known.</summary>
    public long Arrival(int index) => _lines[index].Ready;

    /// <summary>Notes a hit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Touch(int index, bool write)
    {
        _lines.Touch(index);
        if (write) _lines[index].State = Modified;
    }

    /// <summary>Finds a place for a new line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="victim">The line that leaves, if one does.</param>
    /// <param name="victimState">Its state; 0 when none leaves.</param>
    /// <returns>The place; -1 when every line of the set is on its way.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Place(long line, out long victim, out byte victimState)
    {
        (victim, victimState) = (0, 0);
        int index = _lines.Place(line);
        if (index < 0) return -1;
        if (!_lines.IsEmpty(index))
        {
            (victim, victimState) = (_lines.NumberOf(index), _lines[index].State);
            _lines.Clear(index);
        }

        _lines.Put(index, line);
        return index;
    }

    /// <summary>Marks a line as on its way.</summary>
    public void Expect(int index)
    {
        _lines[index].IsBusy = true;
        _lines[index].Ready = MemoryAgent.Never;
    }

    /// <summary>Lets an access wait for a line that is on its way.</summary>
    public void Follow(int index, MemoryAgent agent, int slot) => _followers.Add(new Follower(index, agent, slot));

    /// <summary>Notes when and how a line arrives, and tells those who wait for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(int index, long line, byte state, long time)
    {
        // A line that was taken away while an upgrade was on its way has lost its place.
        if (_lines.Holds(index, line))
        {
            ref CachedLine entry = ref _lines[index];
            entry.State = state;
            entry.IsBusy = false;
            entry.Ready = time;
            _lines.Touch(index);
        }

        if (_followers.Count > 0) AnswerFollowers(index, time);
    }

    /// <summary>Drops a line.</summary>
    /// <returns>Whether it was modified.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Drop(long line)
    {
        int index = _lines.Find(line);
        if (index < 0) return false;
        bool modified = _lines[index].State == Modified;
        _lines.Clear(index);
        return modified;
    }

    /// <summary>Leaves a line shared.</summary>
    /// <returns>Whether it was modified.</returns>
    public bool Share(long line)
    {
        int index = _lines.Find(line);
        if (index < 0) return false;
        bool modified = _lines[index].State == Modified;
        _lines[index].State = Shared;
        return modified;
    }

    private void AnswerFollowers(int index, long time)
    {
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

    private readonly record struct Follower(int Index, MemoryAgent Agent, int Slot);
}
