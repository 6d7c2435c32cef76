using Smaug.Accelerators.Systems.Coherent;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;

namespace Smaug.Tests.Soc;

public class LineSplitterTests
{
    private static readonly BandwidthLatencyMemoryOptions s_options = new()
    {
        ReadLatency = 100.Nanoseconds(),
        WriteLatency = 100.Nanoseconds(),
        BytesPerNanosecond = 1e6,
        MaximumOutstanding = 64,
    };

    private static double Nanoseconds(int window, Func<LineSplitter, Task> body, BandwidthLatencyMemoryOptions? options = null)
    {
        var simulator = new Simulator();
        var memory = new BandwidthLatencyMemory(simulator, "memory", options ?? s_options);
        double end = 0;
        simulator.Start("test", async () =>
        {
            await body(new LineSplitter(memory.Port, 32, window));
            end = simulator.Now.Nanoseconds;
        });
        simulator.Run();
        return end;
    }

    [TestCase(1, 800)]
    [TestCase(4, 200)]
    [TestCase(16, 100)]
    public void Block_takes_a_latency_for_each_window_of_lines(int window, double expected) =>
        Assert.That(Nanoseconds(window, async port => await port.ReadAsync(0, 256)), Is.EqualTo(expected).Within(0.1));

    [Test]
    public void Block_that_begins_within_a_line_touches_one_line_more() =>
        Assert.That(Nanoseconds(1, async port => await port.ReadAsync(16, 64)), Is.EqualTo(300).Within(0.1));

    [Test]
    public void Blocks_follow_each_other() => Assert.That(
        Nanoseconds(1, async port =>
        {
            Wait first = port.WriteAsync(0, 64);
            Wait second = port.WriteAsync(64, 64);
            await first;
            await second;
        }),
        Is.EqualTo(400).Within(0.1));

    [Test]
    public void Prefetch_stalls_nobody() =>
        Assert.That(Nanoseconds(1, async port => await port.AccessAsync(MemoryCommand.Prefetch, 0, 4096)), Is.Zero);

    [Test]
    public void Lines_that_the_memory_refuses_are_offered_again() =>
        Assert.That(Nanoseconds(16, async port => await port.ReadAsync(0, 256), s_options with { MaximumOutstanding = 2 }), Is.EqualTo(400).Within(0.1));
}
