using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Tests.Memory;

/// <summary>Messages that cross and overtake each other, and what controllers say of messages that cannot come.</summary>
public class MesiRaceTests
{
    private const int LineBytes = 64;

    [Test]
    public void LineGivenBackWhileARecallIsOnItsWayCanBeFetchedAndRecalledAgain()
    {
        // A recall is on its way for longer than it takes to give the line back, fetch it and give it back again.
        MesiOptions options = new() { LineBytes = LineBytes, L2Size = LineBytes.Bytes(), L2Ways = 1, DirectoryCycles = 2000, CarriesValues = true };
        Simulator simulator = new();
        MesiMemorySystem system = new(simulator, Memory(simulator).Port, options);
        MemoryPort core = system.AddCache("core", (4 * LineBytes).Bytes(), 4), other = system.AddCache("other", (4 * LineBytes).Bytes(), 4), dma = system.AddDma("dma");
        List<SimTime> recalls = [];
        simulator.Start("host", async () =>
        {
            for (int round = 0; round < 3; round++)
            {
                await core.ReadAsync(0, 8);
                Task recall = Recall();
                await simulator.Delay(20.Nanoseconds());
                await other.ReadAsync(LineBytes, 8);
                await recall;
            }

            await core.WriteAsync(0, 8);
        });
        simulator.Run();
        Assert.That(recalls, Has.Count.EqualTo(3));
        Assert.That(recalls, Has.All.LessThan(200.Nanoseconds()), "the line given back answers the DMA access");
        Assert.That((system.L2State(0), system.CacheState("core", 0)), Is.EqualTo((3, 3)), "no recall takes the line fetched last");

        async Task Recall()
        {
            SimTime start = simulator.Now;
            await dma.ReadAsync(0, LineBytes);
            recalls.Add(simulator.Now - start);
        }
    }

    [TestCase(8, 1)]
    [TestCase(8, 2)]
    [TestCase(8, 4)]
    [TestCase(4, 0)]
    [TestCase(1, 0)]
    public void NarrowLinksUnderRecallsDeliver(int linkBytes, int seed)
    {
        Simulator simulator = new();
        DramMemory dram = new(simulator, "dram", TransactionPresets.Get("LPDDR4_3200_2x16"), 0, 1.Gibibytes());
        MesiMemorySystem system = new(simulator, dram.Port, new MesiOptions { L2Size = 512.Bytes(), L2Ways = 1, LinkBytesPerCycle = linkBytes });
        MemoryPort[] ports =
        [
            .. Enumerable.Range(0, 3).Select(i => system.AddCache($"core{i}", 256.Bytes(), 2)),
            .. Enumerable.Range(0, 3).Select(i => system.AddDma($"dma{i}")),
        ];
        int ended = 0;
        for (int process = 0; process < ports.Length * 4; process++)
        {
            MemoryPort port = ports[process / 4];
            Random random = new((seed * 100) + (process / 4 * 10) + (process % 4));
            simulator.Start($"process{process}", async () =>
            {
                for (int access = 0; access < 3000; access++)
                {
                    long address = random.Next(12) * LineBytes;
                    if (random.Next(2) == 0) await port.ReadAsync(address, LineBytes);
                    else await port.WriteAsync(address, LineBytes);
                }

                ended++;
            });
        }

        simulator.Run();
        Assert.That(ended, Is.EqualTo(ports.Length * 4));
    }

    [TestCase("l2", MessageKind.MemoryData, "not present")]
    [TestCase("l2", MessageKind.MemoryAck, "not present")]
    [TestCase("l2", MessageKind.Recall, "not present")]
    [TestCase("l2", MessageKind.Unblock, "not present")]
    [TestCase("l2", MessageKind.Data, "not present")]
    [TestCase("directory", MessageKind.RecallData, "not held")]
    [TestCase("directory", MessageKind.PutDirty, "not held")]
    [TestCase("directory", MessageKind.PutClean, "not held")]
    [TestCase("directory", MessageKind.MemoryAck, "not held")]
    [TestCase("core", MessageKind.Data, "not present")]
    [TestCase("core", MessageKind.Ack, "not present")]
    [TestCase("core", MessageKind.WriteBackAck, "not present")]
    [TestCase("core", MessageKind.ForwardGetExclusive, "not present")]
    [TestCase("core", MessageKind.Recall, "not present")]
    [TestCase("dma", MessageKind.DmaData, "no request for the line under way")]
    [TestCase("acp", MessageKind.Data, "no request for the line under way")]
    public void MessageThatCannotComeIsAnErrorThatNamesIt(string receiver, object kind, string state)
    {
        Simulator simulator = new();
        MesiOptions options = new() { LineBytes = LineBytes };
        MemoryPort memory = Memory(simulator).Port;
        MesiFabric fabric = new(memory, options, new MessageNetwork(simulator, "network", options));
        CoherenceController[] controllers =
        [
            new L2Controller(fabric, "l2"),
            new DirectoryController(fabric, "directory", memory),
            new L1Controller(fabric, "core", new TagArray(4 * LineBytes, 2, LineBytes)),
            new DmaController(fabric, "dma"),
            new AcpController(fabric, "acp"),
        ];
        fabric.DirectoryNode = controllers[1].Node;
        CoherenceMessage message = new() { Kind = (MessageKind)kind, Line = 3, Bytes = 8, Source = controllers[0].Node, Destination = controllers.First(c => c.Name == receiver).Node };
        fabric.Network.Send(message, 0);
        SimulationException? error = Assert.Throws<SimulationException>(() => simulator.Run());
        Assert.That(error!.Message, Does.StartWith($"{receiver}: internal error").And.Contain($"{kind} of line 0xc0 from l2").And.Contain($"in state {state}"));
    }

    private static BandwidthLatencyMemory Memory(Simulator simulator) => new(simulator, "dram", new BandwidthLatencyMemoryOptions { Size = 1.Mebibytes() });
}
