using Smaug.Accelerators.Systems.Analytical;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Tests.Soc;

/// <summary>Transfers of one block against the measured micro-benchmark of DMA and coherency port (LPDDR4, lines of 32 bytes).</summary>
public class AnalyticalPortTests
{
    private static readonly HostMemoryConfiguration s_memory = new();

    private static double Nanoseconds(Func<Simulator, AnalyticalMemory, Task> body)
    {
        var simulator = new Simulator();
        var memory = new AnalyticalMemory(s_memory);
        simulator.Start("test", () => body(simulator, memory));
        simulator.Run();
        return simulator.Now.Nanoseconds;
    }

    private static AcceleratorConfiguration Quick => new() { IgnoreCacheFlush = true };

    [TestCase(32, 89.5, 25)]
    [TestCase(1024, 265, 20)]
    [TestCase(4096, 976, 10)]
    [TestCase(65536, 15277, 10)]
    public void Dma_load_of_uncached_lines(int bytes, double measured, double percent) =>
        Assert.That(Nanoseconds(async (s, m) => await new AnalyticalDmaPort(s, "dma", m, Quick).ReadAsync(0x10000, bytes)), Is.EqualTo(measured).Within(percent).Percent);

    [TestCase(4096, 1298, 10)]
    [TestCase(65536, 20522, 10)]
    public void Dma_store_with_invalidation(int bytes, double measured, double percent) =>
        Assert.That(Nanoseconds(async (s, m) => await new AnalyticalDmaPort(s, "dma", m, Quick).WriteAsync(0x10000, bytes)), Is.EqualTo(measured).Within(percent).Percent);

    [TestCase(32, 38.5, 1)]
    [TestCase(4096, 410, 10)]
    public void Dma_load_of_lines_that_the_CPU_wrote(int bytes, double measured, double percent)
    {
        double both = Nanoseconds(async (s, m) =>
        {
            m.Cache(s.Now, 0x10000, byCore: true, modifies: true);
            await new AnalyticalDmaPort(s, "dma", m, Quick).ReadAsync(0x10000, bytes);
        });
        Assert.That(both, Is.EqualTo(measured).Within(percent).Percent);
    }

    [TestCase(32, 12, 1)]
    [TestCase(2048, 90, 5)]
    [TestCase(32768, 1290, 2)]
    public void Coherency_port_load_of_lines_in_the_last_level_cache(int bytes, double measured, double percent)
    {
        double time = Nanoseconds(async (s, m) =>
        {
            for (int page = 0; page < 8; page++) m.Cache(s.Now, 0x10000 + page * 4096, byCore: false, modifies: false);
            await new AnalyticalCoherencyPort(s, "acp", m).ReadAsync(0x10000, bytes);
        });
        Assert.That(time, Is.EqualTo(measured).Within(percent).Percent);
    }

    [Test]
    public void Flush_costs_its_cycles_for_every_line_before_the_transfer()
    {
        double quick = Nanoseconds(async (s, m) => await new AnalyticalDmaPort(s, "dma", m, Quick).ReadAsync(0, 4096));
        double flushed = Nanoseconds(async (s, m) => await new AnalyticalDmaPort(s, "dma", m, new AcceleratorConfiguration()).ReadAsync(0, 4096));
        Assert.That(flushed - quick, Is.EqualTo(1536));
    }

    [Test]
    public void Flush_is_rounded_down_to_whole_cycles_of_a_slow_accelerator()
    {
        var slow = new AcceleratorConfiguration { Frequency = Frequency.FromPeriod(13.Nanoseconds()) };
        double quick = Nanoseconds(async (s, m) => await new AnalyticalDmaPort(s, "dma", m, Quick).ReadAsync(0, 4096));
        Assert.That(Nanoseconds(async (s, m) => await new AnalyticalDmaPort(s, "dma", m, slow).ReadAsync(0, 4096)), Is.EqualTo(quick));
    }

    [Test]
    public void Lines_that_DMA_has_moved_are_in_no_cache()
    {
        var memory = new AnalyticalMemory(s_memory);
        var simulator = new Simulator();
        memory.Cache(simulator.Now, 0, byCore: true, modifies: true);
        simulator.Start("test", async () => await new AnalyticalDmaPort(simulator, "dma", memory, Quick).ReadAsync(0, 4096));
        simulator.Run();
        Assert.That(memory.Pages.StateOf(0), Is.EqualTo(PageState.Uncached));
    }

    [Test]
    public void Streams_that_run_at_the_same_time_share_DRAM()
    {
        double one = Nanoseconds(async (s, m) => await new AnalyticalDmaPort(s, "a", m, Quick).ReadAsync(0, 65536));
        double four = Nanoseconds((s, m) =>
        {
            for (int i = 0; i < 4; i++)
            {
                long address = i << 20;
                s.Start($"stream {i}", async () => await new AnalyticalDmaPort(s, "dma", m, Quick).ReadAsync(address, 65536));
            }

            return Task.CompletedTask;
        });
        Assert.That(four, Is.GreaterThan(2.5 * one).And.LessThan(4 * one));
    }

    [Test]
    public void Directory_forgets_the_page_that_was_not_used_for_longest()
    {
        var pages = new PageDirectory(2 * PageDirectory.PageBytes, 65536);
        pages.Touch(0, byCore: false, modifies: true);
        pages.Touch(4096, byCore: false, modifies: false);
        pages.Touch(0, byCore: false, modifies: false);
        Assert.That(pages.Touch(8192, byCore: false, modifies: false), Is.False, "the page that goes is not modified");
        Assert.That(pages.StateOf(4096), Is.EqualTo(PageState.Uncached));
        Assert.That(pages.Touch(12288, byCore: false, modifies: false), Is.True, "the page that goes is modified");
        Assert.That(pages.StateOf(0), Is.EqualTo(PageState.Uncached));
    }
}
