using Smaug.Accelerators.Systolic.Device;
using Smaug.Accelerators.Systolic.Formats;
using Smaug.Core;
using Smaug.Core.Tensors;
using Smaug.Core.Units;
using Smaug.Memory.Tlb;

namespace Smaug.Accelerators.Systems.Gem5;

/// <summary>From the sections of a configuration file to accelerators.</summary>
internal sealed class Gem5ConfigurationReader(IniFile file, string folder)
{
    private const string Defaults = "DEFAULT";

    private readonly List<string> _notes = [];
    private readonly HashSet<string> _noted = new(StringComparer.OrdinalIgnoreCase);

    public Gem5Configuration Read()
    {
        List<Gem5Accelerator> accelerators = [];
        foreach (string name in file.Entries.Select(e => e.Section).Distinct().Where(s => s != Defaults))
        {
            var section = new Gem5Section(file, name);
            Gem5Accelerator accelerator = Accelerator(section);
            if (accelerators.FirstOrDefault(a => a.Id == accelerator.Id) is { } other)
                throw section.Error("accelerator_id", section.Required("accelerator_id"), $"different from that of [{other.Name}]");
            accelerators.Add(accelerator);
        }

        if (accelerators.Count == 0) throw new InputFormatException(file.Source, 0, 0, "no accelerator: there must be a section other than [DEFAULT]");
        NoteKeys(accelerators);
        return new Gem5Configuration(accelerators, _notes);
    }

    private Gem5Accelerator Accelerator(Gem5Section section)
    {
        section.Required("accelerator_id");
        string type = section.Text("accelerator_type") ?? "aladdin";
        var common = new Gem5Accelerator { Name = section.Name, Id = section.Integer("accelerator_id", 0, 0) };
        return type switch
        {
            "aladdin" => Aladdin(section, common),
            "systolic_array" => common with { SystolicArray = Systolic(section) },
            _ => throw section.Error("accelerator_type", type, "aladdin or systolic_array"),
        };
    }

    private Gem5Accelerator Aladdin(Gem5Section section, Gem5Accelerator common)
    {
        string memory = section.Text("memory_type") ?? "spad";
        if (memory is not ("spad" or "cache")) throw section.Error("memory_type", memory, "spad or cache");
        Gem5Accelerator accelerator = common with
        {
            BenchmarkPath = FullPath(section.Required("bench_name")),
            TracePath = FullPath(section.Required("trace_file_name")),
            DatapathPath = FullPath(section.Required("config_file_name")),
            UsesCache = memory == "cache",
            CycleTimeNanoseconds = section.Integer("cycle_time", common.CycleTimeNanoseconds, 1),
            MaxDmaRequests = section.Integer("max_dma_requests", common.MaxDmaRequests, 1),
            DmaChannels = section.Integer("num_dma_channels", common.DmaChannels, 1),
            PipelinedDma = section.Flag("pipelined_dma", common.PipelinedDma),
            IgnoreCacheFlush = section.Flag("ignore_cache_flush", common.IgnoreCacheFlush),
            InvalidateOnDmaStore = section.Flag("invalidate_on_dma_store", common.InvalidateOnDmaStore),
            FlushLatency = section.Time("cacheline_flush_latency", common.FlushLatency),
            EnableAcp = section.Flag("enable_acp", common.EnableAcp),
            AcpCacheSize = section.Size("acp_cache_size", common.AcpCacheSize),
            AcpCacheCycles = section.Integer("acp_cache_latency", common.AcpCacheCycles, 0),
            AcpCacheMshrs = section.Integer("acp_cache_mshrs", common.AcpCacheMshrs, 1),
        };
        if (accelerator.CycleTimeNanoseconds > 1000) throw section.Error("cycle_time", section.Required("cycle_time"), "at most 1000 ns");
        return accelerator.UsesCache ? WithCache(section, accelerator) : accelerator;
    }

