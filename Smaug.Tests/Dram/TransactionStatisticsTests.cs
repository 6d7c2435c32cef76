using Smaug.Core.Units;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Tests.Dram;

/// <summary>What is derived from a controller's counters, against the same measured in another way.</summary>
internal sealed class TransactionStatisticsTests
{
    private static readonly TransactionConfiguration s_configuration = TransactionPresets.Get("DDR3_1600_8x8") with { Ranks = 2 };

    [Test]
    public void Write_queue_integrated_over_time_is_its_length_summed_over_all_instants()
    {
        long sum = 0, since = 0, compared = 0;
        Drive(s_configuration, null, (controller, now) =>
        {
            // Before the length changes: the bursts that were queued until now.
            sum += _queued * (now - since);
            since = now;
            if (++compared % 50 == 0) Assert.That(controller.WriteBurstTime(new SimTime(now)).Picoseconds, Is.EqualTo(sum));
        });
        Assert.That(compared, Is.GreaterThan(1000));
        Assert.That(sum, Is.Positive);
    }

    [Test]
    public void Reads_integrated_over_time_are_their_latencies_without_the_static_ones()
    {
        TransactionController controller = Drive(s_configuration with { FrontendLatency = 7.Nanoseconds(), BackendLatency = 3.Nanoseconds() }, null, null, writes: false);
        SimTime latencies = controller.Statistics.ReadLatencySum - (10.Nanoseconds() * controller.Statistics.ReadPackets);
        Assert.That(controller.ReadBurstTime(controller.Now), Is.EqualTo(latencies));
        Assert.That(latencies, Is.GreaterThan(SimTime.Zero));
    }

    [Test]
    public void Reads_that_wait_count_before_they_are_served()
    {
        var controller = new TransactionController(s_configuration, new Host());
        for (int i = 0; i < 4; i++) controller.TryAccept(SimTime.Zero, (ulong)i << 24, 64, isWrite: false, i);
        Assert.That(controller.ReadBurstTime(5.Nanoseconds()), Is.EqualTo(20.Nanoseconds()));
    }

    [TestCase("DDR3_1600_8x8", 2)]
    [TestCase("LPDDR4_3200_2x16", 1)]
    public void Ranks_use_the_energy_that_a_meter_of_their_commands_counts(string preset, int ranks)
    {
        TransactionConfiguration configuration = TransactionPresets.Get(preset) with { Ranks = ranks };
        var meter = new TransactionEnergyMeter(configuration);
        TransactionController controller = Drive(configuration, meter, null);
        SimTime end = controller.Now + 50.Microseconds();
        controller.AdvanceTo(end);
        DramEnergyParameters parameters = DramEnergyParameters.From(configuration);
        DramEnergyReport[] each = [.. Enumerable.Range(0, ranks).Select(r => controller.ActivityOf(r, end).Energy(parameters).Times(parameters.DevicesPerRank))];
        DramEnergyReport sum = each.Aggregate((a, b) => a.Add(b)), measured = meter.Report(end);
        Assert.Multiple(() =>
        {
            Assert.That((sum.Activates, sum.Reads, sum.Writes, sum.Refreshes, sum.Precharges), Is.EqualTo((measured.Activates, measured.Reads, measured.Writes, measured.Refreshes, measured.Precharges)));
            Assert.That(sum.Total.Picojoules, Is.EqualTo(measured.Total.Picojoules).Within(1.5).Percent);
            Assert.That(each.Select(e => e.Activates), Has.All.GreaterThan(100));
            Assert.That(each.Select(e => e.Window.Nanoseconds), Has.All.EqualTo(end.Nanoseconds).Within(1).Percent);
            Assert.That(sum.Activates, Is.EqualTo(controller.Statistics.Activates));
        });
    }

    private static int _queued;

    /// <summary>Random traffic, event by event; tells every instant before it happens.</summary>
    private static TransactionController Drive(TransactionConfiguration configuration, ITransactionObserver? observer, Action<TransactionController, long>? at, bool writes = true)
    {
        var host = new Host();
        var controller = new TransactionController(configuration, host, observer: observer);
        var random = new Random(3);
        _queued = 0;
        long time = 0;
        for (int i = 0; i < 2000; i++)
        {
            time += random.Next(8) == 0 ? random.Next(200_000) : random.Next(8_000);
            ulong address = (ulong)random.Next(1 << 14) * 4096;
            bool isWrite = writes && random.Next(2) == 0;
            while (true)
            {
                while (controller.NextEventTime.Picoseconds < time) Next();
                time = Math.Max(time, controller.Now.Picoseconds);
                at?.Invoke(controller, time);
                bool accepted = controller.TryAccept(new SimTime(time), address, 64, isWrite, i);
                _queued = controller.QueuedWrites;
                if (accepted) break;
                host.MayRetry = false;
                while (!host.MayRetry) Next();
                time = controller.Now.Picoseconds;
            }
        }

        while (controller.QueuedReads > 0 || host.Reads < controller.Statistics.ReadPackets) Next();
        return controller;

        void Next()
        {
            at?.Invoke(controller, controller.NextEventTime.Picoseconds);
            controller.ProcessNextEvent();
            _queued = controller.QueuedWrites;
        }
    }

    private sealed class Host : ITransactionListener
    {
        public long Reads { get; private set; }

        public bool MayRetry { get; set; }

        public void OnResponse(in TransactionResponse response)
        {
            if (!response.IsWrite) Reads++;
        }

        public void OnRetry(bool isWrite) => MayRetry = true;
    }
}
