using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Power;

namespace Smaug.Memory.Dram.Transaction;

/// <summary>
/// Transaction-level controller of one DRAM channel: when a burst is chosen, the times of its precharge, activate and
/// column command follow at once from per-bank earliest times, so no command is stepped cycle by cycle. Read and write
/// queues, FR-FCFS, page policies, write drain, bank groups, activation window and per-rank refresh are modelled; the
/// results equal those of gem5's DRAM controller.
/// </summary>
/// <remarks>
/// <para>How to embed it. The host keeps one event for the controller at <see cref="NextEventTime"/> and calls
/// <see cref="AdvanceTo"/> when it fires. A packet is offered with <see cref="TryAccept"/> at the host's current time:
/// <c>false</c> means that a queue is full and the same packet should be offered again when the listener hears
/// <see cref="ITransactionListener.OnRetry"/> for its direction. After each call that may change the schedule
/// (<see cref="TryAccept"/>, <see cref="AdvanceTo"/>) the host reads <see cref="NextEventTime"/> again.</para>
/// <para>Responses are reported with their time, which is never before the current time: writes and reads that the
/// write queue serves answer one front-end latency after arrival; other reads one front-end and one back-end latency
/// after their last data beat. Bus header and payload delays are the host's. Addresses are local to the channel.</para>
/// <para>Order inside one tick: events of the controller that were scheduled later run first. A host that offers packets at a
/// tick before it advances to it sees them queued before that tick's scheduling decision, and after it otherwise.
/// Nothing is allocated after construction.</para>
/// </remarks>
public sealed partial class TransactionController
{
    private readonly ITransactionListener _listener;
    private readonly ITransactionObserver? _observer;
    private readonly EventTable _events;
    private readonly BurstQueue _reads;
    private readonly BurstQueue _writes;
    private readonly AnswerQueue _responses;
    private readonly PacketTable _packets;
    private readonly SimTime _start;
    private bool _retryRead;
    private bool _retryWrite;

    /// <summary>Creates an idle controller: all banks closed, refresh timers running from the start time.</summary>
    /// <param name="configuration">Organisation, timing, queues and policies.</param>
    /// <param name="listener">Receives responses and retry calls.</param>
    /// <param name="start">Time at which the controller starts. Default: 0.</param>
    /// <param name="observer">Optional log of bursts, commands and refreshes.</param>
    /// <exception cref="ConfigurationException">The configuration is not valid.</exception>
    public TransactionController(TransactionConfiguration configuration, ITransactionListener listener, SimTime start = default,
        ITransactionObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(listener);
        configuration.Validate();
        Configuration = configuration;
        _listener = listener;
        _observer = observer;
        _events = new EventTable(EventTable.SlotCount(configuration.Ranks));
        _reads = new BurstQueue(configuration.ReadQueueBursts);
        _responses = new AnswerQueue(configuration.ReadQueueBursts);
        _writes = new BurstQueue(configuration.WriteQueueBursts, configuration.BurstBytes);
        _packets = new PacketTable(configuration.ReadQueueBursts);
        _start = start;
        _now = start.Picoseconds;
        InitializeDevices();
    }

    /// <summary>What was simulated.</summary>
    public TransactionConfiguration Configuration { get; }

    /// <summary>Counters since the start.</summary>
    public TransactionStatistics Statistics { get; } = new();

    /// <summary>Time of the last event processed or packet offered.</summary>
    public SimTime Now => new(_now);

    /// <summary>Time in which a bank was open or refreshed up to a time, summed over ranks.</summary>
    /// <param name="end">Not before <see cref="Now"/>.</param>
    public SimTime ActiveTime(SimTime end)
    {
        SimTime active = Statistics.ActiveTime;
        foreach (TransactionRank rank in _ranks)
        {
            if (rank.Power != RankPower.Idle) active += end - new SimTime(rank.PowerSince);
        }

        return active;
    }

    /// <summary>
    /// Number of read bursts in the controller integrated over time, each from its arrival to the end of its data: its increase over an
    /// interval, divided by the interval, is their mean number (Little's law).
    /// </summary>
    /// <param name="end">Not before <see cref="Now"/>.</param>
    public SimTime ReadBurstTime(SimTime end) => Statistics.ReadAccessTime + Waiting(_reads, end);

