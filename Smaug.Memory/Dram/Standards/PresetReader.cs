using System.Globalization;
using System.Text.Json;

namespace Smaug.Memory.Dram.Standards;

/// <summary>Turns the table entry of a standard into a preset: picks values, evaluates formulas, adds bus occupancy.</summary>
internal static class PresetReader
{
    public static DramPreset Read(DramRules rules, string standard, JsonElement table, string speed, string organization)
    {
        JsonElement grade = table.GetProperty("speeds").GetProperty(speed);
        JsonElement org = table.GetProperty("organizations").GetProperty(organization);
        int multiplier = table.GetProperty("tickMultiplier").GetInt32();
        Dictionary<string, int> timing = new(StringComparer.Ordinal);
        foreach (JsonProperty value in grade.GetProperty("timing").EnumerateObject()) timing[value.Name] = value.Value.GetInt32() * multiplier;
        foreach (JsonProperty value in grade.GetProperty("byOrganization").GetProperty(organization).EnumerateObject())
        {
            timing[value.Name] = value.Value.GetInt32() * multiplier;
        }

        string[] levels = [.. table.GetProperty("levels").EnumerateArray().Select(l => l.GetString()!)];
        JsonElement counts = org.GetProperty("counts");
        Dictionary<DramCommandKind, string> names = [];
        foreach (JsonElement command in table.GetProperty("commands").EnumerateArray())
        {
            DramCommandKind kind = KindOf(command.GetString()!);
            if (kind != DramCommandKind.Other) names[kind] = command.GetString()!;
        }

        double clock = grade.GetProperty("clockPicoseconds").GetDouble();
        return new DramPreset
        {
            Name = speed + organization[standard.Length..],
            Rules = rules,
            Standard = standard,
            Speed = speed,
            Organization = organization,
            DensityMegabits = org.GetProperty("densityMegabits").GetInt32(),
            DeviceBits = org.GetProperty("deviceBits").GetInt32(),
            ChannelBits = org.GetProperty("channelBits").GetInt32(),
            Prefetch = table.GetProperty("prefetch").GetInt32(),
            MegatransfersPerSecond = grade.GetProperty("rate").GetInt32(),
            CyclePicoseconds = multiplier == 1 ? clock : Math.Floor(clock / multiplier),
            Levels = levels,
            Counts = [1, .. levels.Skip(1).Select(l => counts.GetProperty(l).GetInt32())],
            HasFixedRanks = !levels.Contains("Rank") || org.TryGetProperty("fixedRanks", out _),
            Timing = timing,
            ReadLatencyCycles = Evaluate(table.GetProperty("readLatency").GetString()!, timing),
            Constraints = Constraints(table, levels, timing, multiplier),
            CommandNames = names,
            HasSplitCommandBus = table.GetProperty("rowCommands").GetArrayLength() > 0,
            CyclesPerClock = multiplier,
        };
    }

    private static DramCommandKind KindOf(string name) => name switch
    {
        "ACT" or "ACT1" => DramCommandKind.Activate,
        "ACT2" => DramCommandKind.ActivateSecond,
        "PRE" or "PREpb" => DramCommandKind.Precharge,
        "PREA" or "PRA" or "PREab" => DramCommandKind.PrechargeAll,
        "RD" => DramCommandKind.Read,
        "WR" => DramCommandKind.Write,
        "RDA" => DramCommandKind.ReadPrecharge,
        "WRA" => DramCommandKind.WritePrecharge,
        "REF" or "REFab" => DramCommandKind.Refresh,
        "REFpb" or "REFPB" or "REFSB" => DramCommandKind.RefreshBank,
        "CAS_RD" => DramCommandKind.SynchronizeRead,
        "CAS_WR" => DramCommandKind.SynchronizeWrite,
        _ => DramCommandKind.Other,
    };

    private static List<TimingConstraint> Constraints(JsonElement table, string[] levels, Dictionary<string, int> timing, int multiplier)
    {
        Dictionary<string, int> cycles = [];
        foreach (JsonElement command in table.GetProperty("commands").EnumerateArray())
        {
            string name = command.GetString()!;
            double clocks = table.GetProperty("commandCycles").TryGetProperty(name, out JsonElement value) ? value.GetDouble() : 1;
            cycles[name] = (int)(clocks * multiplier);
        }

        List<TimingConstraint> constraints = BusOccupancy(table, cycles);
        foreach (JsonElement entry in table.GetProperty("constraints").EnumerateArray())
        {
            int level = Array.IndexOf(levels, entry[0].GetString());
            int latency = Evaluate(entry[3].GetString()!, timing);
            foreach (string from in entry[1].EnumerateArray().Select(e => e.GetString()!))
            {
                foreach (string to in entry[2].EnumerateArray().Select(e => e.GetString()!))
                {
                    // Latencies are between the ends of multi-cycle commands; the engine stamps their first cycle.
                    Add(constraints, new TimingConstraint(level, KindOf(from), KindOf(to), latency + cycles[from] - cycles[to],
                        entry[4].GetInt32(), entry[5].GetBoolean()));
                }
            }
        }

        return constraints;
    }

    /// <summary>A command of several cycles keeps its bus from all other commands meanwhile.</summary>
    private static List<TimingConstraint> BusOccupancy(JsonElement table, Dictionary<string, int> cycles)
    {
        List<TimingConstraint> constraints = [];
        JsonElement[] buses = table.GetProperty("rowCommands").GetArrayLength() > 0
            ? [table.GetProperty("rowCommands"), table.GetProperty("columnCommands")]
            : [table.GetProperty("commands")];
        foreach (JsonElement bus in buses)
        {
            string[] commands = [.. bus.EnumerateArray().Select(c => c.GetString()!)];
            foreach (string from in commands.Where(c => cycles[c] > 1))
            {
                foreach (string to in commands)
                {
                    Add(constraints, new TimingConstraint(0, KindOf(from), KindOf(to), cycles[from], 1, Sibling: false));
                }
            }
        }

        return constraints;
    }

    private static void Add(List<TimingConstraint> constraints, TimingConstraint constraint)
    {
        if (constraint.From != DramCommandKind.Other && constraint.To != DramCommandKind.Other) constraints.Add(constraint);
    }

    /// <summary>Evaluates a sum of parameters and literals such as <c>nCL + nBL + 2 - nCWL</c>.</summary>
    private static int Evaluate(string formula, Dictionary<string, int> timing)
    {
        int sum = 0, sign = 1;
        foreach (string token in formula.Split(' '))
        {
            if (token == "+") sign = 1;
            else if (token == "-") sign = -1;
            else sum += sign * (char.IsDigit(token[0]) ? int.Parse(token, CultureInfo.InvariantCulture) : timing[token]);
        }

        return sum;
    }
}
