using Smaug.Core;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Tests.Simulation;

public class SimulatorTests
{
    [Test]
    public void EventsComeInOrderOfTimeThenPriorityThenInsertion()
    {
        Simulator simulator = new();
        Recorder recorder = new();
        simulator.Schedule(20.Picoseconds(), recorder, 1);
        simulator.Schedule(10.Picoseconds(), recorder, 2);
        simulator.Schedule(20.Picoseconds(), recorder, 3, EventPriority.Early);
        simulator.Schedule(20.Picoseconds(), recorder, 4);
        simulator.Schedule(10.Picoseconds(), recorder, 5, EventPriority.Last);
        simulator.Run();
        Assert.That(recorder.Seen.Select(s => s.Tag), Is.EqualTo(new long[] { 2, 5, 3, 1, 4 }));
    }

    [Test]
    public void OfEventsScheduledLatestFirstTheLatestComesFirstBehindOrdinaryOnesOfItsTime()
    {
        Simulator simulator = new();
        Recorder recorder = new();
        simulator.ScheduleLatestFirst(20.Picoseconds(), recorder, 1);
        simulator.ScheduleLatestFirst(20.Picoseconds(), recorder, 2);
        simulator.Schedule(20.Picoseconds(), recorder, 3);
        simulator.ScheduleLatestFirst(10.Picoseconds(), recorder, 4);
        simulator.ScheduleLatestFirst(20.Picoseconds(), recorder, 5);
        simulator.Schedule(20.Picoseconds(), recorder, 6, (EventPriority)1);
        simulator.Run();
        Assert.That(recorder.Seen.Select(s => s.Tag), Is.EqualTo(new long[] { 4, 3, 5, 2, 1, 6 }));
        Assert.That(() => simulator.ScheduleLatestFirst(10.Picoseconds(), recorder), Throws.TypeOf<SimulationException>());
    }

    [Test]
    public void AnEventScheduledForNowRunsLaterAtTheSameTime()
    {
        Simulator simulator = new();
        Recorder recorder = new();
        recorder.Then = (_, tag) =>
        {
            if (tag == 0) simulator.ScheduleAfter(SimTime.Zero, recorder, 7);
        };
        simulator.Schedule(5.Picoseconds(), recorder, 0);
        simulator.Schedule(5.Picoseconds(), recorder, 1);
        simulator.Run();
        Assert.That(recorder.Seen, Is.EqualTo(new[] { (5L, 0L), (5L, 1L), (5L, 7L) }));
    }

    [Test]
    public void TimeThatStandsStillIsAnErrorAndManyEventsAtOneTimeAreNot()
    {
        Simulator simulator = new();
        Again again = new(simulator, 1_000_000);
        simulator.Schedule(5.Picoseconds(), again);
        simulator.Run();
        Assert.That(again.Left, Is.Zero);
        again.Left = long.MaxValue;
        simulator.Schedule(7.Picoseconds(), again);
        Assert.That(() => simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.StartsWith("livelock at 7 ps: time stands still after 33,554,432 events at it"));
    }

    private sealed class Again(Simulator simulator, long left) : EventTarget
    {
        public long Left { get; set; } = left;

        public override void Handle(SimTime now, long tag)
        {
            if (--Left > 0) simulator.Schedule(now, this);
        }
    }

    /// <summary>The queue against a sorted list, with times near, far, equal and inserted while running.</summary>
    [TestCase(1, 300L)]
    [TestCase(2, 3_000L)]
    [TestCase(3, 2_000_000L)]
    [TestCase(4, 5_000_000_000L)]
    public void TheOrderEqualsThatOfASortedList(int seed, long horizon)
    {
        Random random = new(seed);
        Simulator simulator = new();
        Recorder recorder = new();
        List<(long Time, int Priority, long Tag)> expected = [];
        long tag = 0;
        void Add()
        {
            long time = simulator.Now.Picoseconds + (random.Next(8) == 0 ? 0 : random.NextInt64(horizon));
            int priority = random.Next(4) == 0 ? random.Next(-128, 128) : 0;
            expected.Add((time, priority, tag));
            simulator.Schedule(new SimTime(time), recorder, tag++, (EventPriority)priority);
        }

        recorder.Then = (_, _) =>
        {
            if (tag >= 20_000) return;
            for (int i = random.Next(3); i > 0; i--) Add();
        };
        for (int i = 0; i < 500; i++) Add();
        simulator.Run();

        // Each event was inserted before every later one ran, so sorting all by (time, priority, tag) would be wrong only
        // for events inserted at the running time with a smaller priority than one that already ran: check pairwise order.
        Assert.That(recorder.Seen, Has.Count.EqualTo(expected.Count));
        Assert.That(recorder.Seen.Select(s => s.Time), Is.Ordered);
        Assert.That(recorder.Seen.Select(s => s.Tag).Order(), Is.EqualTo(Enumerable.Range(0, expected.Count).Select(i => (long)i)));
        Assert.That(recorder.Seen.All(s => expected[(int)s.Tag].Time == s.Time), Is.True);
    }

