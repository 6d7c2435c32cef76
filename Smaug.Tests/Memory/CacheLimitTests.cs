using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Caches;

namespace Smaug.Tests.Memory;

/// <summary>Replacement, prefetching, and what a cache does when its registers and buffers are in use.</summary>
public class CacheLimitTests
{
    private const int LineBytes = 64;
    private static readonly CacheOptions s_oneSet = new() { Size = (4 * LineBytes).Bytes(), Ways = 4 };

    [TestCase(ReplacementPolicy.LeastRecentlyUsed, 1)]
    [TestCase(ReplacementPolicy.TreePseudoLeastRecentlyUsed, 2)]
    public void TheVictimIsThatOfThePolicy(ReplacementPolicy policy, int victim)
    {
        Fixture f = new(s_oneSet with { Replacement = policy });
        // Line 1 has not been used longest. The tree points away from 0 to the other half, and there away from 3.
        foreach (int line in new[] { 0, 1, 2, 3, 0, 4 })
        {
            f.Send(line * LineBytes);
            f.Simulator.Run();
        }

        Assert.That(Enumerable.Range(0, 5).Where(l => f.Cache.StateOf(l * LineBytes) == 0), Is.EqualTo(new[] { victim }));
    }

    [Test]
    public void AReusedLineIsNotFetchedAgain()
    {
        Fixture f = new(s_oneSet);
        foreach (int line in new[] { 0, 1, 0, 1 })
        {
            f.Send(line * LineBytes);
            f.Simulator.Run();
        }

        Assert.That(f.Memory.Reads, Is.EqualTo(new long[] { 0, 1 }));
    }

    [Test]
    public void RequestsBeyondThePlacesOfARegisterWaitUntilItsLineHasCome()
    {
        Fixture f = new(s_oneSet with { TargetsPerMshr = 2 });
        Assert.That(new[] { f.Send(0), f.Send(8), f.Send(16) }, Is.EqualTo(new[] { true, true, false }));
        f.Simulator.Run();
        Assert.That(f.Client.Answered, Is.EqualTo(new long[] { 0, 8, 16 }));
        Assert.That(f.Memory.Reads, Is.EqualTo(new long[] { 0 }), "the line is fetched once");
    }

    [Test]
    public void WithAllRegistersInUseNotEvenAHitIsTaken()
    {
        Fixture f = new(s_oneSet with { Mshrs = 2 });
        f.Send(0);
        f.Simulator.Run();
        Assert.That(new[] { f.Send(64), f.Send(128), f.Send(0) }, Is.EqualTo(new[] { true, true, false }));
        f.Simulator.Run();
        Assert.That(f.Client.Answered, Has.Count.EqualTo(4));
    }

    [Test]
    public void WithAllWriteBuffersInUseRequestsWaitUntilALineHasLeft()
    {
        Fixture f = new(new CacheOptions { Size = LineBytes.Bytes(), Ways = 1, WriteBuffers = 1 });
        f.Memory.RefuseWriteBacks();
        f.Send(0, MemoryCommand.Write);
        f.Wait();
        f.Send(64);
        f.Wait();
        Assert.That(f.Client.Answered, Is.EqualTo(new long[] { 0, 64 }), "the new line need not wait for the old one");
        Assert.That(f.Send(64), Is.False);
        f.Memory.TakeWriteBacks();
        f.Simulator.Run();
        Assert.That(f.Client.Answered, Is.EqualTo(new long[] { 0, 64, 64 }));
    }

    [Test]
    public void ALineThatIsStillLeavingIsWrittenBeforeItIsFetchedAgain()
    {
        Fixture f = new(new CacheOptions { Size = LineBytes.Bytes(), Ways = 1 });
        f.Memory.RefuseWriteBacks();
        f.Send(0, MemoryCommand.Write, value: 7);
        f.Wait();
        f.Send(64);
        f.Wait();
        f.Send(0);
        f.Memory.TakeWriteBacks();
        f.Simulator.Run();
        Assert.That(f.Client.LastValue, Is.EqualTo(7));
    }

    [Test]
    public void TaggedPrefetchesFollowEveryAccessUpToTheEndOfThePage()
    {
        Fixture f = new(new CacheOptions { Size = 4.Kibibytes(), Ways = 4, Prefetcher = PrefetcherKind.Tagged, PrefetchDegree = 4 });
        f.Send(4096 - (3 * LineBytes));
        f.Simulator.Run();
        Assert.That(f.Memory.Reads, Is.EquivalentTo(new long[] { 61, 62, 63 }));
    }

    [Test]
    public void PrefetchesLeaveRegistersForDemand()
    {
        Fixture f = new(new CacheOptions { Size = 4.Kibibytes(), Ways = 4, Mshrs = 4, Prefetcher = PrefetcherKind.Tagged, PrefetchDegree = 8 });
        f.Send(0);
        f.Simulator.RunUntil(40.Nanoseconds());
        Assert.That(f.Memory.Reads, Is.EquivalentTo(new long[] { 0, 1 }), "two of four registers");
        f.Simulator.Run();
        Assert.That(f.Memory.Reads, Is.EquivalentTo(Enumerable.Range(0, 9).Select(l => (long)l)));
    }

    [TestCase(7, new long[] { 0, 4, 8, 12, 16 })]
    [TestCase(0, new long[] { 0, 4, 8 })]
    public void StridePrefetchesFollowTheInstruction(int instruction, long[] reads)
    {
        Fixture f = new(new CacheOptions { Size = 4.Kibibytes(), Ways = 4, Prefetcher = PrefetcherKind.Stride, PrefetchDegree = 2 });
        foreach (int address in new[] { 0, 256, 512 })
        {
            f.Send(address, instruction: instruction);
            f.Simulator.Run();
        }

        Assert.That(f.Memory.Reads, Is.EquivalentTo(reads));
    }

    private sealed class Fixture
    {
        public Fixture(CacheOptions options)
        {
            Memory = new ValueMemory(Simulator, LineBytes);
            Cache = new Cache(Simulator, "cache", Memory, options);
            Client = new Client();
        }

        public Simulator Simulator { get; } = new();

        public ValueMemory Memory { get; }

        public Cache Cache { get; }

        public Client Client { get; }

        /// <summary>Lets a microsecond pass, after which something may still wait.</summary>
        public void Wait() => Simulator.RunUntil(Simulator.Now + 1.Microseconds());

        public bool Send(long address, MemoryCommand command = MemoryCommand.Read, long value = 0, int instruction = 0)
        {
            MemoryRequest request = new();
            request.Set(Client, command, address, 8);
            request.Value = value;
            request.InstructionId = instruction;
            bool taken = Cache.Port.TrySend(request, Client);
            if (!taken) Client.Waiting.Enqueue(request);
            return taken;
        }
    }

    private sealed class Client : IMemoryRequester
    {
        public List<long> Answered { get; } = [];

        public Queue<MemoryRequest> Waiting { get; } = new();

        public long LastValue { get; private set; }

        public void Complete(MemoryRequest request)
        {
            Answered.Add(request.Address);
            LastValue = request.Value;
        }

        public void Retry(MemoryPort port)
        {
            while (Waiting.TryPeek(out MemoryRequest? request) && port.TrySend(request, this)) Waiting.Dequeue();
        }
    }
}
