using System.Globalization;
using System.Text;
using System.Text.Json;
using Smaug.Core.Formats;
using Smaug.Core.Units;
using Smaug.Memory.Dram;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Standards;
using Smaug.Memory.Dram.Traces;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Cli;

/// <summary>The files that <c>smaug dram</c> writes; null: not asked for.</summary>
internal sealed record DramFiles(string? Json, string? Html, string? Requests, string? Commands);

/// <summary>Runs of <c>smaug dram</c> and what they print.</summary>
internal static class DramRuns
{
    public static void Run(DramConfiguration configuration, string trace, string? currents, DramFiles files, TextWriter output,
        CancellationToken cancellation)
    {
        configuration.Validate();
        CommandEnergyMeter? meter = currents is null ? null : Meter(configuration, currents);
        using DramTraceReader reader = DramTraceReader.Open(trace);
        DramMemory? memory = null;
        long requestCount = 0;
        BandwidthSeries? bandwidth = files.Html is null ? null : new BandwidthSeries();
        WithFile(files.Requests, requests => WithFile(files.Commands, commands =>
        {
            var log = new CommandLog(configuration, requests, commands, meter, bandwidth);
            memory = new DramMemory(configuration, log, commands is null && meter is null ? null : log);
            log.WriteHeaders();
            var run = new DramTraceRun(memory, reader);
            run.ToEnd(DramProgress.For(output), cancellation);
            requestCount = run.Requests;
        }));
        List<(string Name, object Value)> figures = Figures(memory!, requestCount);
        if (meter is not null) AddEnergy(figures, meter.Report(memory!.Cycle));
        Print(output, figures);
        IEnumerable<(long, long)> latencies = memory!.Statistics.Histogram.Bins;
        WriteJson(files.Json, figures, "cycles", latencies);
        WritePage(files.Html, trace, figures, "cycles", latencies, bandwidth, configuration.Preset.CyclePicoseconds, configuration.PeakBytesPerSecond);
    }

    public static void Run(TransactionConfiguration configuration, int channels, string trace, bool wrap, DramFiles files, TextWriter output,
        CancellationToken cancellation)
    {
        configuration.Validate();
        TransactionEnergyMeter[] meters = configuration.Currents.IsGiven
            ? [.. Enumerable.Range(0, channels).Select(_ => new TransactionEnergyMeter(configuration))]
            : [];
        using DramTraceReader reader = DramTraceReader.Open(trace);
        TransactionTraceRun? run = null;
        TransactionLog? log = null;
        WithFile(files.Requests, requests => WithFile(files.Commands, commands =>
        {
            log = new TransactionLog(requests, commands, files.Html is null ? null : new BandwidthSeries());
            log.WriteHeaders();
            run = new TransactionTraceRun(configuration, reader, channels, wrapAddresses: wrap, log: log,
                observe: channel => new TransactionChannelLog(channel, configuration, log, meters.Length > 0 ? meters[channel] : null));
            run.ToEnd(DramProgress.For(output), cancellation);
        }));
        List<(string Name, object Value)> figures = Figures(run!);
        if (meters.Length > 0) AddEnergy(figures, meters.Select(m => m.Report(run!.Memory.Now)).Aggregate((sum, next) => sum.Add(next)));
        Print(output, figures);
        WriteJson(files.Json, figures, "ns", log!.Latencies);
        WritePage(files.Html, trace, figures, "ns", log.Latencies, log.Bandwidth, 1, run!.Memory.PeakBytesPerSecond);
    }

    private static CommandEnergyMeter Meter(DramConfiguration configuration, string currents) =>
        new(configuration, DramEnergyParameters.From(TransactionPresets.Get(currents), configuration.Preset));

    private static List<(string Name, object Value)> Figures(DramMemory memory, long requests)
    {
        DramStatistics s = memory.Statistics;
        double seconds = memory.TimeOf(memory.Cycle).Seconds;
        return
        [
            ("preset", memory.Configuration.Preset.Name),
            ("rules", memory.Configuration.Preset.Rules == DramRules.Ramulator1 ? "ramulator1" : "ramulator2"),
            ("channels", (long)memory.Configuration.Channels),
            ("ranks", (long)memory.Configuration.EffectiveRanks),
            ("capacity_bytes", memory.Configuration.CapacityBytes),
            ("cycles", memory.Cycle),
            ("time_ps", memory.TimeOf(memory.Cycle).Picoseconds),
            ("active_cycles", memory.ActiveCycles),
            ("requests", requests),
            ("reads", s.Reads),
            ("writes", s.Writes),
            ("row_hits", s.RowHits),
            ("row_misses", s.RowMisses),
            ("row_conflicts", s.RowConflicts),
            ("useless_activates", s.UselessActivates),
            ("reads_forwarded", s.ReadsForwarded),
            ("writes_coalesced", s.WritesCoalesced),
            ("refreshes", s.Refreshes),
            ("write_clock_synchronizations", s.Synchronizations),
            ("read_latency_average_cycles", s.ReadLatencyAverage),
            ("read_latency_max_cycles", s.ReadLatencyMax),
            ("read_latency_p99_cycles", s.Histogram.Percentile(0.99)),
            ("queue_length_average", memory.Cycle == 0 ? 0.0 : (double)s.QueueLengthSum / memory.Cycle),
            ("bandwidth_bytes_per_second", seconds == 0 ? 0.0 : s.TransactionBytes / seconds),
            ("peak_bandwidth_bytes_per_second", memory.Configuration.PeakBytesPerSecond),
        ];
    }

