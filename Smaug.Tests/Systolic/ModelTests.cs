using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Buffers;
using Smaug.Accelerators.Systolic.Formats;
using Smaug.Accelerators.Systolic.Mapping;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Tests.Systolic;

/// <summary>Properties of the model itself, without golden data.</summary>
internal sealed class ModelTests
{
    private static readonly Dataflow[] s_dataflows = Enum.GetValues<Dataflow>();

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Closed_forms_equal_the_stepped_model(int seed)
    {
        var random = new Random(seed);
        int closed = 0;
        for (int i = 0; i < 120; i++)
        {
            SystolicLayer layer = RandomLayer(random, i);
            SystolicConfiguration configuration = RandomConfiguration(random) with
            {
                Mode = i % 3 == 0 ? BandwidthMode.Fixed : BandwidthMode.Estimate,
                Corrections = i % 2 == 0 ? Corrections.None : Corrections.PartialSums | Corrections.LineStall,
            };
            try
            {
                LayerResult stepped = new LayerSimulation(layer, configuration, LayerSlice.Whole(layer), steppedOnly: true).Run();
                LayerResult found = SystolicArray.Simulate(layer, configuration);
                Assert.That(found, Is.EqualTo(stepped), $"{layer} {configuration}");
                closed++;
            }
            catch (SimulationException exception)
            {
                Assert.That(exception.Message, Does.Contain("filled twice").Or.Contain("1 x 1 array"));
            }
        }

        Assert.That(closed, Is.GreaterThan(80));
    }

    [Test]
    public void Results_do_not_depend_on_parallelism()
    {
        SystolicTopology topology = RandomTopology(12);
        var configuration = new SystolicConfiguration { Rows = 8, Columns = 6, IfmapKilobytes = 1, FilterKilobytes = 1, OfmapKilobytes = 1 };
        SystolicResult one = SystolicArray.Simulate(topology, configuration, new() { Parallelism = 1 });
        SystolicResult many = SystolicArray.Simulate(topology, configuration, new() { Parallelism = 8 });
        Assert.That(many.Layers, Is.EqualTo(one.Layers));
    }

