using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.LoopNests;
using Smaug.Core;

namespace Smaug.Tests.SmvEngine;

/// <summary>Kernels described by their loops.</summary>
[TestFixture]
internal sealed class LoopNestModelTests
{
    private static readonly LoopRegion s_read = new()
    {
        Label = "read",
        Chain = new DependenceChain { MemoryAccesses = 1, FloatMultiplies = 1, FloatAdds = 1 },
        Operations = new OperationCounts { FloatMultiplies = 1, FloatAdds = 1 },
        Accesses = [new ArrayAccess("a", 2)],
    };

    [Test]
    public void A_region_takes_its_longest_chain() => Assert.That(Evaluate(s_read).Cycles, Is.EqualTo(1 + 4 + 5));

    [Test]
    public void A_region_with_many_accesses_takes_its_busiest_array() =>
        Assert.That(Evaluate(s_read with { Accesses = [new ArrayAccess("a", 30, 20)] }).Cycles, Is.EqualTo(50 / 2));

    [Test]
    public void Sequential_iterations_add_up_with_a_boundary_each() => Assert.That(Evaluate(Over(10)).Cycles, Is.EqualTo(10 * (10 + 1)));

    [Test]
    public void Pipelined_iterations_start_every_interval_of_the_busiest_array() =>
        Assert.That(Evaluate(Over(10) with { Mode = LoopMode.Pipelined }).Cycles, Is.EqualTo(10 + 9 * 1 + 1));

    [Test]
    public void A_recurrence_bounds_the_interval() =>
        Assert.That(Evaluate(Over(10) with { Mode = LoopMode.Pipelined, RecurrenceCycles = 5 }).Cycles, Is.EqualTo(10 + 9 * 5 + 1));

    [Test]
    public void Flattened_iterations_are_bound_by_ports_alone() =>
        Assert.That(Evaluate(Over(64) with { Mode = LoopMode.Flattened }).Cycles, Is.EqualTo(64));

    [Test]
    public void Unrolling_saves_boundaries() => Assert.That(Evaluate(Over(16) with { Unroll = 8 }).Cycles, Is.EqualTo(2 * (10 + 1)));

    [Test]
    public void Work_does_not_depend_on_how_loops_are_run(
        [Values] LoopMode mode, [Values(1, 4)] int unroll)
    {
        LoopNestResult result = Evaluate(Over(12) with { Mode = mode, Unroll = unroll });
        Assert.Multiple(() =>
        {
            Assert.That(result.Operations, Is.EqualTo(new OperationCounts { FloatMultiplies = 12, FloatAdds = 12 }));
            Assert.That(result.Accesses[0], Is.EqualTo(new ArrayAccess("a", 24)));
        });
    }

    [Test]
    public void Energy_is_that_of_the_operations_and_accesses()
    {
        LoopNestResult result = Evaluate(Over(10));
        var costs = new OperationCosts(1);
        double expected = 10 * (costs.FloatAddPicojoules + costs.FloatMultiplyPicojoules)
            + 20 * Smaug.Accelerators.Aladdin.Power.SramModel.Partition(1024, 4, 2, 1).ReadPicojoules;
        Assert.That(result.DynamicEnergy.Picojoules, Is.EqualTo(expected).Within(1e-9));
    }

    [Test]
    public void An_unknown_array_is_named() =>
        Assert.That(() => Evaluate(s_read with { Accesses = [new ArrayAccess("c", 1)] }),
            Throws.InstanceOf<ConfigurationException>().With.Message.EqualTo("kernel 'test', region 'read': array 'c' is not one of the kernel's (a)"));

    [Test]
    public void A_pipelined_loop_around_a_loop_is_refused() =>
        Assert.That(() => Evaluate(new Loop { Label = "outer", Trips = 2, Mode = LoopMode.Pipelined, Body = [Over(3)] }),
            Throws.InstanceOf<ConfigurationException>().With.Message.Contains("'outer'").And.Message.Contains("flatten the inner loop"));

    [TestCase(-1, 1, "Trips = -1; allowed: 0 or more")]
    [TestCase(1, 0, "Unroll = 0; allowed: 1 or more")]
    public void A_value_out_of_range_is_named(long trips, int unroll, string message) =>
        Assert.That(() => Evaluate(Over(trips) with { Unroll = unroll }), Throws.InstanceOf<ConfigurationException>().With.Message.Contains(message));

    private static Loop Over(long trips) => new() { Label = "loop", Trips = trips, Body = [s_read] };

    private static LoopNestResult Evaluate(LoopNest body) => LoopNestModel.Evaluate(new LoopNestKernel
    {
        Name = "test",
        Datapath = new DatapathConfiguration { Arrays = [DatapathArray.Cyclic("a", 1024, 4, 2)] },
        Body = [body],
    });
}
