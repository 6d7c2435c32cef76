using System.Text.Json.Serialization;
using Smaug.Accelerators.Systems;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Standards;
using Smaug.Memory.Dram.Transaction;

namespace Smaug;

/// <summary>How finely caches, interconnect and DMA engines are simulated; <see cref="DramFidelity"/> is that of DRAM.</summary>
public enum MemoryFidelity
{
    /// <summary>Blocks of some hundred bytes with measured times; the fastest.</summary>
    Analytical,

    /// <summary>
    /// Every cache line: its coherence state, the fixed latencies of the protocol, reservations of the links, limits of requests
    /// under way, and DRAM banks.
    /// </summary>
    Transaction,

    /// <summary>Every message of the coherence protocol, with its transient states; two to four times slower.</summary>
    Message,

    /// <summary>
    /// Every line too, but on the original's classic memory system: private caches and a shared L2 kept coherent by snooping crossbars instead of a
    /// directory, DMA engines at the system crossbar. <see cref="HostMemoryConfiguration.Classic"/> has its parameters.
    /// </summary>
    Classic,
}

/// <summary>
/// Caches and DRAM. In the analytical model: a last-level cache that knows which pages it holds, and a DRAM channel that all
/// requesters share; its times were measured line by line on the tutorial's SoC (two-level MESI caches, lines of 32 bytes,
/// LPDDR4-3200 2×16); <c>docs/soc.md</c> shows where each comes from. Times have no effect at transaction fidelity, where the
/// parts of the system make them.
/// </summary>
public sealed record HostMemoryConfiguration
{
    private const long MostBytes = 1L << 48;

    /// <summary>How finely caches, interconnect and DMA engines are simulated; default analytical.</summary>
    public MemoryFidelity Fidelity { get; init; }

    /// <summary>
    /// How finely DRAM is simulated; null, the default, for transactions behind caches that are simulated line by line. Analytical
    /// caches have their own DRAM and take no other.
    /// </summary>
    public DramFidelity? DramFidelity { get; init; }

    /// <summary>
    /// DRAM's devices: a class of the transaction level, by default <c>LPDDR4_3200_2x16</c>, or at <see cref="Smaug.DramFidelity.Command"/> a preset
    /// of the command level. Without effect on time in the analytical model.
    /// </summary>
    public string Dram { get; init; } = "LPDDR4_3200_2x16";

    /// <summary>DRAM as bandwidth and latency, at <see cref="Smaug.DramFidelity.Analytical"/>.</summary>
    public AnalyticalDramConfiguration AnalyticalDram { get; init; } = new();

    /// <summary>DRAM command by command, at <see cref="Smaug.DramFidelity.Command"/>.</summary>
    public CommandDramConfiguration CommandDram { get; init; } = new();

    /// <summary>Ranks of a DRAM channel, line by line, 1 to 8; 0, the default, for those of <see cref="Dram"/>.</summary>
    public int DramRanks { get; init; }

    /// <summary>
    /// Bytes of DRAM, at most 256 Ti; default 4 GiB. The analytical model has room for the buffers of any network; what a component addresses
    /// besides them must lie below.
    /// </summary>
    [JsonPropertyName("capacityBytes")]
    public ByteSize Capacity { get; init; } = ByteSize.FromGibibytes(4);

    /// <summary>Bytes of a cache line; a power of two from 16 to 256, default 32.</summary>
    public int LineBytes { get; init; } = 32;

    /// <summary>Capacity of the last-level cache; default 2 MiB. Line by line its sets must be a power of two.</summary>
    [JsonPropertyName("cacheSizeBytes")]
    public ByteSize CacheSize { get; init; } = ByteSize.FromMebibytes(2);

    /// <summary>First-level caches, ways and clock.</summary>
    public CacheConfiguration Caches { get; init; } = new();

    /// <summary>What the classic memory system has besides, at <see cref="MemoryFidelity.Classic"/>.</summary>
    public ClassicMemoryConfiguration Classic { get; init; } = new();

    /// <summary>Latencies, limits and network of the directory protocol, where caches are simulated line by line.</summary>
    public CoherenceConfiguration Coherence { get; init; } = new();

