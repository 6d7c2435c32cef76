using Smaug.Core.Execution;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;
using Smaug.Memory.Interconnect;

namespace Smaug.Memory.Caches;

/// <summary>Lines that are missing, what waits for them, and how they find their place.</summary>
public sealed partial class Cache
{
    private readonly Miss[] _missEntries;
    private readonly bool _alone;
    private int _missCount;
    private int _fullMisses;
    private long _missOrder;

    private int FindMiss(long line)
    {
        if (_missCount == 0) return -1;
        for (int i = 0; i < _missEntries.Length; i++)
        {
            if (_missEntries[i].Line == line) return i;
        }

        return -1;
    }

    /// <summary>The longest missing line, for messages.</summary>
    private string FirstMiss()
    {
        Miss? first = null;
        foreach (Miss miss in _missEntries)
        {
            if (miss.Line != TagArray.NoLine && (first is null || miss.Order < first.Order)) first = miss;
        }

        return first is null ? "" : $" (the first at 0x{first.Line << _lineShift:x})";
    }

    private int OpenMiss(long line)
    {
        int number = FindFree();
        Miss miss = _missEntries[number];
        miss.Line = line;
        miss.Count = 0;
        // A line that asks for the right to be written stays where it is meanwhile.
        if (_tags.Find(line) is var index and >= 0) _tags.Busy[index] = true;
        _missCount++;
        return number;
    }

    private int FindFree()
    {
        int number = 0;
        while (_missEntries[number].Line != TagArray.NoLine) number++;
        return number;
    }

    private void AddTarget(int number, MemoryRequest request)
    {
        Miss miss = _missEntries[number];
        miss.Add(request);
        if (miss.IsFull) _fullMisses++;
    }

    private void ScheduleFetch(int number, SimTime time)
    {
        Miss miss = _missEntries[number];
        miss.IsWaitingToBeSent = true;
        miss.ReadyAt = time.Picoseconds;
        miss.Order = ++_missOrder;
        SchedulePump(miss.ReadyAt);
    }

    /// <summary>Makes the request for a line from what those who wait for it now need.</summary>
    private MemoryRequest FetchRequest(int number)
    {
        Miss miss = _missEntries[number];
        bool exclusive = false;
        for (int i = 0; i < miss.Count; i++) exclusive |= NeedsWritable(miss.Targets[i]);
        MemoryAttributes attributes = exclusive ? MemoryAttributes.Exclusive : MemoryAttributes.None;
        if (exclusive && _tags.Find(miss.Line) >= 0) attributes |= MemoryAttributes.Upgrade;
        else if (exclusive && CoversLine(miss.Targets[0])) attributes |= MemoryAttributes.WholeLine;
        MemoryRequest? first = miss.Count > 0 ? miss.Targets[0] : null;
        miss.Request.Set(this, MemoryCommand.Read, miss.Line << _lineShift, _options.LineBytes, first?.RequesterId ?? 0, attributes);
        miss.Request.InstructionId = first?.InstructionId ?? 0;
        miss.Request.Tag = number;
        miss.Request.IssueTime = _simulator.Now;
        return miss.Request;
    }

    /// <summary>Whether what waits first overwrites the whole line, so that its content need not be fetched.</summary>
    private bool CoversLine(MemoryRequest request) => request.Attributes.HasFlag(MemoryAttributes.WholeLine)
        && (request.Command == MemoryCommand.Write ? request.Bytes == _options.LineBytes : request.Attributes.HasFlag(MemoryAttributes.Exclusive));

    /// <summary>The line, or the right to write it, has come: those who wait are served; who needs more than came asks again.</summary>
    private void Fill(int number)
    {
        Miss miss = _missEntries[number];
        int index = _tags.Find(miss.Line);
        if (index < 0)
        {
            index = MakeRoom(miss.Line);
            _tags.Lines[index] = miss.Line;
            _tags.States[index] = Valid;
            _tags.Values[index] = miss.Request.Value;
            if (index != _tags.Temporary) _linesIn++;
        }

        if (miss.Request.Writable || _alone) _tags.States[index] |= WritableBit;
        // A line that is here already keeps its content: it may be newer than what a level below, to be modified too, has passed on.
        if (miss.Request.PassesDirty) _tags.States[index] |= DirtyBit;

        _tags.Touch(index);
        Serve(number, index);
        if (index == _tags.Temporary) LeaveTemporary();
        CallRefused();
    }

    private void Serve(int number, int index)
    {
        Miss miss = _missEntries[number];
        SimTime time = _clock.Edge(_options.ResponseCycles);
        SimTime whole = time + miss.Request.PayloadDelay;
        _readyAt[index] = time.Picoseconds;
        bool wasFull = miss.IsFull;
        int served = 0;
        long first = miss.Count > 0 ? miss.Targets[0].Address : 0;
        while (served < miss.Count)
        {
            MemoryRequest target = miss.Targets[served];
            if (NeedsWritable(target) && (_tags.States[index] & WritableBit) == 0) break;
            Perform(target, index);
            // The part that was asked for first comes first.
            Answer(target, target.Address == first ? time : whole);
            served++;
        }

        if (served > 0 && wasFull) _fullMisses--;
        miss.Remove(served);
        if (miss.Count > 0)
        {
            _tags.Busy[index] = true;
            ScheduleFetch(number, _simulator.Now);
            return;
        }

        _tags.Busy[index] = false;
        miss.Line = TagArray.NoLine;
        _missCount--;
        if (_prefetcher is not null) SchedulePump(_prefetcher.ReadyAt);
    }

    /// <summary>
    /// A place for a line, another one having left for it if need be; the temporary one when none can leave now. A line that has come
    /// never waits for its place: what would free one may itself wait for this cache.
    /// </summary>
    private int MakeRoom(long line)
    {
        int index = _tags.Place(line);
        long victim = index < 0 ? TagArray.NoLine : _tags.Lines[index];
        for (int tries = 0; victim != TagArray.NoLine && _above is not null && (_above.IsLocked(victim) || !_above.AreSettled(victim)); tries++)
        {
            // A line that is on its way to a cache above stays.
            if (tries == _options.Ways) return _tags.Temporary;
            _tags.Touch(index);
            index = _tags.Place(line);
            victim = index < 0 ? TagArray.NoLine : _tags.Lines[index];
        }

        if (victim == TagArray.NoLine) return index < 0 ? _tags.Temporary : index;
        SnoopResult above = _above is null ? default : _above.SnoopAbove(new SnoopRequest(victim, SnoopKind.Own));
        bool dirty = above.IsDirty || (_tags.States[index] & DirtyBit) != 0;
        long value = above.IsDirty ? above.Value : _tags.Values[index];
        bool writable = (_tags.States[index] & WritableBit) != 0;
        _tags.Clear(index);
        if (dirty) _linesOut++;
        if (dirty || !_alone) Leave(victim, dirty, value, writable, MemoryAttributes.None);
        return index;
    }

    /// <summary>
    /// A line that is not kept leaves as soon as those who waited for it have been served. Caches above may keep it: the level below is told
    /// of modified content only, and goes on asking this cache for the line.
    /// </summary>
    private void LeaveTemporary()
    {
        int index = _tags.Temporary;
        (long line, byte state) = (_tags.Lines[index], _tags.States[index]);
        bool dirty = (state & DirtyBit) != 0;
        MemoryAttributes attributes = _above is null ? MemoryAttributes.None : MemoryAttributes.HeldAbove;
        if (dirty || (_above is null && !_alone)) Leave(line, dirty, _tags.Values[index], (state & WritableBit) != 0, attributes);
        _tags.Clear(index);
    }
}
