using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Interconnect;

namespace Smaug.Tests.Memory;

/// <summary>Invalidations of a requester without copies: every cache drops the line, wherever the requester stands.</summary>
public class InvalidationTests
{
    private const int LineBytes = 64;
    private const long Address = 0x1000;

    [TestCase(true)]
    [TestCase(false)]
    public void No_copy_is_left_and_none_is_written(bool besideTheCores)
    {
        var simulator = new Simulator();
        var memory = new ValueMemory(simulator, LineBytes);
        var bus = new CoherentCrossbar(simulator, "membus", memory);
        var upper = new CoherentCrossbar(simulator, "tol2bus", new Cache(simulator, "l2", bus, new CacheOptions { Size = 16.Kibibytes() }), CrossbarOptions.ToL2);
        MemoryPort core = new Cache(simulator, "l1", upper, new CacheOptions { Size = 1.Kibibytes(), Ways = 1 }).Port;
        MemoryPort device = (besideTheCores ? upper : bus).AddPort("device");

        Access(core, MemoryCommand.Write, Address, 1);
        Access(core, MemoryCommand.Read, Address + 1024);
        Access(core, MemoryCommand.Write, Address, 2);
        Assert.That(Access(core, MemoryCommand.Read, Address), Is.EqualTo(2), "modified in the L1, an older modified copy in the L2");
        Access(device, MemoryCommand.Invalidate, Address);
        Assert.That(Access(core, MemoryCommand.Read, Address), Is.Zero, "what memory has");

        long Access(MemoryPort port, MemoryCommand command, long address, long value = 0)
        {
            var request = new MemoryRequest();
            var requester = new ValueReader(_ => { });
            request.Set(requester, command, address, command == MemoryCommand.Invalidate ? LineBytes : 8);
            request.Value = value;
            Assert.That(port.TrySend(request, requester), Is.True);
            simulator.Run();
            return request.Value;
        }
    }
}
