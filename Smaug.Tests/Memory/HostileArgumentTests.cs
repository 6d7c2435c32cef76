using Smaug.Core;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Classic;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Levels;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Reservation;
using Smaug.Memory.Scratchpads;

namespace Smaug.Tests.Memory;

/// <summary>Arguments that are missing or cannot be are errors where they are given, not somewhere inside.</summary>
public class HostileArgumentTests
{
    private static TransactionConfiguration Channel => TransactionPresets.Get("LPDDR4_3200_2x16");

    private static DramMemory Dram(Simulator simulator) => new(simulator, "dram", Channel);

    private static ReservationMemorySystem Lines(Simulator simulator) => new(simulator, Channel, 1.Gibibytes());

    [Test]
    public void Missing_arguments_are_named()
    {
        var simulator = new Simulator();
        DramMemory dram = Dram(simulator);
        var classic = new ClassicMemorySystem(simulator, dram.Port);
        ReservationMemorySystem lines = Lines(new Simulator());
        Assert.Multiple(() =>
        {
            Missing("memory", () => _ = new MesiMemorySystem(simulator, null!));
            Missing("simulator", () => _ = new MesiMemorySystem(null!, dram.Port));
            Missing("memory", () => _ = new ClassicMemorySystem(simulator, null!));
            Missing("simulator", () => _ = new ClassicMemorySystem(null!, dram.Port));
            Missing("port", () => _ = new DmaEngine(simulator, "d", null!));
            Missing("simulator", () => _ = new DmaEngine(null!, "d", dram.Port));
            Missing("port", () => _ = new AcpEngine(simulator, "a", null!));
            Missing("options", () => classic.AddCache("a", null!));
            Missing("options", () => classic.AddAcceleratorCache("a", null!));
            Missing("configuration", () => _ = new DramMemory(simulator, "m", null!));
            Missing("model", () => _ = new DramMemory(simulator, "m", null!, 1.Gibibytes()));
            Missing("simulator", () => _ = new DramMemory(null!, "m", Channel));
            Missing("dram", () => _ = new ReservationMemorySystem(simulator, (TransactionConfiguration)null!, 1.Gibibytes()));
            Missing("dram", () => _ = new ReservationMemorySystem(simulator, (DramModel)null!, 1.Gibibytes()));
            Missing("options", () => lines.AddDma("d", null!));
            Missing("options", () => lines.AddAcp("a", null!));
            Missing("options", () => _ = new Scratchpad(simulator, "pad", null!));
        });
    }

    [Test]
    public void Flush_costs_need_a_clock()
    {
        Assert.That(() => DmaOptions.FlushCycles(12.Nanoseconds(), 0), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("cycleTimeNanoseconds = 0: must be 1 to 2147483647"));
        Assert.That(() => DmaOptions.FlushCycles(new SimTime(-1), 1), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("latency = "));
    }

    [Test]
    public void Transfers_have_one_of_two_directions()
    {
        var simulator = new Simulator();
        var engine = new DmaEngine(simulator, "d", Dram(simulator).Port);
        Assert.That(() => engine.Start((DmaDirection)9, 0, 64, engine), Throws.TypeOf<SimulationException>().With.Message.EqualTo("d: direction 9 of a transfer: must be Load or Store"));
        Assert.That(engine.TransfersUnderWay, Is.Zero);
    }

    [Test]
    public void Names_of_endpoints_are_their_own()
    {
        ReservationMemorySystem lines = Lines(new Simulator());
        lines.AddCore("one", 64.Kibibytes(), 2);
        Assert.That(() => lines.AddCore("one", 64.Kibibytes(), 2), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("endpoint 'one': the system has one of this name already"));
        Assert.That(() => lines.AddDma("one", new DmaOptions()), Throws.TypeOf<ConfigurationException>());
        lines.AddDma("two", new DmaOptions());
    }

    [Test]
    public void Cycles_of_a_scratchpad_do_not_go_back()
    {
        var pad = new Scratchpad(new Simulator(), "pad", new ScratchpadOptions { Bytes = 256, WordBytes = 4 });
        pad.TryAccess(5, 0, isWrite: false);
        Assert.That(() => pad.TryAccess(4, 0, isWrite: false), Throws.TypeOf<SimulationException>().With.Message.EqualTo("scratchpad 'pad': an access in cycle 4, after one in cycle 5: cycles may not go back"));
    }

    private static void Missing(string name, Action make) => Assert.That(make, Throws.ArgumentNullException.With.Property(nameof(ArgumentException.ParamName)).EqualTo(name));
}
