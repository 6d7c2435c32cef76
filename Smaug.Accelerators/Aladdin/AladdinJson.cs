using System.Text.Json;

namespace Smaug.Accelerators.Aladdin;

/// <summary>Results as JSON: one array, one object per invocation, units in the names.</summary>
public static class AladdinJson
{
    /// <summary>Writes the results.</summary>
    public static void Write(Stream target, IEnumerable<AladdinResult> results)
    {
        using var json = new Utf8JsonWriter(target, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach (AladdinResult result in results) Write(json, result);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, AladdinResult r)
    {
        json.WriteStartObject();
        json.WriteNumber("invocation", r.Invocation);
        json.WriteString("topFunction", r.TopFunction);
        json.WriteNumber("cycleTimeNanoseconds", r.CycleTimeNanoseconds);
        json.WriteNumber("cycles", r.Cycles);
        json.WriteNumber("upsampledCycles", r.UpsampledCycles);
        json.WriteNumber("idleCycles", r.IdleCycles);
        json.WriteNumber("energyPicojoules", r.Energy.Picojoules);
        json.WriteStartObject("graph");
        json.WriteNumber("nodes", r.Graph.Nodes);
        json.WriteNumber("edges", r.Graph.Edges);
        json.WriteNumber("registerEdgeInsertions", r.Graph.RegisterEdgeInsertions);
        json.WriteNumber("memoryEdges", r.Graph.MemoryEdges);
        json.WriteNumber("controlEdges", r.Graph.ControlEdges);
        json.WriteNumber("connectedNodes", r.Graph.ConnectedNodes);
        json.WriteNumber("scheduledEdges", r.Graph.ScheduledEdges);
        json.WriteEndObject();
        json.WriteStartObject("powerMilliwatts");
        json.WriteNumber("total", r.Power.Total);
        json.WriteNumber("unitDynamic", r.Power.UnitDynamic);
        json.WriteNumber("unitLeakage", r.Power.UnitLeakage);
        json.WriteNumber("memoryDynamic", r.Power.MemoryDynamic);
        json.WriteNumber("memoryLeakage", r.Power.MemoryLeakage);
        json.WriteEndObject();
        json.WriteStartObject("areaSquareMicrometres");
        json.WriteNumber("total", r.Area.Total);
        json.WriteNumber("units", r.Area.Units);
        json.WriteNumber("memory", r.Area.Memory);
        json.WriteEndObject();
        WriteUnits(json, r.Units);
        WriteLists(json, r);
        json.WriteEndObject();
    }

    private static void WriteUnits(Utf8JsonWriter json, UnitCounts u)
    {
        json.WriteStartObject("units");
        json.WriteNumber("singleMultipliers", u.SingleMultipliers);
        json.WriteNumber("singleAdders", u.SingleAdders);
        json.WriteNumber("doubleMultipliers", u.DoubleMultipliers);
        json.WriteNumber("doubleAdders", u.DoubleAdders);
        json.WriteNumber("specialMath", u.SpecialMath);
        json.WriteNumber("multipliers", u.Multipliers);
        json.WriteNumber("adders", u.Adders);
        json.WriteNumber("bitwise", u.Bitwise);
        json.WriteNumber("shifters", u.Shifters);
        json.WriteNumber("registers", u.Registers);
        json.WriteEndObject();
    }

    private static void WriteLists(Utf8JsonWriter json, AladdinResult r)
    {
        json.WriteStartArray("scratchpads");
        foreach (ScratchpadUse s in r.Scratchpads)
        {
            json.WriteStartObject();
            json.WriteString("array", s.Array);
            json.WriteNumber("bytes", s.Bytes);
            json.WriteNumber("partitions", s.Partitions);
            json.WriteNumber("wordBytes", s.WordBytes);
            json.WriteNumber("reads", s.Reads);
            json.WriteNumber("writes", s.Writes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("loops");
        foreach (LoopStatistics l in r.Loops)
        {
            json.WriteStartObject();
            json.WriteString("function", l.Function);
            json.WriteString("label", l.Label);
            json.WriteNumber("line", l.Line);
            json.WriteNumber("iterations", l.Iterations);
            json.WriteNumber("totalCycles", l.TotalCycles);
            json.WriteNumber("shortestCycles", l.ShortestCycles);
            json.WriteNumber("longestCycles", l.LongestCycles);
            json.WriteNumber("initiationIntervalCycles", l.InitiationInterval);
            json.WriteBoolean("isPipelined", l.IsPipelined);
            json.WriteNumber("samplingFactor", l.SamplingFactor);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("functions");
        foreach (FunctionStatistics f in r.Functions)
        {
            json.WriteStartObject();
            json.WriteString("function", f.Function);
            json.WriteNumber("nodes", f.Nodes);
            json.WriteNumber("loads", f.Loads);
            json.WriteNumber("stores", f.Stores);
            json.WriteNumber("computations", f.Computations);
            json.WriteNumber("firstCycle", f.FirstCycle);
            json.WriteNumber("lastCycle", f.LastCycle);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