    [Test]
    public void A_run_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.That(
            () => SystolicArray.Simulate(RandomTopology(3), new SystolicConfiguration(), new() { Cancellation = source.Token }),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Progress_counts_finished_layers()
    {
        var progress = new CountingProgress();
        SystolicArray.Simulate(RandomTopology(5), new SystolicConfiguration(), new() { Progress = progress });
        Assert.That(progress.Reports, Is.EquivalentTo(new[] { 1, 2, 3, 4, 5 }));
    }

    [TestCaseSource(nameof(s_dataflows))]
    public void Cycles_without_stalls_follow_from_the_folds(Dataflow dataflow)
    {
        var layer = SystolicLayer.MatrixProduct("gemm", 20, 11, 9);
        LayerResult result = SystolicArray.Simulate(layer, new SystolicConfiguration { Rows = 4, Columns = 3, Dataflow = dataflow });
        (long rows, long columns, long time) = layer.Extents(dataflow);
        long fold = dataflow == Dataflow.OutputStationary ? time + 4 + 3 - 2 : (2 * 4) + 3 + time - 2;
        Assert.That(result.TotalCycles, Is.EqualTo(((rows + 3) / 4 * ((columns + 2) / 3) * fold) - 1));
    }

    [Test]
    public void Corrections_change_what_they_name()
    {
        var layer = new SystolicLayer { Name = "c", IfmapHeight = 12, IfmapWidth = 12, FilterHeight = 3, FilterWidth = 3, Channels = 8, Filters = 20 };
        var original = new SystolicConfiguration
        {
            Rows = 8,
            Columns = 8,
            IfmapKilobytes = 1,
            FilterKilobytes = 1,
            OfmapKilobytes = 1,
            Dataflow = Dataflow.OutputStationary,
            Mode = BandwidthMode.Fixed,
            Bandwidths = [10, 10, 3],
            IfmapBanking = new() { WordsPerCycle = 6, Banks = 1 },
        };
        LayerResult Run(Corrections corrections, SystolicConfiguration? configuration = null) =>
            SystolicArray.Simulate(layer, (configuration ?? original) with { Corrections = corrections });
        LayerResult before = Run(Corrections.None);
        Assert.Multiple(() =>
        {
            Assert.That(Run(Corrections.TotalCycles).TotalCycles, Is.EqualTo(before.TotalCycles + 1));
            Assert.That(Run(Corrections.OutputWrites).OfmapSram.Words, Is.EqualTo(layer.OutputPixels * layer.Filters));
            Assert.That(Run(Corrections.PrefetchWait).StallCycles, Is.Not.EqualTo(before.StallCycles));
            Assert.That(Run(Corrections.ReadBandwidth).IfmapDram.StopCycle, Is.Not.EqualTo(before.IfmapDram.StopCycle));
            Assert.That(Run(Corrections.ReadPadding).FilterDram.Words, Is.LessThan(before.FilterDram.Words));
            SystolicConfiguration stationary = original with { Dataflow = Dataflow.WeightStationary };
            Assert.That(Run(Corrections.ComputeUtilization, stationary).ComputeUtilizationPercent, Is.GreaterThan(Run(Corrections.None, stationary).ComputeUtilizationPercent));
            SystolicConfiguration estimate = original with { Mode = BandwidthMode.Estimate };
            Assert.That(Run(Corrections.Replacement, estimate).IfmapDram.Words, Is.LessThan(Run(Corrections.None, estimate).IfmapDram.Words));
            Assert.That(Run(Corrections.All).OfmapDram.Words, Is.EqualTo(layer.OutputPixels * layer.Filters));
        });
    }

    [TestCase("DDR4_2400R_4Gb_x8")]
    public void A_slower_dram_stalls_the_array_longer(string preset)
    {
        var layer = new SystolicLayer { Name = "c", IfmapHeight = 12, IfmapWidth = 12, FilterHeight = 3, FilterWidth = 3, Channels = 8, Filters = 20 };
        SystolicConfiguration array = new()
        {
            Rows = 8,
            Columns = 8,
            IfmapKilobytes = 1,
            FilterKilobytes = 1,
            OfmapKilobytes = 1,
            Mode = BandwidthMode.Fixed,
            Bandwidths = [10],
            UseDramLatencies = true,
            ReadQueueLength = 8,
            WriteQueueLength = 8,
        };
        var configuration = new DramConfiguration { Preset = DramPresets.Get(preset) };
        LayerResult Run(double gigahertz)
        {
            var dram = new SystolicDram(configuration, Frequency.FromGigahertz(gigahertz));
            return SystolicArray.Simulate(layer, array, new() { Memory = _ => dram.Measure(layer, array).ToMemory() });
        }

        LayerResult ideal = SystolicArray.Simulate(layer, array with { UseDramLatencies = false });
        Assert.That(Run(0.5).StallCycles, Is.GreaterThan(ideal.StallCycles));
        LayerResult fastArray = Run(2);
        Assert.That(fastArray.StallCycles, Is.GreaterThan(Run(0.5).StallCycles));
        Assert.That(Run(2), Is.EqualTo(fastArray));
        Assert.That(
            () => new SystolicDram(configuration).Measure(layer, array with { Mode = BandwidthMode.Estimate }),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("never waits for DRAM"));
    }

    [Test]
    public void Latencies_that_are_asked_for_must_be_given() => Assert.That(
        () => SystolicArray.Simulate(RandomTopology(1), new SystolicConfiguration
        {
            Mode = BandwidthMode.Fixed,
            UseDramLatencies = true,
        }),
        Throws.TypeOf<ConfigurationException>().With.Message.Contains("no latencies are given"));

    [Test]
    public void A_scratchpad_that_fills_twice_in_a_cycle_is_refused()
    {
        var layer = SystolicLayer.MatrixProduct("wide", 600, 8, 1200);
        var configuration = new SystolicConfiguration
        {
            Rows = 2048,
            Columns = 8,
            IfmapKilobytes = 1,
            Dataflow = Dataflow.WeightStationary,
        };
        Assert.That(() => SystolicArray.Simulate(layer, configuration), Throws.TypeOf<SimulationException>().With.Message.Contains("filled twice in one cycle"));
    }

    [Test]
    public void A_single_operation_on_one_element_is_refused() => Assert.That(
        () => SystolicArray.Simulate(SystolicLayer.MatrixProduct("one", 1, 1, 1), new SystolicConfiguration { Rows = 1, Columns = 1, Dataflow = Dataflow.OutputStationary }),
        Throws.TypeOf<SimulationException>().With.Message.Contains("use a larger array"));

    [Test]
    public void An_offset_that_a_layout_ignores_is_refused()
    {
        var layer = new SystolicLayer { Name = "c", IfmapHeight = 4, IfmapWidth = 4, FilterHeight = 1, FilterWidth = 1, Channels = 2, Filters = 2 };
        var layout = new LayerLayout("c", new([1, 2, 2], [3, 4, 5], [0, 1, 2]), new([1, 2, 1, 1], [4, 5, 6, 7], [0, 1, 2, 3]));
        var configuration = new SystolicConfiguration
        {
            IfmapOffset = 1000,
            Mode = BandwidthMode.Fixed,
            IfmapBanking = new() { CustomLayout = true, WordsPerCycle = 4, Banks = 2 },
        };
        SystolicRunOptions options = new() { Layouts = [layout] };
        Assert.That(() => SystolicArray.Simulate(layer, configuration, options), Throws.TypeOf<SimulationException>().With.Message.Contains("not in the layout"));
        Assert.That(SystolicArray.Simulate(layer, configuration with { Corrections = Corrections.Layouts }, options).TotalCycles, Is.GreaterThan(0));
    }

    [TestCase("BlockSize = 9: must be 2 to ArrayHeight (8)", 9, Dataflow.WeightStationary)]
    [TestCase("twice ArrayHeight (16) must be a multiple", 3, Dataflow.WeightStationary)]
    [TestCase("runs on the weight-stationary dataflow only", 4, Dataflow.OutputStationary)]
    public void Bad_row_wise_sparsity_is_refused(string message, int blockSize, Dataflow dataflow)
    {
        var configuration = new SystolicConfiguration
        {
            Rows = 8,
            Dataflow = dataflow,
            Sparsity = new() { Enabled = true, RowWise = true, BlockSize = blockSize },
        };
        Assert.That(configuration.Validate, Throws.TypeOf<ConfigurationException>().With.Message.Contains(message));
    }

    [Test]
    public void Banks_must_divide_the_bandwidth()
    {
        var configuration = new SystolicConfiguration { Mode = BandwidthMode.Fixed, IfmapBanking = new() { WordsPerCycle = 10, Banks = 3 } };
        Assert.That(configuration.Validate, Throws.TypeOf<ConfigurationException>().With.Message.Contains("must divide IfmapSRAMBankBandwidth (10)"));
    }

    [Test]
    public void A_configuration_survives_its_file()
    {
        var configuration = new SystolicConfiguration
        {
            RunName = "round",
            Rows = 7,
            Columns = 9,
            Dataflow = Dataflow.InputStationary,
            Mode = BandwidthMode.Fixed,
            Bandwidths = [3, 4, 5],
            Sparsity = new() { Enabled = true, RowWise = false, Format = SparseFormat.Csc },
            TimeModel = TimeModel.TpuV4,
            FilterBanking = new() { CustomLayout = true, WordsPerCycle = 12, Banks = 4, Ports = 3 },
        };
        SystolicConfiguration read = ConfigurationFile.Parse(ConfigurationFile.Format(configuration), "text", strict: true).Configuration;
        Assert.That(ConfigurationFile.Format(read), Is.EqualTo(ConfigurationFile.Format(configuration)));
        Assert.That(read with { Bandwidths = configuration.Bandwidths }, Is.EqualTo(configuration));
    }

    [Test]
    public void A_topology_survives_its_file()
    {
        SystolicTopology topology = RandomTopology(6);
        Assert.That(TopologyFile.Parse(TopologyFile.Format(topology), "random").Topology.Layers, Is.EqualTo(topology.Layers));
    }

    [TestCase(0.1, "0.1")]
    [TestCase(94, "94.0")]
    [TestCase(1e-5, "1e-05")]
    [TestCase(1.5e-7, "1.5e-07")]
    [TestCase(0.0001, "0.0001")]
    [TestCase(1e16, "1e+16")]
    [TestCase(123456789012345680.0, "1.2345678901234568e+17")]
    [TestCase(9007199254740992.0, "9007199254740992.0")]
    [TestCase(-33, "-33.0")]
    public void Reals_print_as_in_python(double value, string text) => Assert.That(PythonNumber.Real(value), Is.EqualTo(text));

    [TestCase(0.125, 2, "0.12")]
    [TestCase(47.126, 2, "47.13")]
    [TestCase(0.005, 2, "0.01")]
    public void Fixed_decimals_print_as_in_python(double value, int decimals, string text) => Assert.That(PythonNumber.Fixed(value, decimals), Is.EqualTo(text));

    [TestCase(0, 0.0006791788 * 100000 + 0.7665)]
    public void A_time_model_follows_its_region(int region, double expected)
    {
        double time = TimeModel.TpuV4.Microseconds(100000, 64, 64, 64);
        Assert.That(TimeModel.TpuV4.Regions.ContainsKey(region));
        Assert.That(time, Is.EqualTo(expected).Within(1e-9));
        Assert.That(TimeModel.TpuV4.Microseconds(100000, 64, 64, 64, batch: 4), Is.LessThan(4 * time));
        Assert.That(TimeModel.None.Microseconds(77, SystolicLayer.MatrixProduct("a", 2, 2, 2), Dataflow.OutputStationary), Is.EqualTo(77));
    }

    [Test]
    public void Diagonal_positions_are_counted_without_a_walk([Values(1, 3, 7)] int m, [Values(1, 4, 9)] int w)
    {
        long position = 0;
        for (int d = 0; d < m + w - 1; d++)
        {
            Assert.That(Diagonals.CountBefore(d, m, w), Is.EqualTo(position));
            for (int row = Math.Min(d, m - 1); row >= Math.Max(0, d - w + 1); row--) Assert.That(Diagonals.DiagonalAt(position++, m, w), Is.EqualTo(d));
        }

        Assert.That(Diagonals.CountBefore(m + w - 1, m, w), Is.EqualTo((long)m * w));
    }

    private static SystolicTopology RandomTopology(int layers)
    {
        var random = new Random(7);
        return new SystolicTopology("random", [.. Enumerable.Range(0, layers).Select(i => RandomLayer(random, i))]);
    }

    private static SystolicLayer RandomLayer(Random random, int index)
    {
        if (random.Next(3) == 0) return SystolicLayer.MatrixProduct($"g{index}", random.Next(1, 60), random.Next(1, 40), random.Next(1, 90));
        int height = random.Next(1, 5);
        int width = random.Next(1, 5);
        return new SystolicLayer
        {
            Name = $"c{index}",
            FilterHeight = height,
            FilterWidth = width,
            IfmapHeight = height + random.Next(12),
            IfmapWidth = width + random.Next(12),
            Channels = random.Next(1, 12),
            Filters = random.Next(1, 40),
            RowStride = random.Next(1, 6),
            ColumnStride = random.Next(1, 6),
        };
    }

    private static SystolicConfiguration RandomConfiguration(Random random)
    {
        int bandwidth = random.Next(1, 20);
        return new SystolicConfiguration
        {
            Rows = random.Next(1, 20),
            Columns = random.Next(1, 20),
            Dataflow = (Dataflow)random.Next(3),
            IfmapKilobytes = random.Next(1, 4),
            FilterKilobytes = random.Next(1, 4),
            OfmapKilobytes = 1,
            Bandwidths = [bandwidth],
            IfmapBanking = new() { WordsPerCycle = bandwidth, Banks = 1 },
            FilterBanking = new() { WordsPerCycle = bandwidth, Banks = 1 },
        };
    }

    private sealed class CountingProgress : IProgress<int>
    {
        private readonly Lock _lock = new();

        public List<int> Reports { get; } = [];

        public void Report(int value)
        {
            lock (_lock) Reports.Add(value);
        }
    }
}
