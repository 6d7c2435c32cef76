using Smaug.Core;

namespace Smaug.Accelerators.Systolic.MultiCore;

/// <summary>Chooses how a layer is cut, by the analytical run time of a core.</summary>
internal sealed class PartitionChooser(MultiCoreConfiguration configuration)
{
    private static readonly Dataflow[] s_allDataflows = [Dataflow.OutputStationary, Dataflow.InputStationary, Dataflow.WeightStationary];

    public CorePartition Choose(SystolicLayer layer, int index)
    {
        Dataflow own = configuration.Core.Dataflow;
        bool vectorOnly = !configuration.HasArray;
        switch (configuration.Strategy)
        {
            case PartitionStrategy.Ifmap:
                return new CorePartition(Clip(configuration.Cores, layer.OutputPixels), 1, own, vectorOnly);
            case PartitionStrategy.Filter:
                return new CorePartition(1, Clip(configuration.Cores, layer.Filters), own, vectorOnly);
            case PartitionStrategy.User:
                if (index >= configuration.Partitions.Length) throw new ConfigurationException($"layer '{layer.Name}': no partition is given for layer {index}");
                CorePartition given = configuration.Partitions[index];
                if (given.InputParts < 1 || given.FilterParts < 1)
                    throw new ConfigurationException($"layer '{layer.Name}': {given.InputParts} x {given.FilterParts} parts: both must be at least 1");
                return given;
            default:
                return Best(layer, configuration.Strategy == PartitionStrategy.Automatic ? s_allDataflows : [own]);
        }
    }

    /// <summary>Rows and columns of the unit: the array, or V × 1 for OS and IS and 1 × V for WS.</summary>
    public (int Rows, int Columns) Unit(Dataflow dataflow, bool vector) => !vector
        ? (configuration.Core.Rows, configuration.Core.Columns)
        : dataflow == Dataflow.WeightStationary ? (1, configuration.VectorLanes) : (configuration.VectorLanes, 1);

    private CorePartition Best(SystolicLayer layer, Dataflow[] dataflows)
    {
        CorePartition? best = null;
        double fewest = double.MaxValue;

        // The vector unit is asked first: it wins ties.
        foreach (bool vector in new[] { true, false })
        {
            if (vector ? configuration.VectorLanes == 0 : !configuration.HasArray) continue;
            foreach (Dataflow dataflow in dataflows)
            {
                foreach ((int inputs, int filters) in Factors(configuration.Cores))
                {
                    CorePartition candidate = Clip(layer, inputs, filters, dataflow, vector);
                    double cycles = Cycles(layer, candidate);
                    if (cycles >= fewest) continue;
                    fewest = cycles;
                    best = candidate;
                }
            }
        }

        return best!;
    }

    /// <summary>Pairs (1, P), (2, P/2), …, then the swapped ones from the last back to the first.</summary>
    private static List<(int, int)> Factors(int cores)
    {
        var pairs = new List<(int, int)>();
        for (int i = 1; (long)i * i <= cores; i++)
        {
            if (cores % i == 0) pairs.Add((i, cores / i));
        }

        for (int i = pairs.Count - 1; i >= 0; i--) pairs.Add((pairs[i].Item2, pairs[i].Item1));
        return pairs;
    }

    private CorePartition Clip(SystolicLayer layer, int inputs, int filters, Dataflow dataflow, bool vector)
    {
        (int rows, int columns) = Unit(dataflow, vector);
        long m = layer.OutputPixels;
        long mostInputs = dataflow switch
        {
            Dataflow.OutputStationary => m / rows,
            Dataflow.WeightStationary => m,
            _ => m / columns,
        };
        long mostFilters = dataflow == Dataflow.InputStationary ? layer.Filters : layer.Filters / columns;
        return new CorePartition(Clip(inputs, mostInputs), Clip(filters, mostFilters), dataflow, vector);
    }

    private static int Clip(int parts, long most) => (int)Math.Max(1, Math.Min(parts, most));

    private double Cycles(SystolicLayer layer, CorePartition partition)
    {
        (int rows, int columns) = Unit(partition.Dataflow, partition.UsesVectorUnit);
        double m = Math.Ceiling((double)layer.OutputPixels / partition.InputParts);
        double n = Math.Ceiling((double)layer.Filters / partition.FilterParts);
        double k = layer.WindowSize;
        (double sr, double sc, double t) = partition.Dataflow switch
        {
            Dataflow.OutputStationary => (m, n, k),
            Dataflow.WeightStationary => (k, n, m),
            _ => (k, m, n),
        };
        return (2.0 * rows + columns + t - 2) * Math.Ceiling(sr / rows) * Math.Ceiling(sc / columns);
    }
}
