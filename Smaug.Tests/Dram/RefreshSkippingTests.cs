using System.Globalization;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Tests.Dram;

/// <summary>Refreshes of long pauses are counted, not taken one by one: nothing that can be seen tells the difference.</summary>
internal sealed class RefreshSkippingTests
{
    private const int Requests = 400;

    private static IEnumerable<TestCaseData> Cases() =>
        from preset in TransactionPresets.Names
        from ranks in (int[])[1, 2, 3]
        select new TestCaseData(preset, ranks).SetArgDisplayNames(preset, ranks.ToString(CultureInfo.InvariantCulture));

    [TestCaseSource(nameof(Cases))]
    public void Skipping_is_the_same_as_taking_every_refresh(string preset, int ranks)
    {
        TransactionConfiguration configuration = TransactionPresets.Get(preset) with { Ranks = ranks };
        if (configuration.Timing.RefreshInterval == SimTime.Zero) configuration = configuration with { Timing = configuration.Timing with { RefreshInterval = 3900.Nanoseconds() } };
        for (int seed = 0; seed < 3; seed++) Assert.That(Run(configuration, seed, stepped: false), Is.EqualTo(Run(configuration, seed, stepped: true)), $"seed {seed}");
    }

    [Test]
    public void An_hour_without_work_takes_no_time()
    {
        TransactionConfiguration configuration = TransactionPresets.Get("DDR3_1600_8x8") with { Ranks = 2 };
        var controller = new TransactionController(configuration, new Host());
        SimTime hour = SimTime.FromSeconds(3600), period = configuration.Timing.RefreshInterval - configuration.Timing.Precharge;
        controller.AdvanceTo(hour);
        Assert.That(controller.Statistics.Refreshes, Is.EqualTo(2 * (hour.Picoseconds / period.Picoseconds)));
        Assert.That(controller.NextEventTime, Is.GreaterThan(hour).And.LessThanOrEqualTo(hour + period));
    }

    /// <summary>Bursts of requests with pauses of up to thousands of refreshes, and all that a host can see after each.</summary>
    private static List<string> Run(TransactionConfiguration configuration, int seed, bool stepped)
    {
        List<string> seen = [];
        var host = new Host { Seen = seen };
        var controller = new TransactionController(configuration, host);
        var random = new Random(seed);
        long time = 0;
        for (int i = 0; i < Requests; i++)
        {
            time += random.Next(12) switch { 0 => random.NextInt64(2_000_000_000), 1 => random.NextInt64(40_000_000), _ => random.Next(20_000) };
            bool ahead = random.Next(2) == 0;
            if (stepped)
            {
                while (controller.NextEventTime.Picoseconds < time) controller.ProcessNextEvent();
            }
            else if (ahead && time > controller.Now.Picoseconds)
            {
                controller.AdvanceTo(new SimTime(time - 1));
            }

            bool accepted = controller.TryAccept(new SimTime(time), (ulong)random.Next(1 << 16) * 64, 64, random.Next(3) == 0, i);
            TransactionStatistics s = controller.Statistics;
            seen.Add(string.Create(CultureInfo.InvariantCulture, $"{i} {accepted} {controller.Now} {controller.NextEventTime} {controller.QueuedReads} {controller.QueuedWrites} {s.Refreshes} {s.ActiveTime} {s.Activates} {s.Precharges} {s.BusTurnarounds} {s.ReadRowHits} {s.WriteQueueTime}"));
            for (int r = 0; r < configuration.Ranks; r++) seen.Add(controller.ActivityOf(r, controller.Now).ToString());
        }

        return seen;
    }

    private sealed class Host : ITransactionListener
    {
        public List<string> Seen { get; init; } = [];

        public void OnResponse(in TransactionResponse response) => Seen.Add(response.ToString());

        public void OnRetry(bool isWrite) => Seen.Add($"retry {isWrite}");
    }
}
