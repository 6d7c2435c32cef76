using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;
using Smaug.Memory.Pooling;

namespace Smaug.Memory.Caches;

/// <summary>What is sent below and in which order, and when the cache takes requests again.</summary>
public sealed partial class Cache
{
    private const long SendKind = 1L << 40;
    private const long CallKind = 2L << 40;

    // Requests are taken again an instant after a place has become free: in the next cycle, for whoever works at clock edges.
    private static readonly SimTime s_instant = SimTime.FromPicoseconds(1);

    private readonly List<MemoryRequest> _leaving = [];
    private readonly RequestPool _freeLeaving = new();
    private readonly LatestFirstQueue<MemoryRequest> _answers;
    private bool _refusedBelow;
    private bool _callScheduled;
    private long _pumpAt = long.MaxValue;

    private bool IsBlocked => _missCount == _options.Mshrs || _fullMisses > 0 || _leaving.Count >= _options.WriteBuffers;

    /// <inheritdoc/>
    public override void Handle(SimTime now, long tag)
    {
        if (tag == CallKind)
        {
            _callScheduled = false;
            if (!IsBlocked) _retries.Notify();
        }
        else if (now.Picoseconds == _pumpAt)
        {
            _pumpAt = long.MaxValue;
            Pump();
        }
    }

    /// <inheritdoc/>
    public void Complete(MemoryRequest request)
    {
        if (request.Command is MemoryCommand.WriteBack or MemoryCommand.CleanEvict) _freeLeaving.Return(request);
        else Fill((int)request.Tag);
    }

    /// <inheritdoc/>
    public void Retry(MemoryPort port)
    {
        _refusedBelow = false;
        Pump();
    }

    private void SchedulePump(long time)
    {
        if (time == long.MaxValue) return;
        time = Math.Max(time, _simulator.Now.Picoseconds);
        if (time >= _pumpAt) return;
        _pumpAt = time;
        _simulator.Schedule(new SimTime(time), this, SendKind);
    }

    /// <summary>Sends what is ready, until the level below refuses.</summary>
    private void Pump()
    {
        while (!_refusedBelow)
        {
            long now = _simulator.Now.Picoseconds;
            int miss = NextMiss(now, out long nextMiss);
            bool leaves = _leaving.Count > 0 && _leaving[0].IssueTime.Picoseconds <= now;
            int leaving = leaves ? 0 : -1;
            if (miss >= 0 && !(leaves && _leaving.Count >= _options.WriteBuffers)) leaving = FindLeaving(_missEntries[miss].Line);
            if (leaving >= 0)
            {
                SendLeaving(leaving);
            }
            else if (miss >= 0)
            {
                if (_below.TrySend(FetchRequest(miss), this)) _missEntries[miss].IsWaitingToBeSent = false;
                else _refusedBelow = true;
            }
            else if (!OpenPrefetch(now))
            {
                if (_leaving.Count > 0) nextMiss = Math.Min(nextMiss, _leaving[0].IssueTime.Picoseconds);
                if (_prefetcher is not null && _prefetcher.ReadyAt > now) nextMiss = Math.Min(nextMiss, _prefetcher.ReadyAt);
                if (nextMiss != long.MaxValue) SchedulePump(nextMiss);
                return;
            }
        }
    }

    /// <summary>The register that has been ready longest; -1 when none is. Also tells when the next will be.</summary>
    private int NextMiss(long now, out long next)
    {
        next = long.MaxValue;
        int best = -1;
        if (_missCount == 0) return -1;
        for (int i = 0; i < _missEntries.Length; i++)
        {
            Miss miss = _missEntries[i];
            if (miss.Line == TagArray.NoLine || !miss.IsWaitingToBeSent) continue;
            if (miss.ReadyAt > now) next = Math.Min(next, miss.ReadyAt);
            else if (best < 0 || miss.ReadyAt < _missEntries[best].ReadyAt || (miss.ReadyAt == _missEntries[best].ReadyAt && miss.Order < _missEntries[best].Order)) best = i;
        }

        return best;
    }

    /// <summary>A line that is fetched while it is still on its way down: it must leave first.</summary>
    private int FindLeaving(long line)
    {
        for (int i = 0; i < _leaving.Count; i++)
        {
            if (_leaving[i].Address >> _lineShift == line) return i;
        }

        return -1;
    }

    private void Leave(long line, bool isDirty, long value, bool isWritable, MemoryAttributes attributes)
    {
        if (FindLeaving(line) is var waiting and >= 0)
        {
            LeaveAgain(_leaving[waiting], isDirty, value, isWritable, attributes);
            return;
        }

        if (isDirty) _writeBacks.Increment();
        MemoryRequest request = _freeLeaving.Take();
        request.Set(this, isDirty ? MemoryCommand.WriteBack : MemoryCommand.CleanEvict, line << _lineShift, _options.LineBytes, attributes: attributes);
        request.Value = value;
        request.Writable = isWritable;
        request.IssueTime = _clock.Edge(_options.TagCycles);
        _leaving.Add(request);
        SchedulePump(request.IssueTime.Picoseconds);
    }

    /// <summary>
    /// A line that was not kept, and that a cache above has given up since, is still on its way: it leaves once, as it is now. Of two the older
    /// would answer for the newer one.
    /// </summary>
    private void LeaveAgain(MemoryRequest request, bool isDirty, long value, bool isWritable, MemoryAttributes attributes)
    {
        request.Attributes = attributes;
        if (!isDirty) return;
        if (request.Command == MemoryCommand.CleanEvict) _writeBacks.Increment();
        request.Command = MemoryCommand.WriteBack;
        request.Value = value;
        request.Writable = isWritable;
    }

    private void SendLeaving(int index)
    {
        MemoryRequest request = _leaving[index];
        // Off the list first: what the level below does with it must not find it here any more.
        _leaving.RemoveAt(index);
        if (_below.TrySend(request, this))
        {
            CallRefused();
            return;
        }

        _leaving.Insert(index, request);
        _refusedBelow = true;
    }

    /// <summary>Takes a prefetch into a register, when enough of them stay free for those who wait.</summary>
    private bool OpenPrefetch(long now)
    {
        if (_prefetcher is null || IsBlocked || _missCount >= _options.Mshrs - CacheOptions.MshrsLeftByPrefetcher) return false;
        while (_prefetcher.TryTake(now, out long line))
        {
            if (_tags.Find(line) >= 0 || FindMiss(line) >= 0 || FindLeaving(line) >= 0) continue;
            // What lies behind the end of memory, or in a hole of it, is not known to exist before it is asked for.
            if (!_below.HasMemoryAt(line << _lineShift, _options.LineBytes)) continue;
            // A cache above may have newer content of a line that this one does not keep.
            if (_above?.MayHold(line) == true) continue;
            _prefetches.Increment();
            ScheduleFetch(OpenMiss(line), _simulator.Now);
            return true;
        }

        return false;
    }

    /// <summary>Calls those who were refused, when there is a place for them now.</summary>
    private void CallRefused()
    {
        if (_callScheduled || _retries.Count == 0 || IsBlocked) return;
        _callScheduled = true;
        _simulator.Schedule(_simulator.Now + s_instant, this, CallKind);
    }

    private bool Answer(MemoryRequest request, SimTime time)
    {
        request.PayloadDelay = SimTime.Zero;
        _answers.Add(request, time);
        return true;
    }
}
