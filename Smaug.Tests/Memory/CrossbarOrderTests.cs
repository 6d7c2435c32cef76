using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Analytical;
using Smaug.Memory.Classic;
using Smaug.Memory.Interconnect;

namespace Smaug.Tests.Memory;

/// <summary>When a crossbar carries the next request: after one that was refused below, and when it becomes free just as an answer comes.</summary>
public class CrossbarOrderTests
{
    [Test]
    public void AWriteThatIsTakenAtTheSecondOfferKeepsTheLayerAsLongAsOneThatIsTakenAtOnce()
    {
        List<SimTime> offers = Offers(takesAgainAt: 20.Nanoseconds());
        // 64 bytes in parts of 16: a cycle, and four more.
        Assert.That(offers, Is.EqualTo(new[] { SimTime.Zero, 20.Nanoseconds(), 25.Nanoseconds(), 30.Nanoseconds() }));
    }

    [Test]
    public void ARefusalTakesTheLayerForACycleInWhichItCannotBeOfferedAgain()
    {
        List<SimTime> offers = Offers(takesAgainAt: 500.Picoseconds());
        Assert.That(offers, Is.EqualTo(new[] { SimTime.Zero, 1.Nanoseconds(), 6.Nanoseconds(), 11.Nanoseconds() }));
    }

    /// <summary>
    /// Stores of whole lines that lie in the L2: per line, the request takes the bus for a cycle and the line that leaves for one and
    /// its two parts. The bus never stands still only if the lines that leave have filled the write buffers when it becomes free
    /// together with an answer; 4.2 cycles otherwise. The reference's micro-benchmark measures the same (l2warm, 64-byte lines).
    /// </summary>
    [Test]
    public void AStreamOfStoresThroughACoherencyPortTakesWhatTheBusNeedsForItsLines()
    {
        long[] cycles = [.. new[] { 64, 128, 256, 512 }.Select(CyclesOfStores)];
        Assert.That(new[] { cycles[1] - cycles[0], cycles[2] - cycles[1], cycles[3] - cycles[2] }, Is.EqualTo(new[] { 64 * 4L, 128 * 4L, 256 * 4L }));
    }

    private static long CyclesOfStores(int lines)
    {
        const int LineBytes = 64;
        Simulator simulator = new();
        BandwidthLatencyMemory memory = new(simulator, "dram");
        ClassicMemorySystem system = new(simulator, memory.Port, new ClassicOptions { LineBytes = LineBytes });
        AcpEngine acp = new(simulator, "acp", system.AddAcp("front", new ByteSize(128)), new AcpOptions { LineBytes = LineBytes });
        Ends ends = new();
        acp.Start(isStore: false, 0, lines * LineBytes, ends);
        simulator.Run();
        SimTime begin = new(simulator.Now.Picoseconds / 1000 * 1000 + 1_000_000);
        simulator.RunUntil(begin);
        acp.Start(isStore: true, 0, lines * LineBytes, ends);
        simulator.Run();
        Assert.That(ends.Times, Has.Count.EqualTo(2));
        return (ends.Times[1] - begin).Picoseconds / 1000;
    }

    private static List<SimTime> Offers(SimTime takesAgainAt)
    {
        Simulator simulator = new();
        RefusingMemory memory = new(simulator, takesAgainAt);
        CoherentCrossbar crossbar = new(simulator, "bus", memory);
        for (int i = 0; i < 3; i++)
        {
            MemoryPort port = crossbar.AddPort($"dma{i}");
            long address = i * 64;
            simulator.Start($"host{i}", async () => await port.WriteAsync(address, 64, attributes: MemoryAttributes.Uncacheable));
        }

        simulator.Run();
        return memory.Offers;
    }

    private sealed class Ends : EventTarget
    {
        public List<SimTime> Times { get; } = [];

        public override void Handle(SimTime now, long tag) => Times.Add(now);
    }

    /// <summary>Refuses the first request, and calls for it at a time; takes all others.</summary>
    private sealed class RefusingMemory(Simulator simulator, SimTime takesAgainAt) : MemoryPort(simulator, "memory")
    {
        public List<SimTime> Offers { get; } = [];

        public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
        {
            Offers.Add(Simulator.Now);
            if (Offers.Count == 1)
            {
                Simulator.Schedule(takesAgainAt, new Call(() => sender.Retry(this)));
                return false;
            }

            request.HeaderDelay = request.PayloadDelay = SimTime.Zero;
            Simulator.Schedule(Simulator.Now + 100.Nanoseconds(), new Call(request.Respond));
            return true;
        }

        private sealed class Call(Action action) : EventTarget
        {
            public override void Handle(SimTime now, long tag) => action();
        }
    }
}
