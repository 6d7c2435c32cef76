using Smaug.Core.Execution;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;
using Smaug.Memory.Interconnect;

namespace Smaug.Memory.Caches;

/// <summary>What is under way below: lines that are missing, lines that are written back, and what others ask for meanwhile.</summary>
public sealed partial class Cache
{
    private const long FetchKind = 1L << 40;
    private const long AnswerKind = 2L << 40;
    private const long FillKind = 3L << 40;
    private const long KindMask = 7L << 40;

    private readonly Miss[] _missEntries;
    private readonly bool _alone;
    private readonly Queue<MemoryRequest> _toBelow = new();
    private readonly Stack<MemoryRequest> _freeWriteBacks = new();
    private MemoryRequest?[] _answers = new MemoryRequest?[32];
    private int[] _freeAnswers = [.. Enumerable.Range(0, 32)];
    private int _freeAnswerCount = 32;
    private int _missCount;
    private int _writeBacksUnderWay;
    private bool _refusedBelow;

    /// <inheritdoc/>
    public override void Handle(SimTime now, long tag)
    {
        int number = (int)(tag & ~KindMask);
        switch (tag & KindMask)
        {
            case FetchKind:
                Fetch(number);
                break;
            case FillKind:
                Fill(number);
                break;
            default:
                MemoryRequest request = _answers[number]!;
                _answers[number] = null;
                _freeAnswers[_freeAnswerCount++] = number;
                request.Respond();
                break;
        }
    }

    /// <inheritdoc/>
    public void Complete(MemoryRequest request)
    {
        if (request.Command is MemoryCommand.WriteBack or MemoryCommand.CleanEvict)
        {
            _writeBacksUnderWay--;
            _freeWriteBacks.Push(request);
            _retries.Notify();
            return;
        }

        Fill((int)request.Tag);
    }

    /// <inheritdoc/>
    public void Retry(MemoryPort port)
    {
        _refusedBelow = false;
        Pump();
    }

    SnoopResult ISnooper.Snoop(long line, SnoopKind kind)
    {
        SnoopResult result = _above is null ? default : _above.SnoopAbove(line, kind);
        int index = _tags.Find(line);
        if (index >= 0)
        {
            byte state = _tags.States[index];
            result.HasCopy = true;
            result.WasWritable |= (state & WritableBit) != 0;
            Supply(ref result, (state & DirtyBit) != 0, _tags.Values[index]);
            if (kind == SnoopKind.Own) _tags.Clear(index);
            else if (kind == SnoopKind.Share) _tags.States[index] = (byte)(state & ~WritableBit);
            if (result.IsDirty && kind != SnoopKind.Own) _tags.Values[index] = result.Value;
        }

        int arrived = FindMiss(line);
        if (arrived >= 0 && _missEntries[arrived].HasArrived) _missEntries[arrived].Snoop(ref result, kind, Supply);
        foreach (MemoryRequest waiting in _toBelow)
        {
            if (waiting.Command != MemoryCommand.WriteBack || waiting.Address >> _lineShift != line) continue;
            result.HasCopy = true;
            Supply(ref result, isDirty: true, waiting.Value);
            if (kind == SnoopKind.Own) waiting.Command = MemoryCommand.CleanEvict;
        }

        return result;
    }

    bool ISnooper.IsSettled(long line) =>
        _above is null || !_above.IsLocked(line) || (FindMiss(line) >= 0 && !_above.CarriesDirty(line));

    private void Supply(ref SnoopResult result, bool isDirty, long value)
    {
        if (!isDirty || result.IsDirty) return;
        result.IsDirty = true;
        result.Value = value;
        result.Latency = _clock.Cycles(Math.Max(_options.TagCycles, _options.DataCycles) + _options.ResponseCycles).Picoseconds;
    }

    private int FindMiss(long line)
    {
        if (_missCount == 0) return -1;
        for (int i = 0; i < _missEntries.Length; i++)
        {
            if (_missEntries[i].Line == line) return i;
        }

        return -1;
    }

    private int OpenMiss(long line)
    {
        for (int i = 0; i < _missEntries.Length; i++)
        {
            if (_missEntries[i].Line != TagArray.NoLine) continue;
            _missEntries[i].Line = line;
            _missEntries[i].Count = 0;
            // A line that asks for the right to be written stays where it is meanwhile.
            if (_tags.Find(line) is var index and >= 0) _tags.Busy[index] = true;
            _missCount++;
            return i;
        }

        return -1;
    }

    private void ScheduleFetch(int miss, SimTime time) => _simulator.Schedule(time, this, FetchKind | (long)miss);

    private void Fetch(int number)
    {
        Miss miss = _missEntries[number];
        bool exclusive = false;
        for (int i = 0; i < miss.Count; i++) exclusive |= NeedsWritable(miss.Targets[i]);
        MemoryAttributes attributes = exclusive ? MemoryAttributes.Exclusive : MemoryAttributes.None;
        if (exclusive && _tags.Find(miss.Line) >= 0) attributes |= MemoryAttributes.Upgrade;
        miss.Request.Set(this, MemoryCommand.Read, miss.Line << _lineShift, _options.LineBytes, miss.Count > 0 ? miss.Targets[0].RequesterId : 0, attributes);
        miss.Request.Tag = number;
        miss.Request.IssueTime = _simulator.Now;
        SendBelow(miss.Request);
    }

    private void SendBelow(MemoryRequest request)
    {
        _toBelow.Enqueue(request);
        if (!_refusedBelow) Pump();
    }

    private void Pump()
    {
        while (_toBelow.TryPeek(out MemoryRequest? request))
        {
            if (!_below.TrySend(request, this))
            {
                _refusedBelow = true;
                return;
            }

            _toBelow.Dequeue();
        }
    }

