using Smaug.Core.Units;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Tests.Dram;

/// <summary>What a controller answers depends on the requests alone, not on how its host lets time pass between them.</summary>
internal sealed class TransactionHostTests
{
    [TestCaseSource(nameof(Presets))]
    public void HostMaySkipOrTakeEveryInstant(string preset)
    {
        TransactionConfiguration configuration = TransactionPresets.Get(preset);
        TransactionTiming timing = configuration.Timing;
        if (timing.RefreshInterval == SimTime.Zero) configuration = configuration with { Timing = timing with { RefreshInterval = 3900.Nanoseconds() } };
        foreach (TransactionConfiguration variant in (TransactionConfiguration[])
        [
            configuration,
            configuration with { PagePolicy = TransactionPagePolicy.CloseAdaptive, Mapping = TransactionMapping.RoCoRaBaCh, Ranks = 2 },
            configuration with { Scheduler = TransactionScheduler.Fcfs, WriteLowPercent = 10, WriteHighPercent = 20 },
        ])
        {
            List<(long, long)> lazy = Run(variant, (_, _) => { });
            Assert.Multiple(() =>
            {
                Assert.That(lazy, Has.Count.EqualTo(Requests));
                Assert.That(Run(variant, (c, until) => c.AdvanceTo(until)), Is.EqualTo(lazy), "advanced to the instant before each request");
                Assert.That(Run(variant, Stepped), Is.EqualTo(lazy), "advanced in small steps");
                Assert.That(Run(variant, EventByEvent), Is.EqualTo(lazy), "event by event");
            });
        }
    }

    private const int Requests = 1500;

    private static IEnumerable<string> Presets => TransactionPresets.Names;

    private static void Stepped(TransactionController controller, SimTime until)
    {
        for (SimTime time = controller.Now; time < until; time += 1777.Picoseconds()) controller.AdvanceTo(time);
    }

    private static void EventByEvent(TransactionController controller, SimTime until)
    {
        while (controller.NextEventTime <= until) controller.ProcessNextEvent();
    }

    /// <summary>Streams and random accesses, dense and with pauses in which queues run empty and refreshes fall.</summary>
    private static List<(long Tag, long Time)> Run(TransactionConfiguration configuration, Action<TransactionController, SimTime> advance)
    {
        var host = new Host();
        var controller = new TransactionController(configuration, host);
        var random = new Random(11);
        long time = 0;
        ulong address = 0;
        for (int i = 0; i < Requests; i++)
        {
            if (i > 0) time += random.Next(8) switch { 0 => random.Next(200_000), 1 => random.Next(30_000), _ => random.Next(6_000) };
            if (random.Next(500) == 0) time += 10_000_000;
            address = random.Next(6) == 0 ? (ulong)random.NextInt64(configuration.CapacityBytes / 64) * 64 : (address + 32) % (ulong)configuration.CapacityBytes;
            bool isWrite = random.Next(3) == 0;
            if (time > controller.Now.Picoseconds) advance(controller, new SimTime(time - 1));
            while (!controller.TryAccept(new SimTime(time), address, 32, isWrite, i))
            {
                host.MayRetry = false;
                while (!host.MayRetry) controller.ProcessNextEvent();
                time = controller.Now.Picoseconds;
            }
        }

        while (host.Answers.Count < Requests) controller.ProcessNextEvent();
        return host.Answers;
    }

    private sealed class Host : ITransactionListener
    {
        public List<(long Tag, long Time)> Answers { get; } = [];

        public bool MayRetry { get; set; }

        public void OnResponse(in TransactionResponse response) => Answers.Add((response.Tag, response.Time.Picoseconds));

        public void OnRetry(bool isWrite) => MayRetry = true;
    }
}
