using System.Text.Json;
using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Formats;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Systolic;

/// <summary>One golden case: inputs as files of SCALE-Sim, and its reports for each version.</summary>
internal sealed class GoldenRun
{
    private readonly JsonElement _json;

    private GoldenRun(JsonElement json) => _json = json;

    public string Name => Text("name")!;

    public IEnumerable<(ScaleSimVersion Version, Dictionary<string, string> Reports)> Results
    {
        get
        {
            foreach (JsonProperty version in _json.GetProperty("results").EnumerateObject())
            {
                var reports = version.Value.EnumerateObject().ToDictionary(p => p.Name + ".csv", p => p.Value.GetString()!);
                yield return (Version(version.Name), reports);
            }
        }
    }

    public static ScaleSimVersion Version(string name) => name == "v2" ? ScaleSimVersion.V2 : ScaleSimVersion.V3;

    public static GoldenRun Read(string relative)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(GoldenData.Require(relative)));
        return new GoldenRun(document.RootElement.Clone());
    }

    public static GoldenRun Case(string name) => Read($"scalesim/runs/{name}.json");

    public SystolicConfiguration Configuration(ScaleSimVersion version) =>
        ConfigurationFile.Parse(Text("config")!, "config", version).Configuration with
        {
            CompensatedSums = Text("note")?.Contains("compensated", StringComparison.Ordinal) ?? false,
        };

    public SystolicTopology Topology(ScaleSimVersion version) => TopologyFile.Parse(Text("topology")!, "topology", new TopologyReadOptions
    {
        Kind = Text("input") == "gemm" ? TopologyKind.MatrixProduct : TopologyKind.Convolution,
        Strict = true,
        Version = version,
    }).Topology;

    public SystolicRunOptions Options() => new()
    {
        Layouts = Text("layout") is { } layout ? LayoutFile.Parse(layout, "layout", strict: true) : [],
        Memory = Text("latency") is { } latency ? _ => Latencies(latency) : null,
        Parallelism = 1,
    };

    public SystolicResult Simulate(ScaleSimVersion version) => SystolicArray.Simulate(Topology(version), Configuration(version), Options());

    public string? Text(string property) => _json.TryGetProperty(property, out JsonElement value) ? value.GetString() : null;

    private static LatencyListMemory Latencies(string csv)
    {
        List<long>[] columns = [[], [], []];
        foreach (string line in csv.Split('\n').Skip(1).Where(line => line.Length > 0))
        {
            string[] fields = line.Split(',');
            for (int i = 0; i < 3; i++)
            {
                if (fields[i].Length > 0) columns[i].Add(long.Parse(fields[i]));
            }
        }

        return new LatencyListMemory(columns[0], columns[1], columns[2]);
    }
}
