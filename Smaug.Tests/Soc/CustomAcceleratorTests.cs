using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Custom;
using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Tracing;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Tiling.LoopNests;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>Accelerators of one's own: loops or a trace instead of a class.</summary>
[TestFixture]
internal sealed class CustomAcceleratorTests
{
    private static readonly DatapathConfiguration s_datapath = new() { Arrays = [DatapathArray.Cyclic("x", 1024, 4, 4)] };

    [Test]
    public void A_kernel_described_by_loops_takes_their_cycles_and_energy()
    {
        LoopNestKernel kernel = Pipeline(1000);
        LoopNestResult alone = LoopNestModel.Evaluate(kernel);
        RunReport report = Run("lenet5", c => new LoopNestAccelerator(c, (plan, launch) => launch is PoolingLaunch ? kernel : null, new SmvAccelerator(c)));
        InvocationReport[] pooling = [.. report.Invocations.Where(i => i.Kernel == kernel.Name)];
        Assert.Multiple(() =>
        {
            Assert.That(pooling, Is.Not.Empty);
            Assert.That(pooling.Select(i => i.Compute.Nanoseconds), Has.All.EqualTo((double)alone.Cycles).Within(1e-9));
            Assert.That(pooling[0].Energy.Picojoules, Is.GreaterThan(alone.DynamicEnergy.Picojoules));
            Assert.That(report.Invocations.Select(i => i.Kernel), Does.Contain("convolution"));
        });
    }

    [Test]
    public void A_launch_without_a_kernel_is_named() =>
        Assert.That(() => Run("lenet5", c => new LoopNestAccelerator(c, (_, _) => null)),
            Throws.InstanceOf<SimulationException>().With.Message.Contains("no kernel for it").And.Message.Contains("conv"));

    [Test]
    public void A_traced_kernel_takes_the_cycles_of_its_schedule_and_is_scheduled_once_per_shape()
    {
        int traced = 0;
        var kernels = new TracedKernels<int>("adder", n =>
        {
            traced++;
            return Adder(n);
        }, s_datapath);
        RunReport report = Run("lstm", c => new TracedAccelerator<int>(c, kernels, Elements, new SmvAccelerator(c)));
        InvocationReport[] sums = [.. report.Invocations.Where(i => i.Kernel == "adder")];
        Assert.Multiple(() =>
        {
            Assert.That(sums, Has.Length.GreaterThan(kernels.Scheduled));
            Assert.That(traced, Is.EqualTo(kernels.Scheduled));
            Assert.That(sums.Select(i => (long)Math.Round(i.Compute.Nanoseconds)).Distinct(), Is.EquivalentTo(new[] { 32, 128 }.Select(n => kernels.Run(n).Cycles)));
        });
    }

    [Test]
    public void A_trace_of_several_invocations_is_refused()
    {
        var kernels = new TracedKernels<int>("twice", n =>
        {
            using var tracer = new KernelTracer();
            for (int i = 0; i < 2; i++) tracer.Begin("f").Dispose();
            return tracer.Finish();
        }, s_datapath);
        Assert.That(() => kernels.Run(1), Throws.InstanceOf<SimulationException>().With.Message.Contains("kernel 'twice': the trace of 1 holds 2 invocations"));
    }

    private static int? Elements(OperatorPlan plan, KernelLaunch launch) => plan.Node.Kind == OperatorKind.EltwiseAdd && launch is ElementwiseLaunch sum ? sum.Elements : null;

    private static KernelTrace Adder(int elements)
    {
        using var tracer = new KernelTracer();
        TracedArray<TracedFloat> x = tracer.ArrayParameter<TracedFloat>("x", elements);
        using (tracer.Begin("adder"))
        {
            foreach (TracedInt i in tracer.Loop("elements", elements)) x[i] = x[i] + x[i];
        }

        return tracer.Finish();
    }

    private static LoopNestKernel Pipeline(long trips) => new()
    {
        Name = "pipeline",
        Datapath = s_datapath,
        Body =
        [
            new Loop
            {
                Label = "all", Trips = trips, Mode = LoopMode.Pipelined,
                Body = [new LoopRegion { Label = "one", Chain = new DependenceChain { MemoryAccesses = 2 }, Operations = new OperationCounts { Adds = 1 }, Accesses = [new ArrayAccess("x", 1, 1)] }],
            },
        ],
    };

    private static RunReport Run(string network, AcceleratorFactory factory) =>
        new SocBuilder().WithAccelerator(factory).Build().Run(ModelZoo.Create(network, Backends.Smv)).Report;
}
