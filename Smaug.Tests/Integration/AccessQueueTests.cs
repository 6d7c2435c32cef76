using Smaug.Accelerators.Aladdin.Device;
using Smaug.Accelerators.Aladdin.Scheduling;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Tlb;
using Smaug.Tests.Memory;

namespace Smaug.Tests.Integration;

/// <summary>
/// The sequence of an access through the accelerator's private cache, cycle by cycle: translation asked for, translated, issued,
/// answered, seen. The datapath polls every access in every cycle, first among the events of its instant.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class AccessQueueTests
{
    private const long Page = 4096;

    // A cycle after the first access to the page has ended.
    private const int Warm = 61;

    private readonly Simulator _simulator = new();

    [TestCase(0, 1)]
    [TestCase(0, 7)]
    [TestCase(2, 1)]
    [TestCase(5, 12)]
    public void A_hit_takes_a_cycle_to_translate_one_to_issue_and_one_to_see_beside_both_latencies(int translation, int cache)
    {
        Poller poller = Make(cache, new TlbOptions { HitCycles = translation });
        poller.Ask(0, 0x100);
        poller.Run(Warm - 1);
        poller.Ask(Warm, 0x140);
        poller.Run(120);
        Assert.Multiple(() =>
        {
            Assert.That(poller.Hits[1], Is.EqualTo(Warm), "asked for");
            Assert.That(poller.Issues[1], Is.EqualTo(Warm + 1 + translation), "issued");
            Assert.That(poller.DoneAt[1], Is.EqualTo(Warm + 1 + translation + cache + 1), "seen");
            Assert.That(poller.DoneAt[1] - Warm + 1, Is.EqualTo(1 + translation + 1 + cache + 1), "cycles of the whole access");
        });
    }

    [TestCase(10, 0, 3)]
    [TestCase(4, 2, 1)]
    public void After_a_walk_the_access_asks_again_and_hits(int walk, int translation, int cache)
    {
        Poller poller = Make(cache, new TlbOptions { HitCycles = translation, MissCycles = walk });
        poller.Ask(0, 0x100);
        poller.Run(60);
        Assert.Multiple(() =>
        {
            Assert.That(poller.Misses, Is.EqualTo(new[] { 0 }), "asked for, not there");
            Assert.That(poller.Hits, Is.EqualTo(new[] { walk + 1 }), "asked for again in the cycle after the walk");
            Assert.That(poller.Issues, Is.EqualTo(new[] { walk + 1 + 1 + translation }), "issued");
            Assert.That(poller.DoneAt[0], Is.EqualTo(walk + 1 + 1 + translation + cache + 1), "seen");
        });
    }

    [Test]
    public void A_translation_buffer_that_takes_one_request_per_cycle_lets_the_second_ask_a_cycle_later()
    {
        Poller poller = MakeWarm(out int start, cache: 3, new TlbOptions { RequestsPerCycle = 1 });
        poller.Ask(start, 0x200);
        poller.Ask(start, 0x300);
        poller.Run(120);
        Assert.Multiple(() =>
        {
            Assert.That(poller.Hits.Skip(1), Is.EqualTo(new[] { start, start + 1 }));
            Assert.That(poller.Issues.Skip(1), Is.EqualTo(new[] { start + 1, start + 2 }));
            Assert.That(poller.DoneAt.Skip(1), Is.EqualTo(new[] { start + 5, start + 6 }));
        });
    }

    [Test]
    public void A_refused_request_is_kept_and_holds_up_those_behind_it_until_it_is_called_for()
    {
        Poller poller = MakeWarm(out int start, cache: 3, new TlbOptions { RequestsPerCycle = 0 }, calls: 40);
        poller.Ask(start, 0x200);
        poller.Ask(start, 0x300);
        poller.Refuse();
        poller.Run(120);
        Assert.Multiple(() =>
        {
            Assert.That(start + 1, Is.LessThan(40));
            Assert.That(poller.Issues.Skip(1), Is.EqualTo(new[] { 40, 41 }), "the first when called for, the second when polled after that");
            Assert.That(poller.DoneAt.Skip(1), Is.EqualTo(new[] { 44, 45 }));
        });
    }

    [Test]
    public void Queue_time_ends_and_latency_begins_with_the_issue()
    {
        Poller poller = Make(cache: 25, new TlbOptions { HitCycles = 2, MissCycles = 10 });
        poller.Ask(0, 0x100);
        poller.Run(60);
        Histogram Of(string name) => (Histogram)_simulator.Statistics.All.Single(s => s.Name == name);
        Assert.That((Of("acc.dcacheQueueTime").Sum, Of("acc.dcacheLatency").Sum), Is.EqualTo(((10 + 1 + 1 + 2) * 1000.0, 25 * 1000.0)));
        Assert.That(Of("acc.acpLatency").Samples, Is.Zero);
    }

    private Poller MakeWarm(out int start, int cache, TlbOptions tlb, int calls = 0)
    {
        Poller poller = Make(cache, tlb, calls);
        poller.Ask(0, 0x100);
        poller.Run(30);
        start = 31;
        return poller;
    }

    private Poller Make(int cache, TlbOptions tlb, int calls = 0) =>
        new(_simulator, new PacketLog(_simulator, new SimTime(cache * 1000L)) { CallsAt = new SimTime(calls * 1000L) }, new AladdinDeviceOptions { Tlb = tlb });

    /// <summary>A datapath of single loads: from its first cycle on each is polled in every cycle until it is done.</summary>
    private sealed class Poller : EventTarget
    {
        private readonly Simulator _simulator;
        private readonly PacketLog _cache;
        private readonly AccessQueue _queue;
        private readonly List<(int From, long Address)> _loads = [];
        private int _next;

        public Poller(Simulator simulator, PacketLog cache, AladdinDeviceOptions options)
        {
            (_simulator, _cache) = (simulator, cache);
            _queue = new AccessQueue(simulator, new Clock(simulator, 1.Gigahertz()), "acc", new AladdinPorts(cache, cache), options, 0, a => a, () => { });
        }

        /// <summary>The cycle in which each load was seen to be done; -1 as long as it is not.</summary>
        public List<int> DoneAt { get; } = [];

        /// <summary>Cycles in which the translation buffer was asked and knew, or did not know.</summary>
        public List<int> Hits { get; } = [];

        public List<int> Misses { get; } = [];

        /// <summary>Cycles in which the cache took a request.</summary>
        public int[] Issues => [.. _cache.Times.Select(t => (int)t)];

        public void Ask(int from, long address)
        {
            _loads.Add((from, Page + address));
            DoneAt.Add(-1);
        }

        public void Refuse() => _cache.RefusesAfter = _cache.Packets.Count;

        public void Run(int cycles)
        {
            for (; _next <= cycles; _next++) _simulator.Schedule(new SimTime(_next * 1000L), this, _next, EventPriority.Early);
            _simulator.Run();
        }

        public override void Handle(SimTime now, long tag)
        {
            int cycle = (int)tag;
            for (int i = 0; i < _loads.Count; i++)
            {
                if (DoneAt[i] >= 0 || _loads[i].From > cycle) continue;
                (double hits, double misses) = (Count("hits"), Count("misses"));
                DatapathIssue issue = _queue.Access(cycle, store: false, acp: false, _loads[i].Address, _loads[i].Address, 4, i);
                if (Count("hits") > hits) Hits.Add(cycle);
                if (Count("misses") > misses) Misses.Add(cycle);
                if (issue == DatapathIssue.Done) DoneAt[i] = cycle;
            }
        }

        private double Count(string figure) => _simulator.Statistics.All.Single(s => s.Name == $"acc.tlb.{figure}").Value;
    }
}