    /// <summary>
    /// Time for which one line keeps DRAM from serving others: one burst of 64 bytes at 12.8 GB/s takes 5 ns, although a line
    /// has 32 bytes; bank preparation that concurrent streams cannot hide adds to it. Default 6.5 ns, from the tutorial with two engines.
    /// </summary>
    [JsonPropertyName("dramLineTimeNanoseconds")]
    public SimTime DramLineTime { get; init; } = SimTime.FromNanoseconds(6.5);

    /// <summary>
    /// Time that a lone stream of reads needs per line for rows that are opened and closed; default 7.7 ns, from DMA loads
    /// of 4 KiB.
    /// </summary>
    [JsonPropertyName("dramStreamTimeNanoseconds")]
    public SimTime DramStreamTime { get; init; } = SimTime.FromNanoseconds(7.7);

    /// <summary>Round trip of one line between a DMA engine and DRAM; default 71.5 ns: closed row, 30 ns of it in DRAM's core.</summary>
    [JsonPropertyName("dramRoundTripNanoseconds")]
    public SimTime DramRoundTrip { get; init; } = SimTime.FromNanoseconds(71.5);

    /// <summary>Time per line of a DMA store that invalidates first, which reads and writes the line; default 9.1 ns.</summary>
    [JsonPropertyName("invalidatingStoreTimeNanoseconds")]
    public SimTime InvalidatingStoreTime { get; init; } = SimTime.FromNanoseconds(9.1);

    /// <summary>Time per line of a DMA store without invalidation; default 1.75 ns, from stores of 4 KiB that the write queue takes in.</summary>
    [JsonPropertyName("plainStoreTimeNanoseconds")]
    public SimTime PlainStoreTime { get; init; } = SimTime.FromNanoseconds(1.75);

    /// <summary>Time until a DMA store without invalidation is acknowledged; default 21 ns: the write queue takes it in.</summary>
    [JsonPropertyName("plainStoreRoundTripNanoseconds")]
    public SimTime PlainStoreRoundTrip { get; init; } = SimTime.FromNanoseconds(21);

    /// <summary>Time per line of a DMA load that a cache answers; default 2.8 ns.</summary>
    [JsonPropertyName("cachedLoadTimeNanoseconds")]
    public SimTime CachedLoadTime { get; init; } = SimTime.FromNanoseconds(2.8);

    /// <summary>Round trip of one line between a DMA engine and a cache that owns it; default 38.5 ns.</summary>
    [JsonPropertyName("cachedRoundTripNanoseconds")]
    public SimTime CachedRoundTrip { get; init; } = SimTime.FromNanoseconds(38.5);

    /// <summary>
    /// Time per line between the coherency port and the last-level cache; default 1.25 ns, the occupancy of the link by one
    /// line and its header.
    /// </summary>
    [JsonPropertyName("portLineTimeNanoseconds")]
    public SimTime PortLineTime { get; init; } = SimTime.FromNanoseconds(1.25);

    /// <summary>Time per line that the last-level cache must recall from the CPU's cache first; default 2.5 ns.</summary>
    [JsonPropertyName("portRecallTimeNanoseconds")]
    public SimTime PortRecallTime { get; init; } = SimTime.FromNanoseconds(2.5);

    /// <summary>Round trip of one line between the coherency port and the last-level cache; default 12 ns.</summary>
    [JsonPropertyName("portRoundTripNanoseconds")]
    public SimTime PortRoundTrip { get; init; } = SimTime.FromNanoseconds(12);

    /// <summary>
    /// Stall of the CPU for a read that goes to DRAM and is not hidden; default 72 ns: 470.2 us of the tutorial's largest
    /// finalisation less what the same copy costs when the source is cached.
    /// </summary>
    [JsonPropertyName("cpuReadMissNanoseconds")]
    public SimTime CpuReadMiss { get; init; } = SimTime.FromNanoseconds(72);

