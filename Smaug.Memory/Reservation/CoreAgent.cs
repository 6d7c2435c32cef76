using System.Runtime.CompilerServices;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Arithmetic;
using Smaug.Memory.Coherence;
using Smaug.Memory.Cores;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Reservation;

/// <summary>
/// A core, or the lane of a core's prefetches: runs tasks one after the other through the core's first-level cache.
/// </summary>
internal sealed class CoreAgent : MemoryAgent, ICoreLines
{
    private readonly SharedCache _shared;
    private readonly PrivateCache _cache;
    private readonly CoreTaskStepper _stepper;
    private readonly Queue<Work> _queue = new();
    private readonly int _lineShift;
    private readonly int _queueCycles;
    private readonly long _period;
    private readonly Divisor _coreClock;

    public CoreAgent(ReservationScheduler scheduler, SharedCache shared, PrivateCache cache, MesiOptions options, Frequency frequency)
        : base(scheduler)
    {
        (_shared, _cache) = (shared, cache);
        _stepper = new CoreTaskStepper(this, options.LineBytes);
        _lineShift = System.Numerics.BitOperations.Log2((uint)options.LineBytes);
        _queueCycles = options.MandatoryQueueCycles;
        _period = options.Frequency.PeriodPicoseconds;
        _coreClock = new Divisor(frequency.PeriodPicoseconds);
        Addresses = Math.Min(cache.Lines.LineNumbers, shared.Lines.LineNumbers) * options.LineBytes;
    }

    /// <summary>One more than the last address whose line the caches can tell from all others; above the end of main memory.</summary>
    public long Addresses { get; }

    /// <summary>Queues a task, whose end is an event at a target.</summary>
    public void Start(in CoreTask task, EventTarget target, long tag) => Start(new Work(task, null, target, tag));

    /// <summary>Queues a task that ends with the answer to a request; null when nobody waits for it.</summary>
    public void Start(in CoreTask task, MemoryRequest? owner) => Start(new Work(task, owner, null, 0));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step(long now)
    {
        while (true)
        {
            if (!_stepper.IsBusy)
            {
                if (!_queue.TryPeek(out Work next)) break;
                _stepper.Begin(next.Task, now);
            }

            _stepper.Step(now);
            if (_stepper.IsBusy) break;
            End(_queue.Dequeue(), now);
        }

        SetStep(_stepper.NextStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Answered(int slot, long time)
    {
        // A core goes on with the next edge of its own clock.
        _stepper.Answered(slot, _coreClock.RoundUp(time));
        SetStep(_stepper.NextStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long Access(long address, bool write, long now, int slot)
    {
        long line = address >> _lineShift;
        int index = _cache.Find(line);
        if (index >= 0)
        {
            long arrival = _cache.Arrival(index);
            if (arrival == Never)
            {
                _cache.Follow(index, this, slot);
                return ICoreLines.Pending;
            }

            byte state = _cache.State(index);
            if (!write || state >= PrivateCache.Exclusive)
            {
                _cache.Hits.Increment();
                _cache.Touch(index, write);

                // A task's computation has its hits in it; a block's lines take the way through the cache's queue.
                return Math.Max(arrival, _queue.Peek().Owner is null ? now : now + (_queueCycles * _period));
            }
        }

        _cache.Misses.Increment();
        long cycle = _shared.CycleOf(now) + _queueCycles;
        LineAccess access = !write ? LineAccess.Read : index >= 0 ? LineAccess.Upgrade : LineAccess.Write;
        if (index < 0) index = MakeRoom(line, cycle);
        if (index >= 0) _cache.Expect(index);
        ref LineRequest request = ref _shared.Begin(out int number);
        request.Line = line;
        request.Agent = Number;
        request.Slot = slot;
        request.Node = _cache.Node;
        request.Place = index;
        request.Access = access;
        _shared.CoreMiss(number, cycle);
        return ICoreLines.Pending;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int MakeRoom(long line, long cycle)
    {
        int index = _cache.Place(line, out long victim, out byte state);
        if (index < 0 || state < PrivateCache.Exclusive) return index;
        _cache.WriteBacks.Increment();
        _shared.WriteBack(_cache, victim, state == PrivateCache.Modified, cycle);
        return index;
    }

    private void Start(in Work work)
    {
        _queue.Enqueue(work);
        if (_queue.Count == 1) SetStep(Scheduler.Simulator.Now.Picoseconds);
        Scheduler.Begin();
    }

    private void End(in Work work, long now)
    {
        if (work.Owner is not null) Scheduler.Answer(work.Owner, now);
        else if (work.Target is not null) Scheduler.Tell(work.Target, work.Tag, now);
        else Scheduler.Forget();
    }

    private readonly record struct Work(CoreTask Task, MemoryRequest? Owner, EventTarget? Target, long Tag);
}
