namespace Smaug.Accelerators.Systems.Gem5;

/// <summary>The keys of gem5-Aladdin's configuration files and what is to be said about those without effect.</summary>
internal static class Gem5Keys
{
    /// <summary>Keys that count for every trace-driven accelerator.</summary>
    public static readonly HashSet<string> Effective = new(StringComparer.OrdinalIgnoreCase)
    {
        "accelerator_type", "accelerator_id", "bench_name", "trace_file_name", "config_file_name", "memory_type", "cycle_time",
        "invalidate_on_dma_store", "max_dma_requests", "cacheline_flush_latency", "pipelined_dma", "ignore_cache_flush",
        "num_dma_channels", "enable_acp", "acp_cache_size", "acp_cache_latency", "acp_cache_mshrs", "input_dir",
    };

    /// <summary>Keys that count only where memory_type is cache.</summary>
    public static readonly HashSet<string> CacheOnly = new(StringComparer.OrdinalIgnoreCase)
    {
        "cache_size", "cache_assoc", "cache_hit_latency", "cache_bandwidth", "tlb_entries", "tlb_assoc", "tlb_page_size",
        "tlb_hit_latency", "tlb_miss_latency", "tlb_max_outstanding_walks", "tlb_bandwidth",
        "cacti_cache_config", "cacti_tlb_config",
    };

    /// <summary>Keys of a systolic array.</summary>
    public static readonly HashSet<string> Systolic = new(StringComparer.OrdinalIgnoreCase)
    {
        "accelerator_type", "accelerator_id", "pe_array_rows", "pe_array_cols", "data_type", "sram_size", "line_size",
        "fetch_queue_capacity", "input_dir",
    };

    private const string OneRequest = "a scratchpad's crossbar passes one request per cycle, so that banks never collide";
    private const string Obsolete = "it is obsolete";
    private const string Database = "results are not written to a database";

    /// <summary>Known keys without effect, and why.</summary>
    public static readonly Dictionary<string, string> Ineffective = new(StringComparer.OrdinalIgnoreCase)
    {
        ["spad_ports"] = "ports come from the datapath's own file",
        ["ready_mode"] = "ready mode comes from the datapath's own file",
        ["record_memory_trace"] = "no trace of accesses is written; statistics (--stats) count them",
        ["cacheline_invalidate_latency"] = "the flush latency is used for invalidations too",
        ["dma_setup_overhead"] = "setting up costs what flushing costs",
        ["dma_chunk_size"] = "packets are cache lines",
        ["dma_multi_channel"] = Obsolete,
        ["cache_queue_size"] = "the size of the queue is not enforced",
        ["cache_line_sz"] = "the line size of the system counts",
        ["is_perfect_tlb"] = Obsolete,
        ["load_bandwidth"] = Obsolete,
        ["load_queue_size"] = Obsolete,
        ["store_bandwidth"] = Obsolete,
        ["store_queue_size"] = Obsolete,
        ["cacti_lq_config"] = Obsolete,
        ["cacti_sq_config"] = Obsolete,
        ["commit_queue_capacity"] = "a full queue is only warned of in the original",
        ["num_spad_banks"] = OneRequest,
        ["num_spad_ports"] = OneRequest,
        ["partition_type"] = OneRequest,
        ["use_db"] = Database,
        ["experiment_name"] = Database,
    };
}