    private static List<(string Name, object Value)> Figures(TransactionTraceRun run)
    {
        TransactionStatistics s = run.Memory.Statistics;
        double seconds = s.LastResponse.Seconds;
        return
        [
            ("preset", run.Memory.Configuration.Name),
            ("rules", "gem5"),
            ("channels", (long)run.Memory.Channels.Count),
            ("ranks", (long)run.Memory.Configuration.Ranks),
            ("capacity_bytes", run.Memory.CapacityBytes),
            ("time_ps", s.LastResponse.Picoseconds),
            ("requests", run.Requests),
            ("reads", s.ReadPackets),
            ("writes", s.WritePackets),
            ("read_bursts", s.ReadBursts),
            ("write_bursts", s.WriteBursts),
            ("reads_served_by_write_queue", s.ReadsServedByWriteQueue),
            ("write_bursts_merged", s.MergedWriteBursts),
            ("read_row_hits", s.ReadRowHits),
            ("write_row_hits", s.WriteRowHits),
            ("refreshes", s.Refreshes),
            ("writes_left_in_queue", (long)run.Memory.QueuedWrites),
            ("read_latency_average_ps", s.ReadPackets == 0 ? 0.0 : (double)s.ReadLatencySum.Picoseconds / s.ReadPackets),
            ("bandwidth_bytes_per_second", seconds == 0 ? 0.0 : (s.BytesRead + s.BytesWritten) / seconds),
            ("peak_bandwidth_bytes_per_second", run.Memory.PeakBytesPerSecond),
        ];
    }

    private static void AddEnergy(List<(string Name, object Value)> figures, DramEnergyReport energy)
    {
        figures.Add(("energy_activate_pj", energy.Activate.Picojoules));
        figures.Add(("energy_precharge_pj", energy.Precharge.Picojoules));
        figures.Add(("energy_read_pj", energy.Read.Picojoules));
        figures.Add(("energy_write_pj", energy.Write.Picojoules));
        figures.Add(("energy_refresh_pj", energy.Refresh.Picojoules));
        figures.Add(("energy_active_standby_pj", energy.ActiveStandby.Picojoules));
        figures.Add(("energy_precharge_standby_pj", energy.PrechargeStandby.Picojoules));
        figures.Add(("energy_total_pj", energy.Total.Picojoules));
    }

    private static void Print(TextWriter output, List<(string Name, object Value)> figures)
    {
        foreach ((string name, object value) in figures) output.WriteLine($"{name,-34} {Text(value)}");
    }

    private static string Text(object value) => value is double number
        ? number.ToString("0.######", CultureInfo.InvariantCulture)
        : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static void WritePage(string? path, string trace, List<(string Name, object Value)> figures, string latencyUnit,
        IEnumerable<(long, long)> latencies, BandwidthSeries? bandwidth, double unitPicoseconds, double peak)
    {
        if (path is null) return;
        string page = DramPage.Format($"{figures[0].Value}: {Path.GetFileName(trace)}", figures.Select(f => (f.Name, Text(f.Value))),
            [.. latencies], latencyUnit, bandwidth!, unitPicoseconds, peak);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
    }

    private static void WriteJson(string? path, List<(string Name, object Value)> figures, string latencyUnit, IEnumerable<(long, long)> latencies)
    {
        if (path is null) return;
        AtomicFile.Write(path, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            foreach ((string name, object value) in figures)
            {
                if (value is long whole) json.WriteNumber(name, whole);
                else if (value is double number) json.WriteNumber(name, number);
                else json.WriteString(name, (string)value);
            }

            json.WriteStartObject("read_latency_histogram_" + latencyUnit);
            foreach ((long latency, long count) in latencies) json.WriteNumber(latency.ToString(CultureInfo.InvariantCulture), count);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static void WithFile(string? path, Action<StreamWriter?> write)
    {
        if (path is null)
        {
            write(null);
            return;
        }

        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
            write(writer);
        });
    }
}

/// <summary>One line on the terminal that says how far a trace is; nothing where the output is not a terminal.</summary>
internal sealed class DramProgress(TextWriter output) : IProgress<DramTraceProgress>
{
    public static DramProgress? For(TextWriter output) =>
        ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected ? new DramProgress(output) : null;

    public void Report(DramTraceProgress value)
    {
        string share = value.TotalBytes > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * value.BytesRead / value.TotalBytes:0} %, ")
            : "";
        output.Write(string.Create(CultureInfo.InvariantCulture, $"\r{share}{value.Requests} requests, cycle {value.Cycle}   \r"));
    }
}
