using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Aladdin.Device;
using Smaug.Accelerators.Tracing;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Dma;

namespace Smaug.Tests.Integration;

/// <summary>The trace-driven accelerator as a component: life cycle, command queue, limits and errors.</summary>
public class AladdinDeviceTests
{
    private const long Flag = 0x8000;

    [Test]
    public void AnInvocationEndsAfterItsTransfersAndWakesTheCpu()
    {
        Bench bench = new(Loads(1, 64));
        AladdinInvocation invocation = bench.Invoke();
        Assert.Multiple(() =>
        {
            // One line of flush (12 cycles) and one read of 60.5 ns and more before the last cycle.
            Assert.That(invocation.Cycles, Is.GreaterThan(12 + 60));
            Assert.That(invocation.Finished - invocation.Activated, Is.EqualTo(SimTime.FromNanoseconds(invocation.Cycles - 1)));
            Assert.That(invocation.Signalled, Is.GreaterThan(invocation.Finished));
            Assert.That(bench.Device.IsBusy, Is.False);
            Assert.That(bench.Device.TotalCycles, Is.EqualTo(invocation.Cycles));
        });
    }

    [Test]
    public void QueuedInvocationsRunOneAfterAnother()
    {
        Bench bench = new(Loads(2, 64, invocations: 3));
        for (int i = 0; i < 3; i++) bench.Device.Activate(Flag);
        bench.Simulator.Run();
        IReadOnlyList<AladdinInvocation> ran = bench.Device.Invocations;
        Assert.That(ran, Has.Count.EqualTo(3));
        Assert.That(ran[1].Activated, Is.EqualTo(ran[0].Signalled));
        Assert.That(ran[2].Activated, Is.EqualTo(ran[1].Signalled));
    }

    [Test]
    public void AQueuedChangeOfMemoryTypeWaitsForTheInvocationBeforeIt()
    {
        Bench bench = new(HostLoads(invocations: 2));
        bench.Device.Activate(Flag);
        bench.Device.SetMemoryType("host", ArrayMemory.Acp);
        bench.Device.Activate(Flag);
        bench.Simulator.Run();
        // DMA pays 12 cycles of flush for each of four lines, the coherency port nothing.
        Assert.That(bench.Device.Invocations[0].Cycles, Is.GreaterThan(bench.Device.Invocations[1].Cycles + 40));
    }

    [Test]
    public void SeveralDevicesRunAtOnce()
    {
        Bench alone = new(Loads(1, 4096));
        long cycles = alone.Invoke().Cycles;
        Bench bench = new(Loads(1, 4096));
        AladdinDevice second = bench.AddDevice("acc1", Loads(1, 4096));
        bench.Device.Activate(Flag);
        second.Activate(Flag + 64);
        bench.Simulator.Run();
        Assert.That(second.Invocations[0].Finished - second.Invocations[0].Activated, Is.LessThan(SimTime.FromNanoseconds(2 * cycles)));
        Assert.That(bench.Device.Invocations, Has.Count.EqualTo(1));
    }

    [Test]
    public void MoreThanAHundredTransfersWaitForAPlace()
    {
        Bench bench = new(Loads(150, 64));
        Assert.That(bench.Invoke().Cycles, Is.GreaterThan(150 * 12));
    }

    [Test]
    public void TwoTransfersInFlightFromOneAddressAreAnError()
    {
        Bench bench = new(Trace(1, (t, host, local) =>
        {
            t.DmaLoad(local, host, 64);
            t.DmaLoad(local.At(64), host, 128);
        }));
        Assert.That(() => bench.Invoke(), Throws.TypeOf<SimulationException>().With.Message.Contains("both start at host address").And.Message.Contains("fence"));
    }

    [Test]
    public void AccessesThroughAMissingCoherencyPortAreAnError()
    {
        Bench bench = new(HostLoads(1), acp: false);
        bench.Device.SetMemoryType("host", ArrayMemory.Acp);
        Assert.That(() => bench.Invoke(), Throws.TypeOf<SimulationException>().With.Message.Contains("enable_acp"));
    }

