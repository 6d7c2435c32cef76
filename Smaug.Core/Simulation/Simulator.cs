using System.Runtime.CompilerServices;
using Smaug.Core.Units;

namespace Smaug.Core.Simulation;

/// <summary>
/// A discrete-event simulation: a clock in integer picoseconds and the events that are to happen. Events are handled in
/// the order of (time, priority, order of scheduling), so that a run is the same to the last bit everywhere. One
/// simulator is used by one thread at a time; any number of simulators may run side by side, as they share nothing.
/// </summary>
public sealed class Simulator
{
    // How often the loop looks at cancellation, and reports progress, in events: rare enough to cost nothing.
    private const int CheckInterval = 1 << 12;
    private const int ProgressInterval = 1 << 20;

    // Checks at one time after which time is taken to stand still: 33 million events, more than any moment of a real system has.
    private const int ChecksAtOneTime = 1 << 13;

    // Checks between which nothing has happened but retries, after which nothing will: 8 million, milliseconds of a real system.
    private const int ChecksInVain = 1 << 11;

    // Half a priority above the ordinary one, counted down from.
    private const long LatestFirst = 1L << 55;

    private readonly EventQueue _queue = new();
    private readonly List<IWaitReporter> _waitReporters = [];
    private readonly ProcessTable _processes;
    private long _now;
    private long _sequence;
    private Exception? _failure;
    private Exception? _outsideFailure;
    private bool _running;
    private bool _stopRequested;
    private long _limit = long.MaxValue;
    private long _vainEvents;

    /// <summary>Creates a simulator at time zero with nothing scheduled.</summary>
    public Simulator()
    {
        _processes = new ProcessTable(this);
        Statistics = new StatisticsRegistry(this);
    }

    /// <summary>The current simulated time.</summary>
    public SimTime Now => new(_now);

    /// <summary>Events handled since the simulator was made.</summary>
    public long EventsExecuted { get; private set; }

    /// <summary>Events scheduled and not yet handled.</summary>
    public int EventsPending => _queue.Count;

    /// <summary>
    /// The earliest time at which something else may happen: the next pending event, or just behind the end of the time that is
    /// being run. A component that handles an event may work ahead on its own up to it, without an event for each of its
    /// steps, and nobody can tell the difference.
    /// </summary>
    public SimTime Horizon => new(Math.Min(_queue.NextTime, _limit));

    /// <summary>The named statistics of everything in this simulation.</summary>
    public StatisticsRegistry Statistics { get; }

    /// <summary>Schedules an event at an absolute time. Scheduled events cannot be taken back: a target that changed its
    /// mind ignores the tag.</summary>
    /// <param name="time">When; not before <see cref="Now"/>.</param>
    /// <param name="target">What handles it.</param>
    /// <param name="tag">Handed to the target as it is.</param>
    /// <param name="priority">Order among events of the same time.</param>
    /// <exception cref="SimulationException">The time lies in the past.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Schedule(SimTime time, EventTarget target, long tag = 0, EventPriority priority = EventPriority.Normal)
    {
        if (time.Picoseconds < _now) ThrowPast(time);
        _queue.Push(time.Picoseconds, ((long)priority << 56) + _sequence++, target, tag);
    }

    /// <summary>
    /// Schedules an event that goes after the ordinary ones of its time, and before those that were scheduled in this way earlier:
    /// of these, the latest comes first. That is the order of gem5's event queue; parts that follow gem5 through ties, such as
    /// an answer and a bus that becomes free at the same time, schedule their events so.
    /// </summary>
    /// <param name="time">When; not before <see cref="Now"/>.</param>
    /// <param name="target">What handles it.</param>
    /// <param name="tag">Handed to the target as it is.</param>
    /// <exception cref="SimulationException">The time lies in the past.</exception>
    public void ScheduleLatestFirst(SimTime time, EventTarget target, long tag = 0)
    {
        if (time.Picoseconds < _now) ThrowPast(time);
        _queue.Push(time.Picoseconds, LatestFirst - _sequence++, target, tag);
    }

    /// <summary>Schedules an event a duration from now.</summary>
    /// <param name="delay">How long from now; zero means later at this same time.</param>
    /// <param name="target">What handles it.</param>
    /// <param name="tag">Handed to the target as it is.</param>
    /// <param name="priority">Order among events of the same time.</param>
    /// <exception cref="SimulationException">The delay is negative.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ScheduleAfter(SimTime delay, EventTarget target, long tag = 0, EventPriority priority = EventPriority.Normal) =>
        Schedule(new SimTime(_now) + delay, target, tag, priority);