    /// <summary>
    /// Stall of the CPU for a store to a line that is not cached; stores drain in order, one at a time. Default 78 ns.
    /// </summary>
    [JsonPropertyName("cpuStoreMissNanoseconds")]
    public SimTime CpuStoreMiss { get; init; } = SimTime.FromNanoseconds(78);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Fidelity)) throw new ConfigurationException($"Memory.Fidelity = {(int)Fidelity}: must be Analytical, Transaction, Message or Classic");
        Require.Given("Memory.Caches", Caches);
        Require.Given("Memory.Coherence", Coherence).Validate();
        Require.Given("Memory.AnalyticalDram", AnalyticalDram);
        Require.Given("Memory.CommandDram", CommandDram);
        Require.Given("Memory.Classic", Classic).Validate();
        if (Capacity.Bytes is < 1 or > MostBytes) throw new ConfigurationException($"Memory.Capacity = {Capacity}: must be above 0 and at most {new ByteSize(MostBytes)}");
        ValidateDram();
        Require.PowerOfTwo("Memory.LineBytes", LineBytes, 16, 256);
        if (CacheSize.Bytes < 0 || CacheSize.Bytes % LineBytes != 0) throw new ConfigurationException($"Memory.CacheSize = {CacheSize}: must be 0 or more and a multiple of the line of {LineBytes} bytes");
        Caches.Validate(LineBytes);
        Caches.ValidateLastLevel(CacheSize, LineBytes);
        if (Fidelity != MemoryFidelity.Analytical) Caches.ValidateLines(CacheSize, LineBytes);
        foreach ((string name, SimTime time) in Times())
        {
            Require.Time($"Memory.{name}", time, SimTime.FromSeconds(1));
        }
    }

    /// <summary>The level at which DRAM is simulated.</summary>
    internal DramFidelity DramLevel => DramFidelity ?? (Fidelity == MemoryFidelity.Analytical ? Smaug.DramFidelity.Analytical : Smaug.DramFidelity.Transaction);

    /// <summary>Names of the analytical model's times that are not as by default.</summary>
    internal IEnumerable<string> ChangedTimes()
    {
        foreach (((string name, SimTime time), (_, SimTime usual)) in Times().Zip(new HostMemoryConfiguration().Times()))
        {
            if (time != usual) yield return $"Memory.{name}";
        }
    }

    private void ValidateDram()
    {
        Require.Given("Memory.Dram", Dram);
        Require.Range("Memory.DramRanks", DramRanks, 0, 8);
        if (DramFidelity is { } level && !Enum.IsDefined(level)) throw new ConfigurationException($"Memory.DramFidelity = {(int)level}: must be Analytical, Transaction or Command");
        if (Fidelity == MemoryFidelity.Analytical && DramLevel != Smaug.DramFidelity.Analytical)
        {
            throw new ConfigurationException($"Memory.DramFidelity = {DramLevel} with Memory.Fidelity = Analytical: analytical caches have no lines to send to DRAM; take Memory.Fidelity = Transaction or Message (--memory transaction), or leave DramFidelity out");
        }

        if (DramLevel != Smaug.DramFidelity.Command && !TransactionPresets.Contains(Dram))
        {
            string remedy = DramPresets.Contains(Dram) ? "; it is a preset of the command level: take Memory.DramFidelity = Command (--dram command) for it" : "";
            throw new ConfigurationException($"Memory.Dram = {Dram}: must be one of {string.Join(", ", TransactionPresets.Names)}{remedy}");
        }

        if (Fidelity == MemoryFidelity.Analytical) return;
        HostMemoryParts.Dram(this).Validate(Capacity, "Memory.Capacity");
    }

    private IEnumerable<(string Name, SimTime Time)> Times() =>
    [
        (nameof(DramLineTime), DramLineTime), (nameof(DramStreamTime), DramStreamTime), (nameof(DramRoundTrip), DramRoundTrip),
        (nameof(InvalidatingStoreTime), InvalidatingStoreTime), (nameof(PlainStoreTime), PlainStoreTime), (nameof(PlainStoreRoundTrip), PlainStoreRoundTrip),
        (nameof(CachedLoadTime), CachedLoadTime), (nameof(CachedRoundTrip), CachedRoundTrip), (nameof(PortLineTime), PortLineTime),
        (nameof(PortRecallTime), PortRecallTime), (nameof(PortRoundTrip), PortRoundTrip),
        (nameof(CpuReadMiss), CpuReadMiss), (nameof(CpuStoreMiss), CpuStoreMiss),
    ];
}
