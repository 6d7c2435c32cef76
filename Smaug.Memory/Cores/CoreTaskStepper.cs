using System.Runtime.CompilerServices;
using Smaug.Memory.Arithmetic;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Cores;

/// <summary>
/// Steps a core through a <see cref="CoreTask"/> line by line. Without reading ahead each line is read, computed and written
/// before the next one. With it, reads run ahead of the writes as far as the reorder buffer lets them; writes drain in order,
/// one at a time, each when its data have come. All times are in picoseconds.
/// </summary>
internal sealed class CoreTaskStepper(ICoreLines lines, int lineBytes)
{
    /// <summary>Number of different slots of accesses.</summary>
    public const int Slots = Ring + 1;

    private const long Never = long.MaxValue;
    private const int Ring = 2 * CoreTask.MaximumLinesAhead;
    private const int WriteSlot = Ring;

    private readonly long[] _data = new long[Ring];
    private CoreTask _task;
    private long _firstRead;
    private long _readCount;
    private long _firstWrite;
    private long _writeCount;
    private long _steps;
    private long _parts;
    private Divisor _byParts;
    private long _computation;
    private long _computationRest;
    private long _step;
    private long _reads;
    private long _writes;
    private long _checked;
    private long _dataTime;
    private long _writeFree;
    private long _started;
    private long _credit;
    private bool _writing;
    private bool _writeUnderWay;

    /// <summary>When the next step is due; <see cref="long.MaxValue"/> while it waits for an answer or has no task.</summary>
    public long NextStep { get; private set; } = Never;

    /// <summary>Whether it has a task that has not ended.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Begins a task.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Begin(in CoreTask task, long now)
    {
        _task = task;
        (_firstRead, _readCount) = Cover(task.Source, task.ReadBytes);
        (_firstWrite, _writeCount) = Cover(task.Destination, task.WriteBytes);
        _steps = Math.Max(1, Math.Max(_readCount, _writeCount));
        _parts = task.LinesAhead == 0 ? _steps : Math.Max(1, _writeCount);
        _byParts = new Divisor(_parts);
        (_computation, _computationRest) = Math.DivRem(task.Computation.Picoseconds, _parts);
        (_step, _reads, _writes, _checked) = (0, 0, 0, 0);
        (_dataTime, _writeFree, _credit) = (now, now, 0);
        (_writing, _writeUnderWay, IsBusy) = (false, false, true);
        NextStep = now;
    }

    /// <summary>Does what is due.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Step(long now)
    {
        NextStep = Never;
        if (_task.LinesAhead > 0) StepAhead(now);
        else StepInOrder(now);
    }

    /// <summary>An access that was pending is answered at a time, which may lie ahead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Answered(int slot, long time)
    {
        if (_task.LinesAhead == 0)
        {
            NextStep = Waited(time);
        }
        else if (slot == WriteSlot)
        {
            _writeFree = time - _started <= _task.Hidden.Picoseconds ? time : time + _task.MissOverhead.Picoseconds;
            NextStep = _writeFree;
        }
        else
        {
            _data[slot] = time;
            if (!_writeUnderWay) PlanWrite();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StepInOrder(long now)
    {
        while (true)
        {
            if (!_writing)
            {
                if (!Do(ref _reads, Share(_readCount, _step + 1), _firstRead, write: false, now)) return;
                _writing = true;
                long computation = Computation(_step) - _credit;
                _credit = Math.Max(0, -computation);
                if (computation > 0)
                {
                    NextStep = now + computation;
                    return;
                }
            }

            if (!Do(ref _writes, Share(_writeCount, _step + 1), _firstWrite, write: true, now)) return;
            _writing = false;
            if (++_step < _steps) continue;
            IsBusy = false;
            return;
        }
    }

    /// <summary>Makes accesses up to one of them that takes time; true when all are through.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Do(ref long done, long until, long first, bool write, long now)
    {
        while (done < until)
        {
            _started = now;
            long answer = lines.Access((first + done) * lineBytes, write, now, write ? WriteSlot : 0);
            done++;
            if (answer == now) continue;
            if (answer != ICoreLines.Pending) NextStep = Waited(answer);
            return false;
        }

        return true;
    }

    /// <summary>A short wait is filled with computation that comes later, a long one takes the core some time more.</summary>
    private long Waited(long answer)
    {
        if (answer - _started > _task.Hidden.Picoseconds) return answer + _task.MissOverhead.Picoseconds;
        _credit += answer - _started;
        return answer;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StepAhead(long now)
    {
        if (_writeUnderWay)
        {
            _writeUnderWay = false;
            _writes++;
        }

        while (true)
        {
            ReadAhead(now);
            if (_writes == _writeCount && _checked == _readCount && _dataTime <= now)
            {
                IsBusy = false;
                return;
            }

            PlanWrite();
            if (NextStep > now || _writes == _writeCount) return;
            NextStep = Never;
            _started = now;
            long answer = lines.Access((_firstWrite + _writes) * lineBytes, write: true, now, WriteSlot);
            if (answer != now)
            {
                _writeUnderWay = true;
                if (answer == ICoreLines.Pending) return;
                _writeFree = answer;
                NextStep = answer;
                return;
            }

            _writeFree = now;
            _writes++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadAhead(long now)
    {
        long until = Math.Min(_readCount, Needed(_writes) + _task.LinesAhead);
        for (; _reads < until; _reads++)
        {
            int slot = (int)(_reads % Ring);
            _data[slot] = Never;
            long answer = lines.Access((_firstRead + _reads) * lineBytes, write: false, now, slot);
            if (answer != ICoreLines.Pending) _data[slot] = answer;
        }
    }

    /// <summary>Finds out when the next write can start; leaves it open while data of it are pending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PlanWrite()
    {
        NextStep = Never;
        long needed = Math.Min(_reads, _writes == _writeCount ? _readCount : Needed(_writes));
        for (; _checked < needed; _checked++)
        {
            long data = _data[_checked % Ring];
            if (data == Never) return;
            _dataTime = Math.Max(_dataTime, data);
        }

        NextStep = _writes == _writeCount ? _dataTime : Math.Max(_dataTime, _writeFree + Computation(_writes));
    }

    /// <summary>Lines that must have been read before a line is written.</summary>
    private long Needed(long write) => _writeCount == 0 ? _checked : Math.Min(_readCount, Share(_readCount, write + 1));

    /// <summary>The part of the computation that belongs to one of a number of equal steps; the parts add up to the whole.</summary>
    private long Computation(long step) => _computationRest == 0
        ? _computation
        : _computation + Share(_computationRest, step + 1) - Share(_computationRest, step);

    /// <summary>What the first parts have of an amount that is divided into all parts.</summary>
    private long Share(long amount, long part) => amount == _parts ? part : _byParts.Quotient(amount * part);

    private (long First, long Count) Cover(long address, long bytes)
    {
        if (bytes <= 0) return (0, 0);
        long first = address / lineBytes;
        return (first, ((address + bytes - 1) / lineBytes) - first + 1);
    }
}