    /// <summary>Adds a component that is asked what it waits for when the simulation stands still.</summary>
    public void AddWaitReporter(IWaitReporter reporter) => _waitReporters.Add(reporter);

    /// <summary>Notes that the event that is being handled tried again in vain what only others can make possible, and that it will be tried again.</summary>
    internal void NoteVainEvent() => _vainEvents++;

    /// <summary>These components, in the order in which they were made.</summary>
    internal IReadOnlyList<IWaitReporter> WaitReporters => _waitReporters;

    /// <summary>Starts a process: an asynchronous method that waits for simulated time, resources, signals and memory with
    /// <c>await</c>. It begins to run at the current time, when the simulation runs.</summary>
    /// <param name="name">Its name in error messages.</param>
    /// <param name="body">The process. It may await only what this simulator offers (delays, resources, signals, memory
    /// ports, other processes, and tasks made of these).</param>
    /// <param name="isBackground">True for a server that may wait for ever: it does not count as deadlocked.</param>
    /// <returns>The process, which others may await.</returns>
    public Process Start(string name, Func<Task> body, bool isBackground = false) => _processes.Start(name, body, isBackground);

    /// <summary>Waits for simulated time to pass: <c>await simulator.Delay(10.Nanoseconds())</c>.</summary>
    /// <exception cref="SimulationException">The delay is negative, or the caller is not a process of this simulator.</exception>
    public Wait Delay(SimTime delay) => DelayUntil(new SimTime(_now) + delay);

    /// <summary>Waits until a simulated time.</summary>
    /// <exception cref="SimulationException">The time lies in the past, or the caller is not a process of this simulator.</exception>
    public Wait DelayUntil(SimTime time)
    {
        if (time.Picoseconds < _now) ThrowPast(time);
        int id = _processes.Open(DelayWait.Instance);
        Schedule(time, _processes, id);
        return new Wait(_processes, id);
    }

    /// <summary>Ends the run after the event that is being handled; what is scheduled stays scheduled.</summary>
    public void Stop() => _stopRequested = true;

    /// <summary>Handles events until none is left or <see cref="Stop"/> is called.</summary>
    /// <param name="progress">Told about every million events; reports are synchronous on this thread.</param>
    /// <param name="cancellationToken">Ends the run early with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SimulationException">A process failed; or nothing is left to happen while processes or components
    /// still wait (a deadlock: the message names them); or time stands still, as when a process waits for a time of zero again and again
    /// (a livelock: after 33 million events at one time); or nothing has happened in 8 million events but that what waits was tried again; or simulated
    /// time left its range.</exception>
    public void Run(IProgress<SimulationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Loop(long.MaxValue, progress, cancellationToken);
        if (!_stopRequested) ThrowIfDeadlocked();
    }

    /// <summary>Handles events as <see cref="Run"/> does, but none beyond a time: what has not ended by then is an error that names who waits.</summary>
    /// <param name="limit">The last time handled; not before <see cref="Now"/>.</param>
    /// <param name="progress">Told about every million events; reports are synchronous on this thread.</param>
    /// <param name="cancellationToken">Ends the run early with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SimulationException">Something is left to happen behind the limit, or the limit lies in the past; or what ends
    /// <see cref="Run"/>.</exception>
    public void RunWithin(SimTime limit, IProgress<SimulationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (limit.Picoseconds < _now) ThrowPast(limit);
        Loop(limit.Picoseconds, progress, cancellationToken);
        if (_stopRequested) return;
        if (_queue.Count == 0) ThrowIfDeadlocked();
        else throw BeyondLimit(limit);
    }

    /// <summary>Handles all events up to and including a time, and sets the clock to it.</summary>
    /// <param name="time">The last time handled; not before <see cref="Now"/>.</param>
    /// <param name="progress">Told about every million events; reports are synchronous on this thread.</param>
    /// <param name="cancellationToken">Ends the run early with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SimulationException">A process failed, or the time lies in the past.</exception>
    public void RunUntil(SimTime time, IProgress<SimulationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (time.Picoseconds < _now) ThrowPast(time);
        Loop(time.Picoseconds, progress, cancellationToken);
        if (!_stopRequested) _now = time.Picoseconds;
    }

    /// <summary>Who waits for what, one line per agent; empty when nobody waits.</summary>
    public IReadOnlyList<string> DescribeWaits()
    {
        List<string> waits = [];
        _processes.DescribeWaits(waits);
        foreach (IWaitReporter reporter in _waitReporters)
        {
            if (reporter.WaitingFor is { } what) waits.Add($"{reporter.Name} waits for {what}");
        }

        return waits;
    }

    internal ProcessTable Processes => _processes;

