using BenchmarkDotNet.Attributes;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Benchmarks;

/// <summary>
/// The classic hold model: with a fixed number of pending events, every event that is handled schedules one more at a
/// random distance (uniform up to 1 us, whole 250 ps). One operation is one event: 12 M events/s are 83 ns.
/// </summary>
[MemoryDiagnoser]
public class EventKernelBenchmarks
{
    private const int EventsPerRun = 1_000_000;

    private Simulator _simulator = null!;
    private Hold _hold = null!;

    /// <summary>Number of pending events.</summary>
    [Params(16, 1_000, 100_000)]
    public int Pending { get; set; }

    /// <summary>Fills the queue.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _simulator = new Simulator();
        _hold = new Hold(_simulator);
        for (int i = 0; i < Pending; i++) _simulator.Schedule(new SimTime(i * 250L % 1_000_000), _hold, i);
    }

    /// <summary>Handles a million events.</summary>
    [Benchmark(OperationsPerInvoke = EventsPerRun)]
    public long Events()
    {
        _hold.Left = EventsPerRun;
        _simulator.Run();
        return _simulator.EventsExecuted;
    }

    private sealed class Hold(Simulator simulator) : EventTarget
    {
        private uint _random = 12345;

        public int Left { get; set; }

        public override void Handle(SimTime now, long tag)
        {
            _random = (_random * 1664525) + 1013904223;
            simulator.Schedule(new SimTime(now.Picoseconds + 250 + ((_random >> 20) * 250L)), this, tag);
            if (--Left == 0) simulator.Stop();
        }
    }
}
