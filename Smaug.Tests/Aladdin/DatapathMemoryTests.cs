using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Aladdin.Scheduling;
using Smaug.Accelerators.Tracing;
using Smaug.Core;

namespace Smaug.Tests.Aladdin;

/// <summary>A datapath against a memory system: latencies, refusals, ready bits, deadlock.</summary>
[TestFixture]
internal sealed class DatapathMemoryTests
{
    private static readonly DatapathConfiguration OneArray = new() { Arrays = [DatapathArray.Cyclic("x", 32, 4, 1)] };

    /// <summary>Loads eight words by DMA, doubles them, sends them back.</summary>
    private static KernelTrace Transfer()
    {
        using var tracer = new KernelTracer();
        TracedArray<TracedFloat> x = tracer.ArrayParameter<TracedFloat>("x", 8), host = tracer.ArrayParameter<TracedFloat>("host", 8);
        using (tracer.Begin("k"))
        {
            tracer.DmaLoad(x, host, 32);
            foreach (TracedInt i in tracer.Loop("loop", 8)) x[i] = x[i] + x[i];
            tracer.DmaStore(host, x, 32);
        }
        return tracer.Finish();
    }

    private sealed class Memory(int refusals, int latency) : IDatapathMemory
    {
        private readonly List<(int Cycle, int Node)> underWay = [];
        private int refused;

        public List<DatapathOperation> Taken { get; } = [];

        public int Polls { get; private set; }

        public DatapathIssue Issue(Datapath datapath, in DatapathOperation operation)
        {
            Polls++;
            if (refused++ < refusals) return DatapathIssue.Retry;
            refused = 0;
            Taken.Add(operation);
            if (latency == 0) return DatapathIssue.Done;
            underWay.Add((datapath.Cycle + latency, operation.Node));
            return DatapathIssue.Pending;
        }

        public int Run(Datapath datapath)
        {
            while (!datapath.IsFinished)
            {
                datapath.Step();
                int arrival = underWay.Count > 0 ? underWay.Min(u => u.Cycle) : int.MaxValue;
                if (datapath.IsFinished) break;
                datapath.SkipTo(Math.Max(datapath.Cycle, Math.Min(arrival, datapath.NextCycle)));
                foreach ((int _, int node) in underWay.FindAll(u => u.Cycle <= datapath.Cycle)) datapath.Complete(node);
                underWay.RemoveAll(u => u.Cycle <= datapath.Cycle);
            }
            return datapath.Cycle;
        }
    }

    private static int Cycles(Memory memory)
    {
        using AladdinAccelerator accelerator = AladdinAccelerator.Create(Transfer(), OneArray);
        return memory.Run(accelerator.Begin(memory)!);
    }

    [Test]
    public void Every_cycle_of_latency_and_every_refusal_is_one_cycle_per_transfer()
    {
        int slow = Cycles(new Memory(0, 50));
        Assert.That(Cycles(new Memory(0, 51)), Is.EqualTo(slow + 2), "two transfers, one cycle each");
        Assert.That(Cycles(new Memory(0, 150)), Is.EqualTo(slow + 200), "two transfers, 100 cycles each");
        Assert.That(Cycles(new Memory(7, 50)), Is.EqualTo(slow + 14), "two transfers refused seven times");
        Assert.That(Cycles(new Memory(0, 0)), Is.EqualTo(slow - 99), "the return takes a cycle too and does not wait for the store: one cycle is hidden");
        Assert.That(Cycles(new Memory(50, 0)), Is.EqualTo(slow), "refused for as long as the transfer took");
    }

    [Test]
    public void An_operation_is_offered_until_it_is_taken_and_then_no_more()
    {
        var memory = new Memory(3, 20);
        Cycles(memory);
        Assert.That(memory.Polls, Is.EqualTo(8));
        Assert.That(memory.Taken.Select(o => (o.Kind, o.Interface, o.Bytes)), Is.EqualTo(new[]
        {
            (DatapathOperationKind.DmaLoad, ArrayMemory.Dma, 32L), (DatapathOperationKind.DmaStore, ArrayMemory.Dma, 32L),
        }));
    }

    [Test]
    public void Accesses_of_one_static_instruction_carry_its_number()
    {
        using var tracer = new KernelTracer();
        TracedArray<TracedFloat> x = tracer.ArrayParameter<TracedFloat>("x", 8);
        using (tracer.Begin("k"))
        {
            foreach (TracedInt i in tracer.Loop("loop", 8)) x[i] = x[i] + 1f;
        }

        var cached = new DatapathConfiguration { Arrays = [new DatapathArray("x", ArrayMemory.Cache, ArrayPartitioning.None, 32, 0, 1)] };
        using AladdinAccelerator accelerator = AladdinAccelerator.Create(tracer.Finish(), cached);
        var memory = new Memory(0, 20);
        memory.Run(accelerator.Begin(memory)!);
        ILookup<DatapathOperationKind, int> numbers = memory.Taken.ToLookup(o => o.Kind, o => o.Instruction);
        Assert.That(numbers[DatapathOperationKind.Load], Has.Exactly(8).Items.And.All.EqualTo(numbers[DatapathOperationKind.Load].First()).And.All.GreaterThan(0));
        Assert.That(numbers[DatapathOperationKind.Store], Has.Exactly(8).Items.And.None.EqualTo(numbers[DatapathOperationKind.Load].First()));
    }

    [Test]
    public void A_memory_that_always_refuses_is_a_deadlock_that_names_the_node()
    {
        using AladdinAccelerator accelerator = AladdinAccelerator.Create(Transfer(), OneArray, new AladdinOptions { DeadlockCycles = 500 });
        Datapath datapath = accelerator.Begin(new Memory(int.MaxValue, 0))!;
        Assert.That(() => AladdinAccelerator.Run(datapath),
            Throws.InstanceOf<SimulationException>().With.Message.StartsWith("Deadlock").And.Message.Contains("500 cycles").And.Message.Contains("DmaLoad"));
        Assert.That(datapath.Cycle, Is.InRange(500, 520));
    }

    [Test]
    public void In_ready_mode_words_are_used_as_they_arrive()
    {
        using AladdinAccelerator accelerator = AladdinAccelerator.Open(
            new MemoryStream(System.Text.Encoding.UTF8.GetBytes(
                "entry,k,1,\n1,64,0x1000,1,a,\n\n0,1,k,entry:0,p,32,0\n2,64,1,0, ,\n1,64,0x1000,1,a,\nr,64,0x1004,1,p,\n\n" +
                "0,1,k,entry:0,v,30,1\n1,64,0x1004,1,p,\nr,32,7,1,v,\n\n0,1,k,entry:0,q,31,2\n2,64,0x1004,1,p,\n1,32,7,1,v,\n\n0,1,k,entry:0,entry:0-0,1,3\n\n")),
            new DatapathConfiguration { Arrays = [DatapathArray.Cyclic("a", 64, 4, 1)], ReadyMode = true });
        var memory = new Memory(0, 0);
        Datapath datapath = accelerator.Begin(memory)!;
        while (datapath.NextCycle != int.MaxValue)
        {
            datapath.SkipTo(datapath.NextCycle);
            datapath.Step();
        }
        Assert.That(datapath.IsFinished, Is.False, "the word is empty");
        datapath.SkipTo(100);
        datapath.SetReady(0x1004, 4);
        while (!datapath.IsFinished) datapath.Step();
        Assert.That(datapath.Cycle, Is.InRange(101, 105));
    }
}
