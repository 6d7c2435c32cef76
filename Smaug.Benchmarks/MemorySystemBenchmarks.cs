using BenchmarkDotNet.Attributes;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Analytical;
using Smaug.Memory.Coherence;
using Smaug.Memory.Cores;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Reservation;

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

/// <summary>Memory transactions through the reservation model with a DRAM channel; one operation is one line transaction.</summary>
[MemoryDiagnoser]
public class ReservationBenchmarks
{
    private const int Transactions = 100_000;
    private const int Line = 32;

    private readonly Sink _sink = new();
    private Simulator _simulator = null!;
    private CorePort _core = null!;
    private MemoryPort _dma = null!;
    private MemoryPort _acp = null!;

    /// <summary>Builds the tutorial's memory system and warms it.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _simulator = new Simulator();
        var options = new MesiOptions { LineBytes = Line, L2Ways = 16 };
        ReservationMemorySystem system = new(_simulator, TransactionPresets.Get("LPDDR4_3200_2x16"), 4.Gibibytes(), options);
        _core = system.AddCore("core", 64.Kibibytes(), 2, 1.Gigahertz());
        _dma = system.AddDma("dma", new DmaOptions { LineBytes = Line });
        _acp = system.AddAcp("acp", new AcpOptions { LineBytes = Line });
        DmaLoad();
        PortReads();
        CoreCopy();
    }

    /// <summary>DMA loads of uncached lines, 4 KiB at a time.</summary>
    [Benchmark(OperationsPerInvoke = Transactions)]
    public void DmaLoad()
    {
        for (int i = 0; i < Transactions; i += 128) Send(_dma, (1L << 30) + (i * Line), 128 * Line);
        _simulator.Run();
    }

    /// <summary>Reads of the coherency port that hit the shared L2.</summary>
    [Benchmark(OperationsPerInvoke = Transactions)]
    public void PortReads()
    {
        for (int i = 0; i < Transactions; i += 10_000) Send(_acp, 1L << 20, 10_000 * Line);
        _simulator.Run();
    }

    /// <summary>A core copies: half of the transactions are reads, half are writes; all miss its cache, most the L2.</summary>
    [Benchmark(OperationsPerInvoke = Transactions)]
    public void CoreCopy()
    {
        _core.Run(new CoreTask(1L << 31, Transactions / 2 * Line, (1L << 31) + (1L << 24), Transactions / 2 * Line, default, LinesAhead: 13), _sink);
        _simulator.Run();
    }

    private void Send(MemoryPort port, long address, int bytes)
    {
        if (!_sink.Free.TryPop(out MemoryRequest? request)) request = new MemoryRequest();
        request.Set(_sink, MemoryCommand.Read, address, bytes);
        port.TrySend(request, _sink);
    }

    private sealed class Sink : EventTarget, IMemoryRequester
    {
        public Stack<MemoryRequest> Free { get; } = new();

        public override void Handle(SimTime now, long tag) { }

        public void Complete(MemoryRequest request) => Free.Push(request);

        public void Retry(MemoryPort port) { }
    }
}