    [Test]
    public void EventsInsertedBeforeTheRunComeInExactlyTheSortedOrder([Values(1, 2, 3)] int seed)
    {
        Random random = new(seed);
        Simulator simulator = new();
        Recorder recorder = new();
        List<(long Time, int Priority, long Tag)> expected = [];
        for (long tag = 0; tag < 20_000; tag++)
        {
            long time = random.NextInt64(random.Next(2) == 0 ? 2_000 : 4_000_000);
            int priority = random.Next(-3, 4);
            expected.Add((time, priority, tag));
            simulator.Schedule(new SimTime(time), recorder, tag, (EventPriority)priority);
        }

        simulator.Run();
        expected.Sort();
        Assert.That(recorder.Seen.Select(s => s.Tag), Is.EqualTo(expected.Select(e => e.Tag)));
    }

    [Test]
    public void TwoRunsOfTheSameInputAreTheSame()
    {
        static List<(long, long)> Once()
        {
            Random random = new(11);
            Simulator simulator = new();
            Recorder recorder = new();
            recorder.Then = (_, tag) =>
            {
                if (tag < 5_000) simulator.ScheduleAfter(new SimTime(random.Next(3_000_000)), recorder, tag + 1);
            };
            for (int i = 0; i < 10; i++) simulator.Schedule(new SimTime(random.Next(100)), recorder, i * 100);
            simulator.Run();
            return recorder.Seen;
        }

        List<(long, long)> first = Once();
        Assert.That(Once(), Is.EqualTo(first));
    }

    [Test]
    public void SchedulingInThePastIsRefused()
    {
        Simulator simulator = new();
        simulator.RunUntil(10.Nanoseconds());
        Assert.That(() => simulator.Schedule(9.Nanoseconds(), new Recorder()),
            Throws.TypeOf<SimulationException>().With.Message.Contains("10000 ps"));
    }

    [Test]
    public void RunUntilHandlesEventsAtTheLimitAndKeepsLaterOnes()
    {
        Simulator simulator = new();
        Recorder recorder = new();
        simulator.Schedule(10.Nanoseconds(), recorder, 1);
        simulator.Schedule(11.Nanoseconds(), recorder, 2);
        simulator.RunUntil(10.Nanoseconds());
        Assert.That(recorder.Seen, Is.EqualTo(new[] { (10_000L, 1L) }));
        Assert.That(simulator.Now, Is.EqualTo(10.Nanoseconds()));
        simulator.Schedule(10.5.Nanoseconds(), recorder, 3);
        simulator.Run();
        Assert.That(recorder.Seen.Select(s => s.Tag), Is.EqualTo(new long[] { 1, 3, 2 }));
    }

    [Test]
    public void StopEndsTheRunAndKeepsWhatIsScheduled()
    {
        Simulator simulator = new();
        Recorder recorder = new() { Then = (_, tag) => { if (tag == 1) simulator.Stop(); } };
        simulator.Schedule(1.Nanoseconds(), recorder, 1);
        simulator.Schedule(2.Nanoseconds(), recorder, 2);
        simulator.Run();
        Assert.That((recorder.Seen.Count, simulator.EventsPending), Is.EqualTo((1, 1)));
        simulator.Run();
        Assert.That(recorder.Seen, Has.Count.EqualTo(2));
    }

    [Test]
    public void CancellationEndsAnEndlessRun()
    {
        Simulator simulator = new();
        using CancellationTokenSource source = new();
        Recorder recorder = new();
        recorder.Then = (now, tag) =>
        {
            if (tag == 1_000) source.Cancel();
            simulator.ScheduleAfter(1.Nanoseconds(), recorder, tag + 1);
        };
        simulator.Schedule(SimTime.Zero, recorder);
        Assert.That(() => simulator.Run(cancellationToken: source.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void ProgressIsReportedAboutEveryMillionEvents()
    {
        Simulator simulator = new();
        Countdown countdown = new(simulator, 2_200_000);
        simulator.Schedule(SimTime.Zero, countdown);
        List<SimulationProgress> reports = [];
        simulator.Run(new SynchronousProgress(reports.Add));
        Assert.That(reports, Has.Count.EqualTo(2));
    }

    [Test]
    public void HandlingEventsAllocatesNothing()
    {
        Simulator simulator = new();
        Countdown countdown = new(simulator, 100_000);
        for (int i = 0; i < 100; i++) simulator.Schedule(SimTime.Zero, countdown, i);
        simulator.RunUntil(10.Microseconds());
        long before = GC.GetAllocatedBytesForCurrentThread();
        simulator.RunUntil(200.Microseconds());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(simulator.EventsExecuted, Is.GreaterThan(10_000));
    }

    private sealed class Countdown(Simulator simulator, long events) : EventTarget
    {
        private long _left = events;

        public override void Handle(SimTime now, long tag)
        {
            if (--_left > 0) simulator.ScheduleAfter(new SimTime(500 + ((tag * 7919) % 3_000_000)), this, tag);
        }
    }

    private sealed class SynchronousProgress(Action<SimulationProgress> report) : IProgress<SimulationProgress>
    {
        public void Report(SimulationProgress value) => report(value);
    }
}
