using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;

namespace Smaug.Tests.Memory;

public class BandwidthLatencyMemoryTests
{
    private static readonly BandwidthLatencyMemoryOptions Options = new() { BytesPerNanosecond = 6.4, ReadLatency = 50.Nanoseconds() };

    [Test]
    public void AnUncontendedReadTakesTheLatency()
    {
        Simulator simulator = new();
        BandwidthLatencyMemory memory = new(simulator, "dram", Options);
        SimTime latency = default;
        simulator.Start("host", async () => latency = await memory.Port.ReadAsync(0x1000, 64));
        simulator.Run();
        Assert.That(latency, Is.EqualTo(50.Nanoseconds()));
    }

    [Test]
    public void SimultaneousReadsShareTheBandwidth()
    {
        Simulator simulator = new();
        BandwidthLatencyMemory memory = new(simulator, "dram", Options);
        List<SimTime> latencies = [];
        simulator.Start("host", async () =>
        {
            Wait first = memory.Port.ReadAsync(0, 64);
            Wait second = memory.Port.ReadAsync(64, 64);
            Wait third = memory.Port.WriteAsync(128, 128);
            latencies.Add(await first);
            await second;
            latencies.Add(simulator.Now);
            await third;
        });
        simulator.Run();
        Assert.That(latencies, Is.EqualTo(new[] { 50.Nanoseconds(), 60.Nanoseconds() }));
    }

    [Test]
    public void AFullMemoryRefusesAndCallsBack()
    {
        Simulator simulator = new();
        BandwidthLatencyMemory memory = new(simulator, "dram", Options with { MaximumOutstanding = 2 });
        int done = 0;
        for (int i = 0; i < 3; i++)
        {
            long start = i * 0x10000;
            simulator.Start($"host {i}", async () =>
            {
                for (int k = 0; k < 100; k++) await memory.Port.ReadAsync(start + (k * 64), 64);
                done++;
            });
        }

        simulator.Run();
        Assert.That(done, Is.EqualTo(3));
        Assert.That(memory.Outstanding, Is.Zero);
        // Two at a time, 50 ns each (bandwidth would allow five).
        Assert.That(simulator.Now, Is.InRange(7_500.Nanoseconds(), 7_600.Nanoseconds()));
    }

    [Test]
    public void AnAccessOutsideTheMemoryIsRefused()
    {
        Simulator simulator = new();
        BandwidthLatencyMemory memory = new(simulator, "dram", Options with { Size = 1.Mebibytes() });
        simulator.Start("host", async () => await memory.Port.ReadAsync(0xFFFF0, 64));
        Assert.That(() => simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.Contains("0xfffff"));
    }

    [Test]
    public void BadOptionsNameThePropertyAndTheRange()
    {
        Assert.That(() => new BandwidthLatencyMemory(new Simulator(), "dram", Options with { MaximumOutstanding = 0 }),
            Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("dram: MaximumOutstanding = 0: must be 1 to 65536"));
        Assert.That(() => (Options with { BytesPerNanosecond = 0 }).Validate(), Throws.TypeOf<ConfigurationException>());
    }
}