    private Gem5Accelerator WithCache(Gem5Section section, Gem5Accelerator accelerator) => accelerator with
    {
        CacheSize = section.Size("cache_size", ByteSize.FromKibibytes(32)),
        CacheWays = section.Integer("cache_assoc", 1, 1),
        CacheHitCycles = section.Integer("cache_hit_latency", 1, 0),
        CacheBandwidth = section.Integer("cache_bandwidth", 4, 0),
        CactiCachePath = section.Text("cacti_cache_config") is { Length: > 0 } cache ? FullPath(cache) : "",
        CactiTlbPath = section.Text("cacti_tlb_config") is { Length: > 0 } tlb ? FullPath(tlb) : "",
        Tlb = new TlbOptions
        {
            Entries = section.Integer("tlb_entries", 0, 0),
            Ways = section.Integer("tlb_assoc", 4, 0),
            PageBytes = section.Integer("tlb_page_size", 4096, 64),
            HitCycles = section.Integer("tlb_hit_latency", 0, 0),
            MissCycles = section.Integer("tlb_miss_latency", 10, 0),
            MaximumOutstandingWalks = section.Integer("tlb_max_outstanding_walks", 4, 1),
            RequestsPerCycle = section.Integer("tlb_bandwidth", 1, 0),
        },
    };

    private static OutputStationaryOptions Systolic(Gem5Section section)
    {
        string type = section.Required("data_type");
        if (!Enum.TryParse(type, ignoreCase: true, out DataType dataType) || dataType == DataType.Bool)
            throw section.Error("data_type", type, "float16, float32, float64, int32 or int64");
        foreach (string key in (string[])["pe_array_rows", "pe_array_cols", "sram_size", "line_size", "fetch_queue_capacity", "commit_queue_capacity", "num_spad_banks", "num_spad_ports", "partition_type"])
            section.Required(key);
        ByteSize scratchpad = section.Size("sram_size", new ByteSize(32768));
        if (scratchpad.Bytes > 1 << 30) throw section.Error("sram_size", section.Required("sram_size"), "at most 1 GB");
        return new OutputStationaryOptions
        {
            DataType = dataType,
            Rows = section.Integer("pe_array_rows", 8, 1),
            Columns = section.Integer("pe_array_cols", 8, 1),
            ScratchpadBytes = (int)scratchpad.Bytes,
            LineBytes = section.Integer("line_size", 8, 1),
            FetchQueueLines = section.Integer("fetch_queue_capacity", 8, 1),
        };
    }

    private string FullPath(string path) => folder.Length == 0 ? path : Path.GetFullPath(Path.Combine(folder, path));

    /// <summary>Every key of the file is either used by someone, or there is a note.</summary>
    private void NoteKeys(List<Gem5Accelerator> accelerators)
    {
        // Keys that only interpolation uses are the user's own.
        string everything = string.Concat(file.Entries.Select(e => e.Value.Text));
        foreach ((string section, string key, IniValue value) in file.Entries)
        {
            IEnumerable<Gem5Accelerator> users = section == Defaults ? accelerators : accelerators.Where(a => a.Name == section);
            if (users.Any(a => IsUsed(a, key)) || everything.Contains($"%({key})s", StringComparison.OrdinalIgnoreCase)) continue;
            if (!_noted.Add(key)) continue;
            string why = Gem5Keys.Ineffective.TryGetValue(key, out string? reason) ? $"has no effect: {reason}"
                : Gem5Keys.CacheOnly.Contains(key) ? "has no effect: memory_type is spad"
                : Gem5Keys.Effective.Contains(key) || Gem5Keys.Systolic.Contains(key) ? "has no effect for this type of accelerator"
                : "is not known and has no effect";
            _notes.Add($"{file.Source}({value.Line}): [{section}] {key} {why}");
        }
    }

    private static bool IsUsed(Gem5Accelerator accelerator, string key) => accelerator.SystolicArray is not null
        ? Gem5Keys.Systolic.Contains(key)
        : Gem5Keys.Effective.Contains(key) || (accelerator.UsesCache && Gem5Keys.CacheOnly.Contains(key));
}
