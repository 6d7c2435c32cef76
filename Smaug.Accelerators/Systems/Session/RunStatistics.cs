using System.Collections.Immutable;
using System.Globalization;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>A part of an SoC that has figures to record.</summary>
internal interface IStatisticsSource
{
    void Describe(RunStatistics statistics);
}

/// <summary>
/// The statistics of one run, dumped and started again at markers. Parts count from the begin of the run; an interval's value is
/// what came since the marker before, so that nothing has to be reset.
/// </summary>
internal sealed class RunStatistics(Simulator simulator)
{
    private readonly List<Figure> _figures = [];
    private readonly List<Action> _beforeDump = [];
    private readonly ImmutableArray<StatisticsSnapshot>.Builder _intervals = ImmutableArray.CreateBuilder<StatisticsSnapshot>();
    private SimTime _previous;

    /// <summary>Adds a figure that counts up; the interval's value is the difference.</summary>
    public void Count(string name, string unit, string description, Func<double> total) => _figures.Add(new Figure(name, unit, description, total, null, 1));

    /// <summary>Adds a figure that is shown as it stands, not over the interval.</summary>
    public void Level(string name, string unit, string description, Func<double> value) => _figures.Add(new Figure(name, unit, description, value, null, 0));

    /// <summary>Adds the quotient of what two figures counted in the interval; not a number when the second counted nothing.</summary>
    public void Ratio(string name, string unit, string description, Func<double> numerator, Func<double> denominator, double scale = 1) =>
        _figures.Add(new Figure(name, unit, description, numerator, denominator, scale));

    /// <summary>Adds histograms of equal buckets as one: number, mean, and samples by bucket, the last of which is what lies above.</summary>
    public void Histogram(string name, string what, params Histogram[] parts)
    {
        double Samples() => parts.Sum(h => h.Samples);
        (long width, int last, string unit) = (parts[0].BucketWidth, parts[0].Buckets.Length - 1, parts[0].Unit);
        Count($"{name}::samples", "accesses", $"{what}: number", Samples);
        Ratio($"{name}::mean", unit, $"{what}: mean", () => parts.Sum(h => h.Sum), Samples);
        for (int i = 0; i < last; i++)
        {
            int bucket = i;
            Count(string.Create(CultureInfo.InvariantCulture, $"{name}::{i * width}-{((i + 1) * width) - 1}"), "accesses", what, () => parts.Sum(h => h.Buckets[bucket]));
        }

        Count($"{name}::overflows", "accesses", what, () => parts.Sum(h => h.Buckets[last]));
    }

    /// <summary>Adds what a part has to do before its figures are read.</summary>
    public void BeforeDump(Action action) => _beforeDump.Add(action);

    /// <summary>Ends an interval.</summary>
    public void Dump(string label)
    {
        foreach (Action action in _beforeDump) action();
        var values = new StatisticValue[_figures.Count];
        for (int i = 0; i < values.Length; i++) values[i] = _figures[i].Take();
        _intervals.Add(new StatisticsSnapshot(label, _previous, simulator.Now, values));
        _previous = simulator.Now;
    }

    public ImmutableArray<StatisticsSnapshot> ToImmutable() => _intervals.ToImmutable();

    private sealed class Figure(string name, string unit, string description, Func<double> total, Func<double>? denominator, double scale)
    {
        private double _total;
        private double _denominator;

        public StatisticValue Take()
        {
            double now = total();
            double value = scale == 0 ? now : now - _total;
            _total = now;
            if (denominator is not null)
            {
                double below = denominator();
                double difference = below - _denominator;
                _denominator = below;
                value = difference == 0 ? double.NaN : scale * value / difference;
            }

            return new StatisticValue(name, value, unit, description);
        }
    }
}
