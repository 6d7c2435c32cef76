using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Smaug.Accelerators.Systolic.Formats;
using Smaug.Accelerators.Systolic.Mapping;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.MultiCore;

/// <summary>Simulates layers on several cores: each computes a range of output pixels and filters on its own scratchpads.</summary>
public static class MultiCoreArray
{
    /// <summary>Simulates all layers of a topology. Parts keep their original addresses.</summary>
    /// <param name="topology">The layers.</param>
    /// <param name="configuration">The cores.</param>
    /// <param name="options">Parallelism, progress and cancellation; memories and traces are not used.</param>
    /// <exception cref="ConfigurationException">A layer or the configuration is not valid.</exception>
    /// <exception cref="SimulationException">A part cannot be simulated.</exception>
    public static MultiCoreResult Simulate(SystolicTopology topology, MultiCoreConfiguration configuration, SystolicRunOptions? options = null)
    {
        options ??= new SystolicRunOptions();
        topology.Validate();
        configuration.Validate();
        var chooser = new PartitionChooser(configuration);
        var results = new MultiCoreLayerResult[topology.Layers.Length];
        int finished = 0;
        ParallelLayers.Run(results.Length, options, index =>
        {
            results[index] = SimulateLayer(topology.Layers[index], chooser.Choose(topology.Layers[index], index), configuration, chooser, options);
            options.Progress?.Report(Interlocked.Increment(ref finished));
        });
        return new MultiCoreResult(topology, configuration, ImmutableArray.Create(results));
    }

    private static MultiCoreLayerResult SimulateLayer(
        SystolicLayer layer, CorePartition partition, MultiCoreConfiguration configuration, PartitionChooser chooser, SystolicRunOptions options)
    {
        (int rows, int columns) = chooser.Unit(partition.Dataflow, partition.UsesVectorUnit);
        SystolicConfiguration core = configuration.Core with { Rows = rows, Columns = columns, Dataflow = partition.Dataflow };
        core.Validate();
        int pixels = (int)((layer.OutputPixels + partition.InputParts - 1) / partition.InputParts);
        int filters = (layer.Filters + partition.FilterParts - 1) / partition.FilterParts;
        var cores = ImmutableArray.CreateBuilder<LayerResult>();
        for (int firstPixel = 0; firstPixel < layer.OutputPixels; firstPixel += pixels)
        {
            for (int firstFilter = 0; firstFilter < layer.Filters; firstFilter += filters)
            {
                var slice = new LayerSlice(
                    firstPixel,
                    (int)Math.Min(pixels, layer.OutputPixels - firstPixel),
                    firstFilter,
                    Math.Min(filters, layer.Filters - firstFilter));
                cores.Add(new LayerSimulation(layer, core, slice, cancellation: options.Cancellation).Run());
            }
        }

        return new MultiCoreLayerResult(layer, partition, cores.ToImmutable());
    }
}

/// <summary>One layer on several cores.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Partition">How it was cut.</param>
/// <param name="Cores">One result per core that has work.</param>
public sealed record MultiCoreLayerResult(SystolicLayer Layer, CorePartition Partition, ImmutableArray<LayerResult> Cores)
{
    /// <summary>Cycles of the slowest core: the time of the layer.</summary>
    public long Cycles => Cores.Max(core => core.TotalCycles);

    /// <summary>Mean of a figure over the cores that have work.</summary>
    public double Mean(Func<LayerResult, double> figure) => Cores.Average(figure);

    /// <summary>Sum of a figure over the cores.</summary>
    public long Sum(Func<LayerResult, long> figure) => Cores.Sum(figure);
}

/// <summary>A topology on several cores.</summary>
/// <param name="Topology">The layers.</param>
/// <param name="Configuration">The cores.</param>
/// <param name="Layers">One result per layer.</param>
public sealed record MultiCoreResult(SystolicTopology Topology, MultiCoreConfiguration Configuration, ImmutableArray<MultiCoreLayerResult> Layers)
{
    /// <summary>Cycles of all layers, one after the other, each as long as its slowest core.</summary>
    public long TotalCycles => Layers.Sum(layer => layer.Cycles);

    /// <summary>
    /// A table (CSV) with three kinds of lines per layer: the largest and the mean of every figure over the cores, and each core.
    /// </summary>
    public string ToCsv()
    {
        var text = new StringBuilder("LayerID, Parts, Dataflow, Core, Total Cycles, Stall Cycles, Overall Util %, Mapping Efficiency %, Compute Util %, ")
            .Append("DRAM IFMAP Reads, DRAM Filter Reads, DRAM OFMAP Writes,\n");
        Func<LayerResult, double>[] figures =
        [
            core => core.TotalCycles, core => core.StallCycles, core => core.OverallUtilizationPercent, core => core.MappingEfficiencyPercent,
            core => core.ComputeUtilizationPercent, core => core.IfmapDram.Words, core => core.FilterDram.Words, core => core.OfmapDram.Words,
        ];
        for (int i = 0; i < Layers.Length; i++)
        {
            MultiCoreLayerResult layer = Layers[i];
            void Line(string core, Func<Func<LayerResult, double>, double> value)
            {
                CorePartition partition = layer.Partition;
                text.Append(CultureInfo.InvariantCulture,
                    $"{i}, {partition.InputParts}x{partition.FilterParts}, {ConfigurationReader.Names(partition.Dataflow)}, {core}");
                foreach (Func<LayerResult, double> figure in figures) text.Append(", ").Append(PythonNumber.Real(value(figure)));
                text.Append(",\n");
            }

            Line("max", figure => layer.Cores.Max(figure));
            Line("mean", layer.Mean);
            for (int core = 0; core < layer.Cores.Length; core++)
            {
                LayerResult own = layer.Cores[core];
                Line(core.ToString(CultureInfo.InvariantCulture), figure => figure(own));
            }
        }

        return text.ToString();
    }
}
