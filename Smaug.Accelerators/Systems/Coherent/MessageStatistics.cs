using System.Globalization;
using Smaug.Accelerators.Systems.Session;
using Smaug.Core.Simulation;
using Smaug.Memory.Coherence;

namespace Smaug.Accelerators.Systems.Coherent;

/// <summary>The figures of the directory protocol's messages, its network and its endpoints, under the original's names where it has them.</summary>
/// <param name="statistics">Gets the figures.</param>
/// <param name="simulator">The simulation, in which the parts have registered their counters.</param>
/// <param name="options">Parameters of the network.</param>
internal sealed class MessageStatistics(RunStatistics statistics, Simulator simulator, MesiOptions options)
{
    private const string System = "ruby";
    private readonly Dictionary<string, Statistic> _registered = simulator.Statistics.All.ToDictionary(s => s.Name, StringComparer.Ordinal);
    private readonly List<Counter> _links = [];

    public void Describe(int cores, int accelerators)
    {
        for (int bank = 0; bank < options.L2Banks; bank++) L2(bank);
        Messages();
        Endpoints("l1_cntrl", "cpu", cores);
        for (int bank = 0; bank < options.L2Banks; bank++) Links(Name("l2_cntrl", bank), Bank(bank));
        Links("dir_cntrl0", $"{System}.directory");
        Endpoints("dma_cntrl", "dma", accelerators);
        Endpoints("acp_cntrl", "acp", accelerators);
        statistics.Ratio("system.ruby.network.percent_links_utilized", "%", "Mean of the utilisation of these links", () => _links.Sum(c => c.Total), () => Capacity() * _links.Count, 100);
        Latencies(cores, accelerators);
    }

    private static string Name(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}");

    private string Bank(int bank) => options.L2Banks == 1 ? $"{System}.l2" : string.Create(CultureInfo.InvariantCulture, $"{System}.l2.{bank}");

    private void L2(int bank)
    {
        Counter hits = Counter($"{Bank(bank)}.hits"), misses = Counter($"{Bank(bank)}.misses");
        Counter writeHits = Counter($"{Bank(bank)}.writeHits"), writeMisses = Counter($"{Bank(bank)}.writeMisses");
        string name = $"system.ruby.{Name("l2_cntrl", bank)}.L2cache";
        statistics.Count($"{name}.read_hits", "accesses", "Requests to read that found their line", () => hits.Total - writeHits.Total);
        statistics.Count($"{name}.read_misses", "accesses", "Requests to read that went to the directory", () => misses.Total - writeMisses.Total);
        statistics.Count($"{name}.write_hits", "accesses", "Requests to write that found their line", () => writeHits.Total);
        statistics.Count($"{name}.write_misses", "accesses", "Requests to write that went to the directory", () => writeMisses.Total);
    }

    private void Messages()
    {
        const string Sent = $"{System}.network.messages.", Bytes = $"{System}.network.bytes.";
        string[] kinds = [.. _registered.Keys.Where(n => n.StartsWith(Sent, StringComparison.Ordinal)).Select(n => n[Sent.Length..])];
        foreach (IGrouping<string, string> group in kinds.GroupBy(SizeOf))
        {
            Counter[] messages = [.. group.Select(k => Counter(Sent + k))], bytes = [.. group.Select(k => Counter(Bytes + k))];
            statistics.Count($"system.ruby.network.msg_count.{group.Key}", "messages", $"Messages of class {group.Key}", () => messages.Sum(c => c.Total));
            statistics.Count($"system.ruby.network.msg_byte.{group.Key}", "bytes", $"Bytes of messages of class {group.Key}", () => bytes.Sum(c => c.Total));
        }

        foreach (string kind in kinds)
        {
            Counter counter = Counter(Sent + kind);
            statistics.Count($"system.ruby.network.messages.{kind}", "messages", counter.Description.TrimEnd('.'), () => counter.Total);
        }
    }

    /// <summary>The class by which the original counts a kind of message.</summary>
    private static string SizeOf(string kind) => kind switch
    {
        "GetShared" or "GetInstruction" or "GetExclusive" or "Upgrade" or "Fetch" => "Control",
        "Invalidate" or "ForwardGetShared" or "ForwardGetExclusive" or "ForwardAcpRead" or "ForwardAcpWrite" => "Request_Control",
        "AcpWrite" => "Data",
        "PutModified" => "Writeback_Data",
        "AcpRead" or "DmaRead" or "DmaWrite" => "Writeback_Control",
        "Data" or "PutDirty" or "RecallData" or "MemoryData" or "DmaData" => "Response_Data",
        _ => "Response_Control",
    };

    private void Endpoints(string original, string name, int count)
    {
        for (int i = 0; i < count; i++) Links(Name(original, i), $"{System}.{Name(name, i)}");
    }

    private void Links(string original, string endpoint)
    {
        Link("out", "to", Counter($"{endpoint}.bytesSent"));
        Link("in", "from", Counter($"{endpoint}.bytesReceived"));

        void Link(string direction, string word, Counter bytes)
        {
            _links.Add(bytes);
            statistics.Ratio($"system.ruby.network.{original}.{direction}.link_utilization", "%", $"Part of the time in which the link {word} the centre carried messages", () => bytes.Total, Capacity, 100);
        }
    }

    private double Capacity() => (double)simulator.Now.Picoseconds / options.Frequency.PeriodPicoseconds * options.LinkBytesPerCycle;

    private void Latencies(int cores, int accelerators)
    {
        Histogram[] core = Of("cpu", cores), dma = Of("dma", accelerators), port = Of("acp", accelerators);
        statistics.Histogram("system.ruby.latency_hist_seqr", "Latency of requests of cores and coherency ports", [.. core, .. port]);
        for (int i = 0; i < cores; i++) statistics.Histogram($"system.ruby.{Name("l1_cntrl", i)}.sequencer.latency_hist_seqr", "Latency of the core's lines", core[i]);
        for (int i = 0; i < accelerators; i++)
        {
            statistics.Histogram($"system.{Name("acc", i)}_datapath.acp_latency", "Latency of lines through the coherency port", port[i]);
            statistics.Histogram($"system.{Name("acc", i)}_datapath.dma_latency", "Latency of lines by DMA", dma[i]);
        }

        Histogram[] Of(string endpoint, int count) => [.. Enumerable.Range(0, count).Select(i => (Histogram)_registered[$"{System}.{Name(endpoint, i)}.latency"])];
    }

    private Counter Counter(string name) => (Counter)_registered[name];
}
