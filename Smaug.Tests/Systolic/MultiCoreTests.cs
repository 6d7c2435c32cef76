using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.MultiCore;
using Smaug.Core;

namespace Smaug.Tests.Systolic;

internal sealed class MultiCoreTests
{
    private static readonly SystolicConfiguration s_core = new() { Rows = 8, Columns = 8, IfmapKilobytes = 4, FilterKilobytes = 4, OfmapKilobytes = 4 };

    private static readonly SystolicLayer s_layer = new()
    {
        Name = "c",
        IfmapHeight = 16,
        IfmapWidth = 16,
        FilterHeight = 3,
        FilterWidth = 3,
        Channels = 8,
        Filters = 40,
    };

    [Test]
    public void One_core_is_the_array_itself()
    {
        MultiCoreResult result = Run(PartitionStrategy.Ifmap, 1);
        Assert.That(result.Layers[0].Cores, Is.EqualTo(new[] { SystolicArray.Simulate(s_layer, s_core) }));
    }

    [TestCase(PartitionStrategy.Ifmap, 4, 1)]
    [TestCase(PartitionStrategy.Filter, 1, 4)]
    public void A_layer_is_cut_as_asked_and_no_work_is_lost(PartitionStrategy strategy, int inputs, int filters)
    {
        MultiCoreLayerResult layer = Run(strategy, 4).Layers[0];
        Assert.That((layer.Partition.InputParts, layer.Partition.FilterParts), Is.EqualTo((inputs, filters)));
        Assert.That(layer.Sum(core => core.EffectiveMultiplyAccumulates), Is.EqualTo(s_layer.MultiplyAccumulates));
        Assert.That(layer.Cycles, Is.GreaterThanOrEqualTo(layer.Mean(core => core.TotalCycles)));
        Assert.That(layer.Cycles, Is.LessThan(SystolicArray.Simulate(s_layer, s_core).TotalCycles));
    }

    [Test]
    public void The_automatic_partition_is_at_least_as_fast_as_a_fixed_dataflow() =>
        Assert.That(Run(PartitionStrategy.Automatic, 6).TotalCycles, Is.LessThanOrEqualTo(Run(PartitionStrategy.ConstantDataflow, 6).TotalCycles));

    [Test]
    public void A_given_partition_is_taken_and_a_missing_one_refused()
    {
        var given = new MultiCoreConfiguration { Core = s_core, Cores = 4, Strategy = PartitionStrategy.User, Partitions = [new(2, 2, Dataflow.OutputStationary)] };
        Assert.That(MultiCoreArray.Simulate(new("t", [s_layer]), given).Layers[0].Cores, Has.Length.EqualTo(4));
        Assert.That(() => MultiCoreArray.Simulate(new("t", [s_layer, s_layer]), given), Throws.TypeOf<ConfigurationException>().With.Message.Contains("no partition is given for layer 1"));
    }

    [Test]
    public void The_table_holds_the_largest_the_mean_and_every_core()
    {
        string[] lines = Run(PartitionStrategy.Ifmap, 4).ToCsv().TrimEnd().Split('\n');
        Assert.That(lines, Has.Length.EqualTo(1 + 2 + 4));
        Assert.That(lines[1], Does.StartWith("0, 4x1, ws, max, "));
    }

    [Test]
    public void A_vector_unit_can_stand_alone()
    {
        var vector = new MultiCoreConfiguration { Core = s_core, Cores = 2, HasArray = false, VectorLanes = 16 };
        Assert.That(MultiCoreArray.Simulate(new("t", [s_layer]), vector).Layers[0].Partition.UsesVectorUnit);
        Assert.That((vector with { VectorLanes = 0 }).Validate, Throws.TypeOf<ConfigurationException>());
    }

    [Test]
    public void Activations_take_steps_of_all_lanes() => Assert.That(new SimdUnit(16).Activation(100, 3, isRelu: true), Is.EqualTo((15L, 34.0 / 48)));

    [Test]
    public void The_analytical_estimate_equals_the_simulation_without_stalls()
    {
        foreach (Dataflow dataflow in Enum.GetValues<Dataflow>())
        {
            SystolicConfiguration configuration = s_core with { Dataflow = dataflow, OfmapKilobytes = 64 };
            AnalyticalEstimate estimate = AnalyticalEstimate.Of(s_layer, configuration);
            Assert.That(estimate.ComputeCycles, Is.EqualTo(SystolicArray.Simulate(s_layer, configuration).TotalCycles));
            Assert.That(AnalyticalEstimate.Of(s_layer, configuration, bytesPerCycle: 0.01).StallCycles, Is.GreaterThan(0));
        }
    }

    private static MultiCoreResult Run(PartitionStrategy strategy, int cores) =>
        MultiCoreArray.Simulate(new("t", [s_layer]), new MultiCoreConfiguration { Core = s_core, Cores = cores, Strategy = strategy });
}
