using BenchmarkDotNet.Attributes;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Coherence;
using Smaug.Memory.Dma;

namespace Smaug.Benchmarks;

/// <summary>Memory transactions through the directory-coherent system; one operation is one line transaction.</summary>
[MemoryDiagnoser]
public class MemorySystemBenchmarks
{
    private const int Transactions = 100_000;

    private Simulator _simulator = null!;
    private Streamer _hits = null!;
    private Streamer _misses = null!;
    private DmaEngine _dma = null!;
    private Sink _sink = null!;

    /// <summary>Builds the system and warms its caches.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _simulator = new Simulator();
        BandwidthLatencyMemory memory = new(_simulator, "dram");
        MesiMemorySystem system = new(_simulator, memory.Port);
        _hits = new Streamer(_simulator, system.AddCache("near", 64.Kibibytes(), 2), 32 * 1024);
        _misses = new Streamer(_simulator, system.AddCache("far", 64.Kibibytes(), 2), 1024 * 1024);
        _dma = new DmaEngine(_simulator, "dma", system.AddDma("dma"), new DmaOptions { FlushCyclesPerLine = 0 });
        _sink = new Sink();
        CacheHits();
        CacheMisses();
    }

    /// <summary>Reads that hit a private cache.</summary>
    [Benchmark(OperationsPerInvoke = Transactions)]
    public void CacheHits() => _hits.Run(Transactions);

    /// <summary>Reads that hit the shared L2, with replacement in the private cache.</summary>
    [Benchmark(OperationsPerInvoke = Transactions)]
    public void CacheMisses() => _misses.Run(Transactions);

    /// <summary>DMA reads of uncached lines.</summary>
    [Benchmark(OperationsPerInvoke = Transactions)]
    public void DmaLines()
    {
        _dma.Start(DmaDirection.Load, 64 * 1024 * 1024, Transactions * 64L, _sink);
        _simulator.Run();
    }

    private sealed class Sink : EventTarget
    {
        public override void Handle(SimTime now, long tag) { }
    }

    private sealed class Streamer(Simulator simulator, MemoryPort port, int bytes) : IMemoryRequester
    {
        private readonly MemoryRequest[] _requests = [.. Enumerable.Range(0, 8).Select(_ => new MemoryRequest())];
        private long _next;
        private int _left;

        public void Run(int count)
        {
            _left = count;
            foreach (MemoryRequest request in _requests) Send(request);
            simulator.Run();
        }

        public void Complete(MemoryRequest request) => Send(request);

        public void Retry(MemoryPort retried) { }

        private void Send(MemoryRequest request)
        {
            if (_left <= 0) return;
            _left--;
            request.Set(this, MemoryCommand.Read, _next, 64);
            _next = (_next + 64) % bytes;
            port.TrySend(request, this);
        }
    }
}