    /// <summary>The line, or the right to write it, has come: those who wait are served; who needs more than came asks again.</summary>
    private void Fill(int number)
    {
        Miss miss = _missEntries[number];
        if (miss.IsGone)
        {
            miss.HasArrived = false;
            miss.IsGone = false;
            Fetch(number);
            return;
        }

        int index = _tags.Find(miss.Line);
        if (index < 0)
        {
            // Making room may evict lines below, which asks this cache, the arriving line included.
            miss.HasArrived = true;
            index = MakeRoom(miss.Line);
            if (index >= 0 && miss.IsGone)
            {
                Fill(number);
                return;
            }

            if (index < 0)
            {
                _simulator.Schedule(_clock.Edge(1), this, FillKind | (long)number);
                return;
            }

            _tags.Lines[index] = miss.Line;
            _tags.States[index] = Valid;
            _tags.Values[index] = miss.Request.Value;
        }

        miss.HasArrived = false;
        if (miss.Request.Writable || _alone) _tags.States[index] |= WritableBit;
        if (miss.Request.PassesDirty)
        {
            _tags.States[index] |= DirtyBit;
            _tags.Values[index] = miss.Request.Value;
        }

        _tags.Touch(index);
        SimTime time = _clock.Edge(_options.ResponseCycles) + miss.Request.PayloadDelay;
        _readyAt[index] = time.Picoseconds;
        Serve(number, index, time);
        _retries.Notify();
    }

    private void Serve(int number, int index, SimTime time)
    {
        Miss miss = _missEntries[number];
        int served = 0;
        while (served < miss.Count)
        {
            MemoryRequest target = miss.Targets[served];
            if (NeedsWritable(target) && (_tags.States[index] & WritableBit) == 0) break;
            Perform(target, index);
            Answer(target, time);
            served++;
        }

        miss.Remove(served);
        if (miss.Count > 0)
        {
            _tags.Busy[index] = true;
            Fetch(number);
            return;
        }

        _tags.Busy[index] = false;
        miss.Line = TagArray.NoLine;
        _missCount--;
    }

    /// <summary>A free place for a line, another one having left for it if need be; -1 when none can leave now.</summary>
    private int MakeRoom(long line)
    {
        if (_writeBacksUnderWay >= _options.WriteBuffers + _options.Mshrs) return -1;
        int index = _tags.Place(line);
        long victim = index < 0 ? TagArray.NoLine : _tags.Lines[index];
        for (int tries = 0; victim != TagArray.NoLine && _above is not null && _above.IsLocked(victim); tries++)
        {
            // A line that is on its way to a cache above stays.
            if (tries == _options.Ways) return -1;
            _tags.Touch(index);
            index = _tags.Place(line);
            victim = index < 0 ? TagArray.NoLine : _tags.Lines[index];
        }

        if (victim == TagArray.NoLine) return index;
        SnoopResult above = _above is null ? default : _above.SnoopAbove(victim, SnoopKind.Own);
        bool dirty = above.IsDirty || (_tags.States[index] & DirtyBit) != 0;
        if (!_freeWriteBacks.TryPop(out MemoryRequest? request)) request = new MemoryRequest();
        request.Set(this, dirty ? MemoryCommand.WriteBack : MemoryCommand.CleanEvict, victim << _lineShift, _options.LineBytes);
        request.Value = above.IsDirty ? above.Value : _tags.Values[index];
        _tags.Clear(index);
        if (dirty) _writeBacks.Increment();
        if (!dirty && _alone)
        {
            _freeWriteBacks.Push(request);
            return index;
        }

        _writeBacksUnderWay++;
        SendBelow(request);
        return index;
    }

    private bool Answer(MemoryRequest request, SimTime time)
    {
        if (_freeAnswerCount == 0)
        {
            int old = _answers.Length;
            Array.Resize(ref _answers, old * 2);
            _freeAnswers = new int[old * 2];
            for (int i = old; i < old * 2; i++) _freeAnswers[_freeAnswerCount++] = i;
        }

        int number = _freeAnswers[--_freeAnswerCount];
        _answers[number] = request;
        request.PayloadDelay = SimTime.Zero;
        _simulator.Schedule(time, this, AnswerKind | (long)number);
        return true;
    }

    private delegate void SupplyAction(ref SnoopResult result, bool isDirty, long value);

    /// <summary>A miss-status holding register: the line on its way and the requests that wait for it, in order.</summary>
    private sealed class Miss(int targets)
    {
        public MemoryRequest Request { get; } = new();

        public MemoryRequest[] Targets { get; } = new MemoryRequest[targets];

        public long Line { get; set; } = TagArray.NoLine;

        public int Count { get; set; }

        /// <summary>The line has come but finds no place yet; it can be asked for all the same.</summary>
        public bool HasArrived { get; set; }

        /// <summary>Another agent has taken the line before it found its place: it must be fetched again.</summary>
        public bool IsGone { get; set; }

        public void Snoop(ref SnoopResult result, SnoopKind kind, SupplyAction supply)
        {
            if (IsGone) return;
            result.HasCopy = true;
            result.WasWritable |= Request.Writable;
            supply(ref result, Request.PassesDirty, Request.Value);
            if (kind == SnoopKind.Own) IsGone = true;
            else if (kind == SnoopKind.Share) Request.Writable = false;
        }

        public bool TryAdd(MemoryRequest request)
        {
            if (Count == Targets.Length) return false;
            Targets[Count++] = request;
            return true;
        }

        public void Remove(int count)
        {
            Array.Copy(Targets, count, Targets, 0, Count - count);
            Count -= count;
        }
    }
}
