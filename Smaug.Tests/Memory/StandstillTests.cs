using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Caches;
using Smaug.Memory.Coherence;
using Smaug.Memory.Interconnect;

namespace Smaug.Tests.Memory;

/// <summary>Systems above a memory that never answers: retries that go on for ever are reported, with who waits, as events that have ended are.</summary>
public class StandstillTests
{
    [Test]
    public void Caches_that_wait_for_one_line_of_a_memory_that_never_answers_are_reported()
    {
        var simulator = new Simulator();
        var bus = new CoherentCrossbar(simulator, "bus", new SilentMemory(simulator));
        foreach (string core in (string[])["a", "b"])
        {
            MemoryPort port = new Cache(simulator, core, bus, new CacheOptions()).Port;
            simulator.Start($"process {core}", async () => await port.ReadAsync(0x40, 8));
        }

        Check(simulator, "bus waits for answers from 'silent' to 1 requests");
    }

    [Test]
    public void Requests_that_are_recycled_for_ever_are_reported()
    {
        var simulator = new Simulator();
        var system = new MesiMemorySystem(simulator, new SilentMemory(simulator), new MesiOptions { RecycleCycles = 1 });
        foreach (string engine in (string[])["a", "b"])
        {
            MemoryPort port = system.AddDma(engine);
            simulator.Start($"process {engine}", async () => await port.ReadAsync(0x40, 8));
        }

        Check(simulator, "process a");
    }

    private static void Check(Simulator simulator, string who) => Assert.That(() => simulator.Run(), Throws.TypeOf<SimulationException>()
        .With.Message.StartsWith("livelock at ").And.Message.Contains("nothing has happened in 8,388,608 events but that what waits was tried again: does a memory never answer?").And.Message.Contains(who));
}
