using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Levels;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Standards;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Reservation;
using DramPort = Smaug.Memory.Controllers.DramMemory;

namespace Smaug.Tests.Dram;

/// <summary>Main memory at each level of detail, alone and behind caches.</summary>
public class DramLevelTests
{
    private static readonly TransactionConfiguration s_class = TransactionPresets.Get("LPDDR4_3200_2x16");

    private static readonly DramModel[] s_levels = [AnalyticalDram.Of(s_class), new TransactionDram(s_class), Commands()];

    [Test]
    public void A_read_of_a_closed_row_takes_activate_and_read_and_the_static_latencies()
    {
        DramPreset preset = DramPresets.Get("DDR4_2400R_8Gb_x8");
        var run = new Driver(new CommandDram(new DramConfiguration { Preset = preset }));
        run.Offer(new SimTime(0), 0x1000, 64, isWrite: false);
        run.Finish();

        // Accepted in cycle 0, so the first command goes in cycle 1.
        long cycles = 1 + preset.Timing["nRCD"] + preset.ReadLatencyCycles;
        Assert.That(run.Answers.Single().Time, Is.EqualTo(new SimTime((long)Math.Round(cycles * preset.CyclePicoseconds)) + 20.Nanoseconds()));
    }

    [Test]
    public void A_write_is_answered_when_the_controller_has_taken_it()
    {
        foreach (DramModel level in s_levels)
        {
            var run = new Driver(level);
            run.Offer(100.Nanoseconds(), 0x1000, 64, isWrite: true);
            Assert.That(run.Answers.Single().Time, Is.EqualTo(110.Nanoseconds()), level.GetType().Name);
        }
    }

    [Test]
    public void Analytical_reads_follow_each_other_at_the_peak_bandwidth()
    {
        var run = new Driver(AnalyticalDram.Of(s_class));
        for (int i = 0; i < 10; i++) run.Offer(SimTime.Zero, (ulong)i * 64, 64, isWrite: false);
        run.Finish();
        Assert.That(run.Answers.Select(a => a.Time.Nanoseconds), Is.EqualTo(Enumerable.Range(0, 10).Select(i => 60.5 + 5 * i)));
    }

    [Test]
    public void Every_packet_is_answered_once_whatever_is_refused_on_the_way([Values(0, 1, 2)] int level, [Values(1, 2)] int seed)
    {
        var run = new Driver(s_levels[level]);
        var random = new Random(seed);
        SimTime time = SimTime.Zero;
        for (int i = 0; i < 20_000; i++)
        {
            time += new SimTime(random.Next(4) == 0 ? random.Next(200_000) : random.Next(3_000));
            int bytes = 32 << random.Next(4);
            time = run.Offer(time, (ulong)random.Next(1 << 22) * 32, bytes, isWrite: random.Next(3) == 0);
        }

        run.Finish();
        DramTraffic traffic = run.Controller.Traffic;
        Assert.Multiple(() =>
        {
            Assert.That(run.Answers.Select(a => a.Tag).Order(), Is.EqualTo(Enumerable.Range(0, 20_000).Select(i => (long)i)));
            Assert.That(traffic.ReadPackets + traffic.WritePackets, Is.EqualTo(20_000));
            Assert.That(traffic.ReadBytes + traffic.WriteBytes, Is.GreaterThanOrEqualTo(run.Bytes));
            Assert.That(traffic.DeviceReads, Is.LessThanOrEqualTo(traffic.ReadBursts));
        });
    }

    [Test]
    public void Lone_lines_take_the_same_time_behind_reserved_links_and_behind_messages([Values(0, 1, 2)] int level)
    {
        var options = new MesiOptions { LineBytes = 32 };
        SimTime reserved = Transfer(s => new ReservationMemorySystem(s, s_levels[level], 1.Gibibytes(), options).AddDma("dma", new DmaOptions { LineBytes = 32, FlushCyclesPerLine = 0 }));
        SimTime messages = Transfer(s => new MesiMemorySystem(s, new DramPort(s, "dram", s_levels[level], 1.Gibibytes()).Port, options).AddDma("dma"));
        Assert.That(reserved.Nanoseconds, Is.EqualTo(messages.Nanoseconds).Within(1), "the engine looks at clock edges of 1 ns");
    }

    [Test]
    public void Commands_give_the_energy_that_the_meter_alone_gives()
    {
        DramEnergyParameters parameters = DramEnergyParameters.From(s_class, Commands().Memory.Preset);
        var run = new Driver(Commands() with { Energy = parameters });
        for (int i = 0; i < 200; i++) run.Offer(new SimTime(i * 100_000L), (ulong)i * 4096, 64, isWrite: false);
        run.Finish();
        DramEnergyReport energy = run.Controller.Energy(run.Controller.Now)!;
        Assert.That((energy.Reads, energy.Activates, energy.Read.Picojoules > 0), Is.EqualTo((200L, energy.Precharges, true)));
        Assert.That(energy.Window.Microseconds, Is.EqualTo(run.Controller.Now.Microseconds).Within(0.1));
    }

    [TestCase("capacity = 4 GiB: LPDDR4_3200_8Gb_x16 with 1 channel(s) and 1 rank(s) holds")]
    public void Devices_that_hold_less_than_is_asked_for_are_refused(string message) =>
        Assert.That(() => new ReservationMemorySystem(new Simulator(), Commands(), 4.Gibibytes()), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith(message).And.Message.Contains("more channels"));

    private static CommandDram Commands() => new(new DramConfiguration { Preset = DramPresets.Get("LPDDR4_3200_8Gb_x16") });

    private static SimTime Transfer(Func<Simulator, MemoryPort> port)
    {
        var simulator = new Simulator();
        MemoryPort dma = port(simulator);
        SimTime latency = SimTime.Zero;
        simulator.Start("host", async () =>
        {
            await simulator.Delay(1.Microseconds());
            latency = await dma.ReadAsync(0x1000, 32);
        });
        simulator.Run();
        return latency;
    }

    /// <summary>Offers packets in the order of time and lets the controller go on where it refuses one.</summary>
    private sealed class Driver : ITransactionListener
    {
        private bool _retry;
        private long _tag;

        public Driver(DramModel model) => Controller = model.Create(this, SimTime.Zero, 256.Mebibytes());

        public DramController Controller { get; }

        public List<TransactionResponse> Answers { get; } = [];

        public long Bytes { get; private set; }

        public SimTime Offer(SimTime time, ulong address, int bytes, bool isWrite)
        {
            address %= 128 << 20;
            Bytes += bytes;
            while (Controller.NextEventTime < time) Controller.ProcessNextEvent();
            while (!Controller.TryAccept(time = SimTime.Max(time, Controller.Now), address, bytes, isWrite, _tag))
            {
                for (_retry = false; !_retry;) Controller.ProcessNextEvent();
            }

            _tag++;
            return time;
        }

        public void Finish() => Controller.AdvanceTo(Controller.Now + 1.Microseconds() * 1000);

        public void OnResponse(in TransactionResponse response) => Answers.Add(response);

        public void OnRetry(bool isWrite) => _retry = true;
    }
}
