using System.Globalization;
using System.Text;

namespace Smaug.Accelerators.Aladdin;

/// <summary>The reference's text block of one invocation.</summary>
public static class ResultBlock
{
    private const string Banner = "===============================\n        Aladdin Results        \n===============================\n";

    /// <summary>The block, with its banner lines.</summary>
    /// <param name="benchmark">Name to print as "Running".</param>
    /// <param name="result">The figures.</param>
    public static string Format(string benchmark, AladdinResult result)
    {
        var text = new StringBuilder(Banner);
        text.Append("Running : ").Append(benchmark).Append('\n');
        text.Append("Top level function: ").Append(result.TopFunction).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"Cycle : {result.Cycles} cycles\n");
        text.Append(CultureInfo.InvariantCulture, $"Upsampled Cycle : {result.UpsampledCycles} cycles\n");
        Value(text, "Avg Power", result.Power.Total, "mW");
        text.Append(CultureInfo.InvariantCulture, $"Idle FU Cycles: {result.IdleCycles} cycles\n");
        Value(text, "Avg FU Power", result.Power.Units, "mW");
        Value(text, "Avg FU Dynamic Power", result.Power.UnitDynamic, "mW");
        Value(text, "Avg FU leakage Power", result.Power.UnitLeakage, "mW");
        Value(text, "Avg MEM Power", result.Power.Memory, "mW");
        Value(text, "Avg MEM Dynamic Power", result.Power.MemoryDynamic, "mW");
        Value(text, "Avg MEM Leakage Power", result.Power.MemoryLeakage, "mW");
        Value(text, "Total Area", result.Area.Total, "uM^2");
        Value(text, "FU Area", result.Area.Units, "uM^2");
        Value(text, "MEM Area", result.Area.Memory, "uM^2");
        UnitCounts units = result.Units;
        Count(text, "Single Precision FP Multipliers", units.SingleMultipliers);
        Count(text, "Single Precision FP Adders", units.SingleAdders);
        Count(text, "Double Precision FP Multipliers", units.DoubleMultipliers);
        Count(text, "Double Precision FP Adders", units.DoubleAdders);
        Count(text, "Trigonometric Units", units.SpecialMath);
        Count(text, "Multipliers (32-bit)", units.Multipliers);
        Count(text, "Adders (32-bit)", units.Adders);
        Count(text, "Bit-wise Operators (32-bit)", units.Bitwise);
        Count(text, "Shifters (32-bit)", units.Shifters);
        text.Append(CultureInfo.InvariantCulture, $"Num of Registers (32-bit): {units.Registers} \n");
        return text.Append(Banner).ToString();
    }

    /// <summary>The scratchpad lines of one invocation, closed by a line of equal signs.</summary>
    public static string FormatScratchpads(AladdinResult result)
    {
        var text = new StringBuilder();
        foreach (ScratchpadUse s in result.Scratchpads)
        {
            text.Append(CultureInfo.InvariantCulture, $"Array: {s.Array}, size = {s.Bytes}, partitions = {s.Partitions}, word size = {s.WordBytes}, ")
                .Append(CultureInfo.InvariantCulture, $"reads = {s.Reads}, writes = {s.Writes}\n");
        }
        return text.Append("===============================\n").ToString();
    }

    /// <summary>A number as C++ streams print it: six significant digits, exponent form when needed.</summary>
    internal static string Number(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return value == 0 ? "0" : value.ToString(CultureInfo.InvariantCulture);
        string scientific = ((float)value).ToString("E5", CultureInfo.InvariantCulture);
        int exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E') + 1), CultureInfo.InvariantCulture);
        if (exponent is < -4 or >= 6)
        {
            string mantissa = scientific[..scientific.IndexOf('E')];
            mantissa = mantissa.TrimEnd('0').TrimEnd('.');
            return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }
        string text = Math.Round((double)(float)value, Math.Clamp(5 - exponent, 0, 15)).ToString($"F{Math.Max(0, 5 - exponent)}", CultureInfo.InvariantCulture);
        return text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    private static void Value(StringBuilder text, string name, double value, string unit) =>
        text.Append(name).Append(": ").Append(Number(value)).Append(' ').Append(unit).Append('\n');

    private static void Count(StringBuilder text, string name, int count)
    {
        if (count > 0) text.Append(CultureInfo.InvariantCulture, $"Num of {name}: {count} \n");
    }
}