    /// <summary>Length of the write queue integrated over time; see <see cref="ReadBurstTime"/>.</summary>
    /// <param name="end">Not before <see cref="Now"/>.</param>
    public SimTime WriteBurstTime(SimTime end) => Statistics.WriteQueueTime + Waiting(_writes, end);

    /// <summary>What a rank did up to a time, in clock cycles.</summary>
    internal RankActivity ActivityOf(int rank, SimTime end)
    {
        TransactionRank r = _ranks[rank];
        long clock = Configuration.Timing.Clock.Picoseconds;
        RankCounters counted = r.Counters;
        long active = (counted.ActivePicoseconds + (r.Power == RankPower.Idle ? 0 : end.Picoseconds - r.PowerSince)) / clock;
        return new RankActivity(counted.Activates, counted.Precharges, counted.BurstsRead, counted.BurstsWritten, counted.Refreshes, active, ((end - _start).Picoseconds / clock) - active);
    }

    private static SimTime Waiting(BurstQueue queue, SimTime end)
    {
        long sum = 0;
        for (int i = 0; i < queue.Count; i++) sum += end.Picoseconds - queue[i].Entry;
        return new SimTime(sum);
    }

    /// <summary>
    /// Time of the next event of the controller. There is always one, because refreshes go on for ever; a host decides
    /// by its own packets whether work is left, see <see cref="HasWork"/>.
    /// </summary>
    public SimTime NextEventTime => new(_events.NextTime);

    /// <summary>Whether bursts are queued or reads are in flight. Writes left below the low mark count as work.</summary>
    public bool HasWork => _reads.Count + _writes.Count + _responses.Count > 0;

    /// <summary>Write bursts still queued.</summary>
    public int QueuedWrites => _writes.Count;

    /// <summary>Read bursts still queued.</summary>
    public int QueuedReads => _reads.Count;

    /// <summary>Processes all events up to and including a time.</summary>
    public void AdvanceTo(SimTime time)
    {
        if (_events.NextTime <= time.Picoseconds) ProcessBefore(time.Picoseconds + 1);
        _events.Pass(time.Picoseconds, inclusive: true);
        _now = Math.Max(_now, time.Picoseconds);
    }

    /// <summary>Processes all events before a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AdvanceBefore(SimTime time)
    {
        if (_events.NextTime < time.Picoseconds) ProcessBefore(time.Picoseconds);
        _events.Pass(time.Picoseconds, inclusive: false);
    }

    // Mostly nothing is due when a packet comes: this stays out of what every packet passes.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void ProcessBefore(long time)
    {
        while (_events.NextTime < time)
        {
            if (time - _events.NextTime > _longPause) SkipIdleRefreshes(time);
            ProcessNextEvent();
        }
    }

    /// <summary>Processes one event, the one at <see cref="NextEventTime"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ProcessNextEvent()
    {
        int slot = _events.TakeNext(out long time);
        _now = time;
        switch (slot)
        {
            case EventTable.NextBurst: OnNextBurst(); break;
            case EventTable.Response: OnResponse(); break;
            case EventTable.WakeUp: _listener.OnWakeUp(); break;
            default: OnRankEvent(slot); break;
        }
    }

    /// <summary>
    /// Asks for one call of <see cref="ITransactionListener.OnWakeUp"/> at a time, ordered with the controller's own events
    /// as if it were one of them. For drivers without an event kernel of their own.
    /// </summary>
    public void ScheduleWakeUp(SimTime time) => _events.Schedule(EventTable.WakeUp, Math.Max(time.Picoseconds, _now));

    /// <summary>Offers a packet at a time, which must not lie before <see cref="Now"/> nor behind <see cref="NextEventTime"/>.</summary>
    /// <param name="time">Arrival time.</param>
    /// <param name="address">Byte address inside the channel.</param>
    /// <param name="bytes">Bytes, at least 1; a packet that crosses bursts is split.</param>
    /// <param name="isWrite">Whether it is a write.</param>
    /// <param name="tag">Given back with the response.</param>
    /// <returns>Whether it was accepted; if not, offer it again after the retry call.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAccept(SimTime time, ulong address, int bytes, bool isWrite, long tag)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        if (time.Picoseconds < _now) ThrowPast(time);

