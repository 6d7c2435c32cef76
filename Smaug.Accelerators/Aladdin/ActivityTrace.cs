using System.Globalization;
using System.Text;
using Smaug.Accelerators.Aladdin.Power;

namespace Smaug.Accelerators.Aladdin;

/// <summary>
/// Activity cycle by cycle: active units per function and kind, register and scratchpad accesses. Columns are counts
/// per cycle of the schedule (upsampled cycles have none).
/// </summary>
public sealed class ActivityTrace
{
    private readonly List<(string Name, int[] Counts)> columns = [];

    internal ActivityTrace(int cycles, long reportedCycles, int nodes)
    {
        Cycles = cycles;
        ReportedCycles = reportedCycles;
        Nodes = nodes;
    }

    /// <summary>Cycles of the schedule.</summary>
    public int Cycles { get; }

    /// <summary>Cycles with those that sampling left out, which show no activity.</summary>
    public long ReportedCycles { get; }

    /// <summary>Dynamic instructions of the invocation.</summary>
    public int Nodes { get; }

    /// <summary>
    /// Column names: <c>FUNCTION-UNIT</c> for every function and the units fp-sp-mul, fp-dp-mul, fp-sp-add, fp-dp-add,
    /// mul, add, bit, shifter, trig; <c>reg-read</c>, <c>reg-write</c>; <c>ARRAY-read</c>, <c>ARRAY-write</c> in words.
    /// </summary>
    public IReadOnlyList<string> Columns => [.. columns.Select(c => c.Name)];

    /// <summary>The counts of a column, one per cycle.</summary>
    public ReadOnlySpan<int> this[string column] => columns.Find(c => c.Name == column).Counts.AsSpan(0, Cycles);

    internal static IReadOnlyList<(string Suffix, FunctionalUnit Unit)> UnitColumns { get; } =
    [
        ("fp-sp-mul", FunctionalUnit.SingleMultiplier), ("fp-dp-mul", FunctionalUnit.DoubleMultiplier),
        ("fp-sp-add", FunctionalUnit.SingleAdder), ("fp-dp-add", FunctionalUnit.DoubleAdder),
        ("mul", FunctionalUnit.Multiplier), ("add", FunctionalUnit.Adder), ("bit", FunctionalUnit.Bitwise),
        ("shifter", FunctionalUnit.Shifter), ("trig", FunctionalUnit.SpecialMath),
    ];

    internal int[] Raw(string name) => columns.Find(c => c.Name == name).Counts;

    internal int[] Add(string name)
    {
        var counts = new int[Cycles + 1];
        columns.Add((name, counts));
        return counts;
    }

    /// <summary>Writes the table as comma-separated text: <c>cycles,COUNT,NODES</c>, a header, one line per reported cycle.</summary>
    public void Write(TextWriter writer)
    {
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"cycles,{ReportedCycles},{Nodes}\n"));
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{ReportedCycles},");
        foreach ((string name, _) in columns) line.Append(name).Append(',');
        writer.Write(line.Append('\n').ToString());
        for (long cycle = 0; cycle < ReportedCycles; cycle++)
        {
            line.Clear();
            line.Append(CultureInfo.InvariantCulture, $"{cycle},");
            foreach ((_, int[] counts) in columns) line.Append(CultureInfo.InvariantCulture, $"{(cycle < Cycles ? counts[cycle] : 0)},");
            writer.Write(line.Append('\n').ToString());
        }
    }
}
