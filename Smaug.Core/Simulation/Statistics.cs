using System.Runtime.CompilerServices;
using Smaug.Core.Units;

namespace Smaug.Core.Simulation;

/// <summary>A named figure that a component reports.</summary>
public abstract class Statistic
{
    private protected Statistic(string name, string unit, string description)
    {
        Name = name;
        Unit = unit;
        Description = description;
    }

    /// <summary>Full name: component and figure, joined by dots (<c>l2.readMisses</c>).</summary>
    public string Name { get; }

    /// <summary>Unit of the value (<c>bytes</c>, <c>ps</c>, <c>accesses</c>).</summary>
    public string Unit { get; }

    /// <summary>What it means, in one sentence.</summary>
    public string Description { get; }

    /// <summary>The value since the last reset.</summary>
    public abstract double Value { get; }

    /// <summary>Starts again from nothing.</summary>
    public abstract void Reset();
}

/// <summary>Counts occurrences or sums amounts.</summary>
public sealed class Counter : Statistic
{
    internal Counter(string name, string unit, string description) : base(name, unit, description) { }

    /// <summary>The sum since the last reset.</summary>
    public long Total { get; private set; }

    /// <inheritdoc/>
    public override double Value => Total;

    /// <summary>Adds one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Increment() => Total++;

    /// <summary>Adds an amount.</summary>
    public void Add(long amount) => Total += amount;

    /// <inheritdoc/>
    public override void Reset() => Total = 0;
}

/// <summary>The mean of samples.</summary>
public sealed class Average : Statistic
{
    private double _sum;

    internal Average(string name, string unit, string description) : base(name, unit, description) { }

    /// <summary>Number of samples since the last reset.</summary>
    public long Samples { get; private set; }

    /// <summary>The mean; 0 without samples.</summary>
    public override double Value => Samples == 0 ? 0 : _sum / Samples;

    /// <summary>Adds a sample.</summary>
    public void Sample(double value)
    {
        _sum += value;
        Samples++;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        _sum = 0;
        Samples = 0;
    }
}

/// <summary>How samples are distributed over equally wide buckets; the last bucket takes everything above.</summary>
public sealed class Histogram : Statistic
{
    private readonly long[] _buckets;
    private double _sum;

    internal Histogram(string name, string unit, string description, long bucketWidth, int buckets) : base(name, unit, description)
    {
        if (bucketWidth < 1) throw new ConfigurationException($"histogram '{name}': bucket width {bucketWidth} must be at least 1");
        if (buckets < 1) throw new ConfigurationException($"histogram '{name}': number of buckets {buckets} must be at least 1");
        BucketWidth = bucketWidth;
        _buckets = new long[buckets];
    }

    /// <summary>Width of a bucket in the statistic's unit.</summary>
    public long BucketWidth { get; }

    /// <summary>Samples per bucket: bucket i holds i·width ≤ sample &lt; (i+1)·width, the last one also everything above.</summary>
    public ReadOnlySpan<long> Buckets => _buckets;

    /// <summary>Number of samples since the last reset.</summary>
    public long Samples { get; private set; }

    /// <summary>Sum of the samples since the last reset.</summary>
    public double Sum => _sum;

    /// <summary>Smallest sample; 0 without samples.</summary>
    public long Minimum { get; private set; }

    /// <summary>Largest sample; 0 without samples.</summary>
    public long Maximum { get; private set; }

    /// <summary>The mean; 0 without samples.</summary>
    public override double Value => Samples == 0 ? 0 : _sum / Samples;

    /// <summary>Adds a sample; negative samples fall into the first bucket.</summary>
    public void Sample(long value)
    {
        Minimum = Samples == 0 ? value : Math.Min(Minimum, value);
        Maximum = Samples == 0 ? value : Math.Max(Maximum, value);
        Samples++;
        _sum += value;
        _buckets[Math.Clamp(value / BucketWidth, 0, _buckets.Length - 1)]++;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        Array.Clear(_buckets);
        Samples = 0;
        Minimum = 0;
        Maximum = 0;
        _sum = 0;
    }
}

/// <summary>A figure computed from others when it is read, such as a hit rate.</summary>
public sealed class Formula : Statistic
{
    private readonly Func<double> _compute;

