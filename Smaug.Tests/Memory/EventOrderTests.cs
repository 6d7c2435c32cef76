using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Analytical;
using Smaug.Memory.Caches;
using Smaug.Memory.Classic;
using Smaug.Memory.Coherence;
using Smaug.Memory.Controllers;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Reservation;

namespace Smaug.Tests.Memory;

/// <summary>
/// The order of events: five agents access random lines of a memory system, and every answer is noted with its time, agent and address in
/// the order in which they come. Twenty repetitions give the same list, and so do simulations side by side on any number of host threads.
/// </summary>
public class EventOrderTests
{
    private const int Line = 64;

    private static readonly string[] s_systems = ["directory", "directory with four banks", "line by line", "classic"];

    [TestCaseSource(nameof(s_systems))]
    public void The_order_of_events_is_the_same_on_twenty_repetitions(string system)
    {
        IReadOnlyList<Answer> first = Run(system);
        Assert.That(first, Has.Count.EqualTo(5 * Walk.Accesses));
        for (int i = 1; i < 20; i++) Assert.That(Run(system).SequenceEqual(first), Is.True, $"repetition {i}");
    }

    [Test]
    public void The_order_of_events_is_the_same_on_any_number_of_host_threads([ValueSource(nameof(s_systems))] string system, [Values(2, 5, 8)] int threads)
    {
        IReadOnlyList<Answer> alone = Run(system);
        var beside = new IReadOnlyList<Answer>[threads];
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => beside[i] = Run(system));
        Assert.That(beside.All(b => b.SequenceEqual(alone)), Is.True);
    }

    [TestCaseSource(nameof(s_systems))]
    public void Another_seed_gives_another_order(string system) => Assert.That(Run(system, seed: 2).SequenceEqual(Run(system)), Is.False);

    private static List<Answer> Run(string system, int seed = 1)
    {
        Simulator simulator = new();
        List<Answer> answers = [];
        MemoryPort[] ports = [.. Ports(system, simulator)];
        for (int agent = 0; agent < ports.Length; agent++) new Walk(simulator, ports[agent], agent, seed, answers).Begin();
        simulator.Run();
        return answers;
    }

    private static IEnumerable<MemoryPort> Ports(string system, Simulator simulator)
    {
        MesiOptions mesi = new() { LineBytes = Line, L2Size = 4.Kibibytes(), L2Ways = 4, L2Banks = system.EndsWith("banks", StringComparison.Ordinal) ? 4 : 1 };
        if (system == "line by line")
        {
            var lines = new ReservationMemorySystem(simulator, TransactionPresets.Get("DDR3_1600_8x8"), 16.Mebibytes(), mesi);
            for (int i = 0; i < 3; i++) yield return lines.AddCore($"cpu{i}", 512.Bytes(), 2);
            yield return lines.AddDma("dma", new DmaOptions { LineBytes = Line });
            yield return lines.AddAcp("acp", new AcpOptions { LineBytes = Line });
            yield break;
        }

        MemoryPort dram = new DramMemory(simulator, "dram", TransactionPresets.Get("DDR3_1600_8x8"), size: 16.Mebibytes()).Port;
        if (system == "classic")
        {
            var classic = new ClassicMemorySystem(simulator, dram, new ClassicOptions { L2Size = 4.Kibibytes(), L2Ways = 4, Prefetcher = PrefetcherKind.Tagged });
            for (int i = 0; i < 2; i++) yield return classic.AddCache($"cpu{i}", new CacheOptions { Size = 512.Bytes() });
            yield return classic.AddAcceleratorCache("accelerator", new CacheOptions { Size = 512.Bytes() });
            yield return classic.AddDma("dma");
            yield return classic.AddAcp("acp", 128.Bytes());
            yield break;
        }

        var directory = new MesiMemorySystem(simulator, dram, mesi);
        for (int i = 0; i < 3; i++) yield return directory.AddCache($"cpu{i}", 512.Bytes(), 2);
        yield return directory.AddDma("dma");
        yield return directory.AddAcp("acp");
    }

    private readonly record struct Answer(long Time, int Agent, long Address, MemoryCommand Command);

    private sealed class Walk(Simulator simulator, MemoryPort port, int agent, int seed, List<Answer> answers) : EventTarget, IMemoryRequester
    {
        public const int Accesses = 2000;

        private readonly Random _random = new((seed * 100) + agent);
        private readonly MemoryRequest _request = new();
        private int _left = Accesses;

        public void Begin() => simulator.Schedule(simulator.Now, this);

        public override void Handle(SimTime now, long tag)
        {
            if (_left-- == 0) return;
            _request.Set(this, _random.Next(3) == 0 ? MemoryCommand.Write : MemoryCommand.Read, _random.Next(200) * Line, Line, agent);
            port.TrySend(_request, this);
        }

        public void Complete(MemoryRequest request)
        {
            answers.Add(new Answer(simulator.Now.Picoseconds, agent, request.Address, request.Command));
            simulator.ScheduleAfter(new SimTime(_random.Next(6) * 250), this);
        }

        public void Retry(MemoryPort retried) => port.TrySend(_request, this);
    }
}
