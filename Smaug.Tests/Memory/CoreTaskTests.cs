using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;
using Smaug.Memory.Cores;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Reservation;

namespace Smaug.Tests.Memory;

/// <summary>Tasks of cores line by line: what they refuse, and how the lines under way bound a copy.</summary>
public class CoreTaskTests
{
    private const int Line = 64;
    private static readonly CoreTask s_copy = new(0x10000, 4096, 0x8a000, 4096, 1.Microseconds(), 4, 24.Nanoseconds(), 12.Nanoseconds());

    private static (Simulator, CorePort) Port()
    {
        Simulator simulator = new();
        return (simulator, new ReservationMemorySystem(simulator, TransactionPresets.Get("LPDDR4_3200_2x16"), 1.Gibibytes()).AddCore("a", 64.Kibibytes(), 2, 1.Gigahertz()));
    }

    private static MemoryPort Cache(Simulator simulator) =>
        new MesiMemorySystem(simulator, new DramMemory(simulator, "dram", TransactionPresets.Get("LPDDR4_3200_2x16")).Port).AddCache("a", 64.Kibibytes(), 2);

    private static void Run(bool messages, CoreTask task, EventTarget target)
    {
        (Simulator simulator, CorePort port) = Port();
        if (messages)
        {
            simulator = new Simulator();
            new MessageCore(Cache(simulator), Line, 1.Gigahertz()).Run(task, target);
        }
        else
        {
            port.Run(task, target);
        }

        simulator.Run();
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        foreach (bool messages in (bool[])[false, true])
        {
            yield return Case(s_copy with { ReadBytes = -1 }, "ReadBytes = -1: must be 0 or more");
            yield return Case(s_copy with { WriteBytes = long.MinValue }, "WriteBytes = -9223372036854775808: must be 0 or more");
            yield return Case(s_copy with { Source = -64 }, "Source = -64: must be 0 or more");
            yield return Case(s_copy with { Destination = -1 }, "Destination = -1: must be 0 or more");
            yield return Case(s_copy with { Source = long.MaxValue - 64 }, "4096 bytes at Source = 0x7fffffffffffffbf: there are no such addresses");
            yield return Case(s_copy with { Destination = long.MaxValue - 64 }, "4096 bytes at Destination = 0x7fffffffffffffbf: there are no such addresses");
            yield return Case(s_copy with { Source = 1L << 40 }, "is outside its memory (0x0 to 0x");
            yield return Case(s_copy with { Destination = 1L << 40 }, "is outside its memory (0x0 to 0x");
            yield return Case(s_copy with { Computation = SimTime.FromPicoseconds(-1) }, "Computation = -1 ps: must be 0 or more");
            yield return Case(s_copy with { Hidden = SimTime.FromPicoseconds(-1) }, "Hidden = -1 ps: must be 0 or more");
            yield return Case(s_copy with { MissOverhead = SimTime.FromPicoseconds(-1) }, "MissOverhead = -1 ps: must be 0 or more");
            yield return Case(s_copy with { LinesAhead = 17 }, "LinesAhead = 17: must be 0 to 16");
            yield return Case(s_copy with { LinesAhead = -1 }, "LinesAhead = -1: must be 0 to 16");

            TestCaseData Case(CoreTask task, string message) => new TestCaseData(messages, task, message).SetArgDisplayNames(messages ? "messages" : "lines", message);
        }
    }

    [TestCaseSource(nameof(Wrong))]
    public void Impossible_tasks_are_one_error(bool messages, CoreTask task, string message) =>
        Assert.That(() => Run(messages, task, new End()), Throws.TypeOf<SimulationException>().With.Message.Contains(message));

    [Test]
    public void Address_that_the_caches_cannot_tell_from_one_in_memory_is_refused()
    {
        // Line 0x100 comes again with every multiple of the numbers that the tags of the first-level cache hold.
        (Simulator simulator, CorePort port) = Port();
        var end = new End();
        port.Run(s_copy with { WriteBytes = 0 }, end);
        simulator.Run();
        long alias = ((1L << 32) << 9) * Line;
        Assert.That(() => port.Run(s_copy with { Source = 0x10000 + alias, WriteBytes = 0 }, end), Throws.TypeOf<SimulationException>().With.Message.EndsWith("there are no such addresses"));
    }

    [Test]
    public void Somebody_must_be_told_of_the_end([Values] bool messages) =>
        Assert.That(() => Run(messages, s_copy, null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("target"));

    [Test]
    public void Core_of_messages_needs_a_port_a_line_and_a_clock()
    {
        MemoryPort cache = Cache(new Simulator());
        Assert.Multiple(() =>
        {
            Assert.That(() => new MessageCore(null!, Line, 1.Gigahertz()), Throws.ArgumentNullException);
            Assert.That(() => new MessageCore(cache, 0, 1.Gigahertz()), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("lineBytes = 0: must be a power of two from 1 to 65536"));
            Assert.That(() => new MessageCore(cache, 48, 1.Gigahertz()), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("lineBytes = 48: must be a power of two"));
            Assert.That(() => new MessageCore(cache, 32, default), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("frequency is not set: must be above 0"));
        });
    }

    [Test]
    public void Task_without_lines_is_its_computation([Values] bool messages)
    {
        var end = new End();
        Run(messages, new CoreTask(-5, 0, -7, 0, 3.Microseconds(), 0), end);
        Assert.That(end.At, Is.EqualTo(3.Microseconds()));
    }

    [Test]
    public void Fewer_lines_under_way_make_a_copy_into_cached_lines_longer()
    {
        var times = new List<SimTime>();
        foreach (int mshrs in (int[])[16, 8, 4, 2, 1])
        {
            CpuWork work = (new OutOfOrderCpuModel { Mshrs = mshrs }).Work(new HostTask(HostTaskKind.Copy, "a", "b", 4096, 4, 4096), Line / 2);
            Simulator simulator = new();
            CorePort port = new ReservationMemorySystem(simulator, TransactionPresets.Get("LPDDR4_3200_2x16"), 1.Gibibytes(), new MesiOptions { LineBytes = Line / 2 }).AddCore("a", 64.Kibibytes(), 2, 1.Gigahertz());
            var end = new End();
            port.Run(new CoreTask(0, 0, 0x8a000, work.WriteBytes, default, 0), end);
            simulator.Run();
            SimTime warm = end.At;
            port.Run(new CoreTask(0x10000, work.ReadBytes, 0x8a000, work.WriteBytes, SimTime.FromNanoseconds(work.Cycles), work.HidesReadMisses ? work.LinesAhead : 0,
                SimTime.FromNanoseconds(work.HiddenCycles), SimTime.FromNanoseconds(work.MissCycles)), end);
            simulator.Run();
            times.Add(end.At - warm);
        }

        TestContext.Out.WriteLine(string.Join(", ", times));
        Assert.That(times, Is.Ordered);
        Assert.That(times[^1].Nanoseconds, Is.GreaterThan(3 * times[0].Nanoseconds));
        Assert.That(times[3].Nanoseconds, Is.GreaterThan(1.5 * times[0].Nanoseconds));
    }

    private sealed class End : EventTarget
    {
        public SimTime At { get; private set; }

        public override void Handle(SimTime now, long tag) => At = now;
    }
}