    internal Formula(string name, string unit, string description, Func<double> compute) : base(name, unit, description) => _compute = compute;

    /// <inheritdoc/>
    public override double Value => _compute();

    /// <summary>Does nothing: the figures it is computed from are reset themselves.</summary>
    public override void Reset() { }
}

/// <summary>One value of a snapshot.</summary>
/// <param name="Name">Full name.</param>
/// <param name="Value">Value over the interval.</param>
/// <param name="Unit">Unit of the value.</param>
/// <param name="Description">What it means.</param>
public readonly record struct StatisticValue(string Name, double Value, string Unit, string Description = "");

/// <summary>The values of all statistics over an interval of simulated time.</summary>
/// <param name="Label">What ended at the end of the interval.</param>
/// <param name="From">Begin of the interval: the last reset.</param>
/// <param name="To">End of the interval.</param>
/// <param name="Values">The values in the order in which the statistics were made.</param>
public sealed record StatisticsSnapshot(string Label, SimTime From, SimTime To, IReadOnlyList<StatisticValue> Values);

/// <summary>All statistics of a simulation, by name, and their snapshots at labelled markers.</summary>
public sealed class StatisticsRegistry
{
    private readonly Simulator _simulator;
    private readonly List<Statistic> _statistics = [];
    private readonly HashSet<string> _names = [];
    private readonly List<StatisticsSnapshot> _snapshots = [];

    internal StatisticsRegistry(Simulator simulator) => _simulator = simulator;

    /// <summary>All statistics in the order in which they were made.</summary>
    public IReadOnlyList<Statistic> All => _statistics;

    /// <summary>The snapshots taken so far.</summary>
    public IReadOnlyList<StatisticsSnapshot> Snapshots => _snapshots;

    /// <summary>When the values were last reset.</summary>
    public SimTime ResetTime { get; private set; }

    /// <summary>Makes a counter.</summary>
    /// <exception cref="ConfigurationException">The name is taken.</exception>
    public Counter Counter(string name, string unit, string description) => Add(new Counter(name, unit, description));

    /// <summary>Makes a mean.</summary>
    /// <exception cref="ConfigurationException">The name is taken.</exception>
    public Average Average(string name, string unit, string description) => Add(new Average(name, unit, description));

    /// <summary>Makes a histogram.</summary>
    /// <exception cref="ConfigurationException">The name is taken, or width or number of buckets is not positive.</exception>
    public Histogram Histogram(string name, string unit, string description, long bucketWidth, int buckets = 30) =>
        Add(new Histogram(name, unit, description, bucketWidth, buckets));

    /// <summary>Makes a histogram of latencies in picoseconds: 30 buckets of 10 ns, from a hit in a first-level cache to what a loaded memory takes.</summary>
    /// <exception cref="ConfigurationException">The name is taken.</exception>
    public Histogram Latencies(string name, string description) => Histogram(name, "ps", description, bucketWidth: 10_000);

    /// <summary>Makes a figure that is computed when it is read.</summary>
    /// <exception cref="ConfigurationException">The name is taken.</exception>
    public Formula Formula(string name, string unit, string description, Func<double> compute) =>
        Add(new Formula(name, unit, description, compute));

    /// <summary>Records all values at a marker.</summary>
    /// <param name="label">What ends here, for example <c>Tensor preparation end</c>.</param>
    /// <param name="reset">Whether the next interval starts from nothing.</param>
    public StatisticsSnapshot Dump(string label, bool reset = false)
    {
        StatisticValue[] values = new StatisticValue[_statistics.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = new StatisticValue(_statistics[i].Name, _statistics[i].Value, _statistics[i].Unit, _statistics[i].Description);
        }

        StatisticsSnapshot snapshot = new(label, ResetTime, _simulator.Now, values);
        _snapshots.Add(snapshot);
        if (reset) Reset();
        return snapshot;
    }

    /// <summary>Starts all values again from nothing.</summary>
    public void Reset()
    {
        foreach (Statistic statistic in _statistics) statistic.Reset();
        ResetTime = _simulator.Now;
    }

    private T Add<T>(T statistic) where T : Statistic
    {
        if (!_names.Add(statistic.Name)) throw new ConfigurationException($"statistic '{statistic.Name}' exists already: names of components must be unique");
        _statistics.Add(statistic);
        return statistic;
    }
}
