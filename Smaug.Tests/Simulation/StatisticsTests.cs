using Smaug.Core;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Tests.Simulation;

public class StatisticsTests
{
    [Test]
    public void ASnapshotHoldsTheIntervalSinceTheLastReset()
    {
        Simulator simulator = new();
        Counter hits = simulator.Statistics.Counter("l1.hits", "accesses", "Accesses that found their line.");
        Average wait = simulator.Statistics.Average("bus.wait", "ps", "Mean wait.");
        simulator.Statistics.Formula("l1.hitsPerWait", "1", "Ratio.", () => wait.Value == 0 ? 0 : hits.Value / wait.Value);
        hits.Add(6);
        wait.Sample(2);
        wait.Sample(4);
        simulator.RunUntil(5.Nanoseconds());
        StatisticsSnapshot first = simulator.Statistics.Dump("Network start", reset: true);
        hits.Increment();
        simulator.RunUntil(9.Nanoseconds());
        StatisticsSnapshot second = simulator.Statistics.Dump("Network end");

        Assert.That(first.Values.Select(v => v.Value), Is.EqualTo(new[] { 6.0, 3.0, 2.0 }));
        Assert.That((second.From, second.To, second.Values[0].Value), Is.EqualTo((5.Nanoseconds(), 9.Nanoseconds(), 1.0)));
        Assert.That(simulator.Statistics.Snapshots.Select(s => s.Label), Is.EqualTo(new[] { "Network start", "Network end" }));
    }

    [Test]
    public void AHistogramPutsWhatIsTooLargeIntoItsLastBucket()
    {
        Histogram latency = new Simulator().Statistics.Histogram("latency", "ps", "Latency.", 10, 3);
        foreach (long sample in new long[] { 0, 9, 10, 29, 30, 1_000 }) latency.Sample(sample);
        Assert.That(latency.Buckets.ToArray(), Is.EqualTo(new long[] { 2, 1, 3 }));
        Assert.That((latency.Samples, latency.Minimum, latency.Maximum), Is.EqualTo((6L, 0L, 1_000L)));
    }

    [Test]
    public void TwoStatisticsCannotHaveTheSameName()
    {
        StatisticsRegistry statistics = new Simulator().Statistics;
        statistics.Counter("a", "1", "");
        Assert.That(() => statistics.Average("a", "1", ""), Throws.TypeOf<ConfigurationException>().With.Message.Contains("'a'"));
    }

    [TestCase(0, 0, 1_000)]
    [TestCase(1, 1_000, 2_000)]
    [TestCase(999, 1_000, 2_000)]
    [TestCase(1_000, 1_000, 2_000)]
    public void ClockEdgesCountFromNowOrTheNextEdge(long now, long edge0, long edge1)
    {
        Simulator simulator = new();
        simulator.RunUntil(new SimTime(now));
        Clock clock = new(simulator, 1.Gigahertz());
        Assert.That((clock.Edge().Picoseconds, clock.Edge(1).Picoseconds), Is.EqualTo((edge0, edge1)));
    }
}
