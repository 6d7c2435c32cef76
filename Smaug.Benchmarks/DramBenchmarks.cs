using BenchmarkDotNet.Attributes;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Benchmarks;

/// <summary>
/// One million reads through a DDR4-2400 channel, as fast as it accepts them. Targets per request on one core: 0.3 us
/// sequential, 1.1 us random, nothing allocated.
/// </summary>
[MemoryDiagnoser]
public class DramBenchmarks
{
    private const int Requests = 1_000_000;
    private readonly ulong[] _sequential = new ulong[Requests];
    private readonly ulong[] _random = new ulong[Requests];

    /// <summary>Makes the address streams; the random one is that of the golden traces (seed 1, 256 MiB).</summary>
    [GlobalSetup]
    public void CreateStreams()
    {
        ulong state = 1;
        for (int i = 0; i < Requests; i++)
        {
            _sequential[i] = (ulong)i * 64;
            state = 6364136223846793005 * state + 1442695040888963407;
            _random[i] = (state >> 33) % (1 << 22) * 64;
            state = 6364136223846793005 * state + 1442695040888963407;
        }
    }

    /// <summary>64-byte reads in rising order.</summary>
    [Benchmark(OperationsPerInvoke = Requests)]
    public long SequentialReads() => Run(_sequential);

    /// <summary>64-byte reads at random addresses.</summary>
    [Benchmark(OperationsPerInvoke = Requests)]
    public long RandomReads() => Run(_random);

    private static long Run(ulong[] addresses)
    {
        var sink = new Sink();
        var memory = new DramMemory(new DramConfiguration { Preset = DramPresets.Get("DDR4_2400R_8Gb_x8") }, sink);
        for (int i = 0; i < addresses.Length; i++)
        {
            while (!memory.TryEnqueue(addresses[i], isWrite: false, i)) memory.AdvanceTo(memory.NextEventCycle);
            memory.AdvanceTo(memory.Cycle + 1);
        }

        while (memory.HasRequests) memory.AdvanceTo(memory.NextEventCycle);
        return sink.Sum;
    }

    private sealed class Sink : IDramListener
    {
        public long Sum { get; private set; }

        public void OnCompleted(in DramCompletion completion) => Sum += completion.Depart;
    }
}