    [Test]
    public void ATransferOutsideTheMappedArrayIsAnError()
    {
        Bench bench = new(Loads(1, 64));
        bench.Device.MapArray("host", 0x4000, 32);
        Assert.That(() => bench.Invoke(), Throws.TypeOf<SimulationException>().With.Message.Contains("of which 32 bytes are mapped"));
    }

    [Test]
    public void ActivationBeyondTheTraceIsAnError()
    {
        Bench bench = new(Loads(1, 64));
        bench.Invoke();
        Assert.That(() => bench.Device.Activate(Flag), Throws.TypeOf<SimulationException>().With.Message.Contains("its trace has 1 invocations"));
    }

    [Test]
    public void AMemoryThatNeverAnswersIsReportedWithWhoWaits()
    {
        Bench bench = new(Loads(1, 64), silent: true);
        bench.Device.Activate(Flag);
        Assert.That(() => bench.Simulator.Run(), Throws.TypeOf<SimulationException>()
            .With.Message.Contains("deadlock").And.Message.Contains("acc0 waits for 1 DMA transfers"));
    }

    [Test]
    public void LocalArraysHaveNoMemoryTypeToChoose()
    {
        Bench bench = new(Loads(1, 64));
        Assert.That(() => bench.Device.SetMemoryType("local", ArrayMemory.Acp), Throws.TypeOf<ConfigurationException>().With.Message.Contains("local to the accelerator"));
    }

    private static KernelTrace Loads(int transfers, int bytes, int invocations = 1) => Trace(invocations, (t, host, local) =>
    {
        for (int i = 0; i < transfers; i++) t.DmaLoad(local.At(i * bytes / 4), host.At(i * bytes / 4), bytes);
    });

    // The size is computed, so that the node has an incoming register dependence and takes its array's memory type.
    private static KernelTrace HostLoads(int invocations) => Trace(invocations, (t, host, local) =>
        t.HostLoad(local, host, t.IntParameter("bytes", 128) + t.IntParameter("more", 128)));

    private static KernelTrace Trace(int invocations, Action<KernelTracer, TracedArray<TracedInt>, TracedArray<TracedInt>> body)
    {
        using KernelTracer tracer = new();
        TracedArray<TracedInt> host = tracer.ArrayParameter<TracedInt>("host", 16384);
        TracedArray<TracedInt> local = tracer.ArrayParameter<TracedInt>("local", 16384);
        for (int i = 0; i < invocations; i++)
        {
            using KernelInvocation invocation = tracer.Begin("kernel");
            body(tracer, host, local);
        }

        return tracer.Finish();
    }

    /// <summary>Devices on one memory of fixed latency.</summary>
    private sealed class Bench
    {
        private readonly MemoryPort _port;
        private readonly bool _acp;

        public Bench(KernelTrace trace, bool acp = true, bool silent = false)
        {
            Simulator = new Simulator();
            _acp = acp;
            _port = silent ? new SilentPort(Simulator) : new BandwidthLatencyMemory(Simulator, "memory").Port;
            Device = AddDevice("acc0", trace);
        }

        public Simulator Simulator { get; }

        public AladdinDevice Device { get; }

        public AladdinDevice AddDevice(string name, KernelTrace trace)
        {
            var configuration = new DatapathConfiguration { Arrays = [DatapathArray.Cyclic("local", 65536, 4, 8)] };
            return new AladdinDevice(Simulator, name, AladdinAccelerator.Create(trace, configuration), new AladdinPorts(_port, _port, _acp ? _port : null),
                new AladdinDeviceOptions { Dma = new DmaOptions { Frequency = 1.Gigahertz() } });
        }

        public AladdinInvocation Invoke()
        {
            Simulator.Start("host", () => Device.InvokeAsync(Flag));
            Simulator.Run();
            return Device.Invocations[^1];
        }
    }

    private sealed class SilentPort(Simulator simulator) : MemoryPort(simulator, "silent")
    {
        public override bool TrySend(MemoryRequest request, IMemoryRequester sender) => true;
    }
}