        AdvanceBefore(time);
        _now = time.Picoseconds;
        int bursts = (int)(((address + (ulong)bytes - 1) >> _burstShift) - (address >> _burstShift)) + 1;
        return isWrite ? AcceptWrite(address, bytes, bursts, tag) : AcceptRead(address, bytes, bursts, tag);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool AcceptRead(ulong address, int bytes, int bursts, long tag)
    {
        if (_reads.Count + _responses.Count + bursts > _reads.Capacity)
        {
            ThrowIfNeverFits(bursts, _reads.Capacity);
            _retryRead = true;
            return false;
        }

        Statistics.ReadPackets++;
        Statistics.ReadBursts += bursts;
        if (bursts == 1 && !_writes.Covers(address, bytes))
        {
            Queue(_reads, address, bytes, PacketTable.None).Tag = tag;
            ScheduleNextBurst();
            return true;
        }

        int packet = _packets.Add(tag, address, _now, bursts);
        ulong at = address;
        ulong end = address + (ulong)bytes;
        int forwarded = 0;
        while (at < end)
        {
            int size = BytesInBurst(at, end);
            if (_writes.Covers(at, size)) forwarded++;
            else Queue(_reads, at, size, packet);
            at += (ulong)size;
        }

        Statistics.ReadsServedByWriteQueue += forwarded;
        if (forwarded == bursts)
        {
            Respond(packet, _now + _frontend);
            return true;
        }

        _packets.Complete(packet, forwarded);
        ScheduleNextBurst();
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool AcceptWrite(ulong address, int bytes, int bursts, long tag)
    {
        if (_writes.Count + bursts > _writes.Capacity)
        {
            ThrowIfNeverFits(bursts, _writes.Capacity);
            _retryWrite = true;
            return false;
        }

        Statistics.WritePackets++;
        Statistics.WriteBursts += bursts;
        ulong at = address;
        ulong end = address + (ulong)bytes;
        while (at < end)
        {
            int size = BytesInBurst(at, end);
            if (_writes.HoldsBurst(at)) Statistics.MergedWriteBursts++;
            else Queue(_writes, at, size, -1);
            at += (ulong)size;
        }

        long response = _now + _frontend;
        Statistics.LastResponsePicoseconds = Math.Max(Statistics.LastResponsePicoseconds, response);
        _listener.OnResponse(new TransactionResponse(tag, address, IsWrite: true, new SimTime(_now), new SimTime(response)));
        ScheduleNextBurst();
        return true;
    }

    [DoesNotReturn]
    private void ThrowPast(SimTime time) =>
        throw new SimulationException($"DRAM request at {time}: the controller is already at {Now}; offer requests in time order");

    private static void ThrowIfNeverFits(int bursts, int capacity)
    {
        if (bursts > capacity)
        {
            throw new SimulationException($"DRAM request of {bursts} bursts: the queue holds {capacity}; split the request");
        }
    }

    private int BytesInBurst(ulong at, ulong end) =>
        (int)Math.Min(end - at, (ulong)_burstBytes - (at & (ulong)(_burstBytes - 1)));

    private void Respond(int packet, long response)
    {
        PacketTable.Packet entry = _packets[packet];
        _packets.Free(packet);
        Respond(entry.Tag, entry.Address, entry.Arrival, response);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Respond(long tag, ulong address, long arrival, long response)
    {
        Statistics.ReadLatencySumPicoseconds += response - arrival;
        Statistics.LastResponsePicoseconds = Math.Max(Statistics.LastResponsePicoseconds, response);
        _listener.OnResponse(new TransactionResponse(tag, address, IsWrite: false, new SimTime(arrival), new SimTime(response)));
    }

    /// <summary>The data of the oldest read is complete.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OnResponse()
    {
        // A copy: what is told may queue further reads.
        BurstAnswer answer = _responses.First;
        _ranks[answer.Rank].Reads--;
        _responses.RemoveFirst();
        long response = _now + _frontend + _backend;
        if (answer.Packet == PacketTable.None) Respond(answer.Tag, answer.Address, answer.Arrival, response);
        else if (_packets.Complete(answer.Packet, 1)) Respond(answer.Packet, response);
        if (_responses.Count > 0) _events.ScheduleResponse(_responses.First.Ready);
        if (!_retryRead) return;
        _retryRead = false;
        _listener.OnRetry(isWrite: false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ScheduleNextBurst()
    {
        if (!_events.HasBurst()) _events.ScheduleBurst(_now);
    }
}
