using System.Globalization;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin;

/// <summary>
/// Reads and writes the accelerator configuration text format: one comma-separated directive per line (partition, cache, acp,
/// unrolling, flatten, pipeline, pipelining, cycle_time, ready_mode, scratchpad_ports).
/// </summary>
public static partial class DatapathConfigurationFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InputFormatException">A directive is unknown or cannot be read; the message gives the line.</exception>
    public static DatapathConfiguration Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFormatException(path, 0, 0, $"cannot read the accelerator configuration: {e.Message}", e);
        }
        return Parse(text, path);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The directives.</param>
    /// <param name="source">Name for messages.</param>
    /// <exception cref="InputFormatException">A directive is unknown or cannot be read; the message gives the line.</exception>
    public static DatapathConfiguration Parse(string text, string source = "")
    {
        var state = new State(source);
        int number = 0;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            number++;
            if (raw.Length == 0 || raw[0] == '#') continue;
            // The format ends at the first non-empty line that has no comma.
            if (!raw.Contains(',')) break;
            state.Apply(raw.ToString(), number);
        }
        DatapathConfiguration configuration = state.Build();
        try
        {
            configuration.Validate();
        }
        catch (ConfigurationException e)
        {
            throw new InputFormatException(source, 0, 0, e.Message, e);
        }
        return configuration;
    }

    private sealed class State(string source)
    {
        private readonly Dictionary<string, int> arrayIndex = [];
        private readonly List<DatapathArray> arrays = [];
        private readonly Dictionary<LoopLabel, int> unrolling = [];
        private readonly HashSet<LoopLabel> pipelined = [];
        private DatapathConfiguration head = new();

        public void Apply(string line, int number)
        {
            string[] fields = line.TrimEnd('\r').Split(',');
            switch (fields[0])
            {
                case "partition":
                    Partition(line, fields, number);
                    break;
                case "cache":
                    Need(fields, 3, number);
                    Add(new DatapathArray(fields[1], ArrayMemory.Cache, ArrayPartitioning.None, Long(fields[2], number), 0, 1));
                    break;
                case "acp":
                    Need(fields, 2, number);
                    Add(new DatapathArray(fields[1], ArrayMemory.Acp, ArrayPartitioning.None, 0, 0, 1));
                    break;
                case "unrolling":
                    Need(fields, 4, number);
                    Unroll(fields, Integer(fields[3], number), number);
                    break;
                case "flatten":
                    Need(fields, 3, number);
                    Unroll(fields, 0, number);
                    break;
                case "pipeline":
                    Need(fields, 3, number);
                    pipelined.Add(new LoopLabel(fields[1], fields[2]));
                    break;
                default:
                    Global(fields, number);
                    break;
            }
        }

        public DatapathConfiguration Build() => head with { Arrays = arrays, Unrolling = unrolling, Pipelined = pipelined };

        private void Global(string[] fields, int number)
        {
            Need(fields, 2, number);
            head = fields[0] switch
            {
                "pipelining" => head with { GlobalPipelining = Integer(fields[1], number) != 0 },
                "ready_mode" => head with { ReadyMode = Integer(fields[1], number) != 0 },
                "scratchpad_ports" => head with { ScratchpadPorts = Integer(fields[1], number) },
                "cycle_time" => head with { CycleTimeNanoseconds = Float(fields[1], number) },
                _ => throw Error(number, $"unknown directive '{fields[0]}'; known: partition, cache, acp, unrolling, flatten, " +
                    "pipeline, pipelining, cycle_time, ready_mode, scratchpad_ports"),
            };
        }

        private void Partition(string line, string[] fields, int number)
        {
            // The keyword counts wherever it stands in the line, also inside an array's name.
            if (line.Contains("complete", StringComparison.Ordinal))
            {
                Need(fields, 4, number);
                int word = fields.Length > 4 && fields[4].Length > 0 ? Integer(fields[4], number) : 0;
                Add(DatapathArray.Complete(fields[2], Long(fields[3], number), word));
                return;
            }
            Need(fields, 6, number);
            ArrayPartitioning kind = fields[1] == "cyclic" ? ArrayPartitioning.Cyclic : ArrayPartitioning.Block;
            Add(new DatapathArray(fields[2], ArrayMemory.Scratchpad, kind, Long(fields[3], number), Integer(fields[4], number), Integer(fields[5], number)));
        }

        private void Add(DatapathArray array)
        {
            if (arrayIndex.TryGetValue(array.Name, out int index))
            {
                arrays[index] = array;
                return;
            }
            arrayIndex.Add(array.Name, arrays.Count);
            arrays.Add(array);
        }

        private void Unroll(string[] fields, int factor, int number)
        {
            var label = new LoopLabel(fields[1], fields[2]);
            if (unrolling.TryGetValue(label, out int old) && old != factor)
            {
                throw Error(number, $"loop {fields[1]}/{fields[2]} has factor {factor} here and {old} on an earlier line " +
                    "(0 = flatten); keep one of them");
            }
            unrolling[label] = factor;
        }

        private void Need(string[] fields, int count, int number)
        {
            if (fields.Length < count) throw Error(number, $"'{fields[0]}' needs {count - 1} fields, found {fields.Length - 1}");
        }

        private int Integer(string text, int number) =>
            int.TryParse(text.AsSpan().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                ? value : throw Error(number, $"'{text}' is not a whole number");

        private long Long(string text, int number) =>
            long.TryParse(text.AsSpan().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
                ? value : throw Error(number, $"'{text}' is not a whole number of bytes");

        private float Float(string text, int number) =>
            float.TryParse(text.AsSpan().Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
                ? value : throw Error(number, $"'{text}' is not a number");

        private InputFormatException Error(int number, string detail) => new(source, number, 0, detail);
    }
}