    /// <summary>Makes the run end with an error after the event that is being handled; the first error wins.</summary>
    internal void Fail(Exception exception)
    {
        _failure ??= exception;
        _stopRequested = true;
    }

    /// <summary>Makes the run end with an error at the next check; called from other threads.</summary>
    internal void FailFromOutside(Exception exception) => Interlocked.CompareExchange(ref _outsideFailure, exception, null);

    private void Loop(long limit, IProgress<SimulationProgress>? progress, CancellationToken cancellationToken)
    {
        if (_running) throw new SimulationException("the simulator is already running: Run cannot be called from within an event or a process");
        _running = true;
        _limit = limit == long.MaxValue ? limit : limit + 1;
        _stopRequested = false;
        SynchronizationContext? previous = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_processes.Context);
        _processes.EnterThread();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            HandleEvents(limit, progress, cancellationToken);
        }
        catch (OverflowException e)
        {
            throw TooLarge(e);
        }
        finally
        {
            _processes.LeaveThread();
            SynchronizationContext.SetSynchronizationContext(previous);
            _running = false;
        }

        if ((_failure ?? Interlocked.Exchange(ref _outsideFailure, null)) is { } failure)
        {
            _failure = null;
            throw failure;
        }
    }

    private void HandleEvents(long limit, IProgress<SimulationProgress>? progress, CancellationToken cancellationToken)
    {
        EventQueue queue = _queue;
        int untilCheck = CheckInterval;
        long checkedTime = -1;
        int checksAtTime = 0;
        long checkedVain = _vainEvents;
        int checksInVain = 0;
        while (!_stopRequested)
        {
            long time = queue.NextTime;
            if (time > limit || queue.Count == 0) return;
            queue.Pop(out EventTarget target, out long tag);
            _now = time;
            EventsExecuted++;
            target.Handle(new SimTime(time), tag);
            if (--untilCheck == 0)
            {
                untilCheck = CheckInterval;
                cancellationToken.ThrowIfCancellationRequested();
                if (Volatile.Read(ref _outsideFailure) is not null) return;
                checksAtTime = time == checkedTime ? checksAtTime + 1 : 0;
                checkedTime = time;
                if (checksAtTime == ChecksAtOneTime) throw Livelock("time stands still after", checksAtTime, "at it: does a process or component wait for a time of zero again and again?");
                checksInVain = _vainEvents - checkedVain >= CheckInterval ? checksInVain + 1 : 0;
                checkedVain = _vainEvents;
                if (checksInVain == ChecksInVain) throw Livelock("nothing has happened in", checksInVain, "but that what waits was tried again: does a memory never answer?");
                if (progress is not null && (EventsExecuted & (ProgressInterval - 1)) < CheckInterval)
                {
                    progress.Report(new SimulationProgress(Now, EventsExecuted, queue.Count));
                }
            }
        }
    }

    private void ThrowIfDeadlocked()
    {
        List<string> waits = [.. DescribeWaits()];
        if (waits.Count == 0) return;

        // One that may wait for ever is no deadlock, but it may be what the others wait for.
        _processes.DescribeWaits(waits, ofBackground: true);
        throw new SimulationException($"deadlock at {Now}: nothing is left to happen, but {First(waits)}");
    }

    private SimulationException Livelock(string what, int checks, string why)
    {
        List<string> waits = [.. DescribeWaits()];
        _processes.DescribeWaits(waits, ofBackground: true);
        string who = waits.Count == 0 ? "" : $"; {First(waits)}";
        return new SimulationException(FormattableString.Invariant($"livelock at {Now}: {what} {checks * CheckInterval:#,0} events {why}{who}"));
    }

    private SimulationException BeyondLimit(SimTime limit)
    {
        List<string> waits = [.. DescribeWaits()];
        _processes.DescribeWaits(waits, ofBackground: true);
        string who = waits.Count == 0 ? "more is left to happen" : First(waits);
        return new SimulationException($"the limit of simulated time, {limit}, is reached before the run has ended: {who}");
    }

    private static string First(List<string> waits)
    {
        const int Shown = 16;
        string more = waits.Count > Shown ? $"; and {waits.Count - Shown} more" : "";
        return string.Join("; ", waits.Take(Shown)) + more;
    }

    /// <summary>What is said of a number that has left its range, which nearly always is a time.</summary>
    internal SimulationException TooLarge(OverflowException e) =>
        new($"at {Now} a number has left its range; simulated time ends after 106 days: is a latency or a cost far too long, or a clock far too slow?", e);

    private void ThrowPast(SimTime time) =>
        throw new SimulationException($"cannot schedule for {time.Picoseconds} ps: simulated time is already {_now} ps");
}
