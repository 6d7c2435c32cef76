using Smaug.Core;
using Smaug.Memory.Coherence;

namespace Smaug;

/// <summary>
/// Latencies, limits and network of the directory protocol where caches are simulated line by line or message by message; without effect
/// in the analytical model. Latencies are in cycles of <see cref="CacheConfiguration.Frequency"/>, at most 1,000,000; defaults are those of
/// <see cref="MesiOptions"/>.
/// </summary>
public sealed record CoherenceConfiguration
{
    private static readonly MesiOptions s_defaults = new();

    /// <summary>Cycles of a message in each of the three routers on its way, at least 1 (<c>--router-latency</c>); default 1.</summary>
    public int RouterCycles { get; init; } = s_defaults.RouterCycles;

    /// <summary>Cycles of a message on each of the three links on its way, at least 1 (<c>--link-latency</c>); default 1.</summary>
    public int LinkCycles { get; init; } = s_defaults.LinkCycles;

    /// <summary>Bytes that a link moves per cycle, 1 to 4,096 (<c>--link-width-bits</c>); default 16.</summary>
    public int LinkBytesPerCycle { get; init; } = s_defaults.LinkBytesPerCycle;

    /// <summary>Bytes of a message without data, and of the head of one with data, 1 to 1,024; default 8.</summary>
    public int ControlBytes { get; init; } = s_defaults.ControlBytes;

    /// <summary>Lines under way at a coherency port, and message by message at a core's cache, 1 to 1,024; default 16.</summary>
    public int SequencerOutstanding { get; init; } = s_defaults.SequencerOutstanding;

    /// <summary>
    /// Lines under way at the endpoint of a DMA engine, 1 to 1,024; default 64. The engine's own limit is
    /// <see cref="AcceleratorConfiguration.MaxDmaRequests"/>.
    /// </summary>
    public int DmaOutstanding { get; init; } = s_defaults.DmaOutstanding;

    /// <summary>From an endpoint's port to its controller, at least 1; default 1.</summary>
    public int MandatoryQueueCycles { get; init; } = s_defaults.MandatoryQueueCycles;

    /// <summary>First-level cache: a request on its way to the last-level cache; default 2.</summary>
    public int L1RequestCycles { get; init; } = s_defaults.L1RequestCycles;

    /// <summary>First-level cache: an answer; default 2.</summary>
    public int L1ResponseCycles { get; init; } = s_defaults.L1ResponseCycles;

    /// <summary>First-level cache: telling the last-level cache that a line has come; default 1.</summary>
    public int L1UnblockCycles { get; init; } = s_defaults.L1UnblockCycles;

    /// <summary>Last-level cache: a request to the directory; default 2.</summary>
    public int L2RequestCycles { get; init; } = s_defaults.L2RequestCycles;

    /// <summary>Last-level cache: an answer; default 2.</summary>
    public int L2ResponseCycles { get; init; } = s_defaults.L2ResponseCycles;

    /// <summary>Last-level cache: a forward or an invalidation to a first-level one, and the acknowledgement of a write-back; default 1.</summary>
    public int L2ForwardCycles { get; init; } = s_defaults.L2ForwardCycles;

    /// <summary>Directory: to and from the memory controller, and its answers; default 1.</summary>
    public int DirectoryMemoryCycles { get; init; } = s_defaults.DirectoryMemoryCycles;

    /// <summary>Directory: a recall sent to the last-level cache; default 6.</summary>
    public int DirectoryCycles { get; init; } = s_defaults.DirectoryCycles;

    /// <summary>DMA controller: a request on its way to the directory; default 6.</summary>
    public int DmaRequestCycles { get; init; } = s_defaults.DmaRequestCycles;

    /// <summary>Controller of a coherency port: a request on its way to the last-level cache; default 1.</summary>
    public int AcpRequestCycles { get; init; } = s_defaults.AcpRequestCycles;

    /// <summary>How long a request that finds its line in use waits until it is tried again, message by message only, at least 1; default 10.</summary>
    public int RecycleCycles { get; init; } = s_defaults.RecycleCycles;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate() => Require.Under("Memory.Coherence", ApplyTo(s_defaults).Validate);

    internal MesiOptions ApplyTo(MesiOptions options) => options with
    {
        RouterCycles = RouterCycles,
        LinkCycles = LinkCycles,
        LinkBytesPerCycle = LinkBytesPerCycle,
        ControlBytes = ControlBytes,
        SequencerOutstanding = SequencerOutstanding,
        DmaOutstanding = DmaOutstanding,
        MandatoryQueueCycles = MandatoryQueueCycles,
        L1RequestCycles = L1RequestCycles,
        L1ResponseCycles = L1ResponseCycles,
        L1UnblockCycles = L1UnblockCycles,
        L2RequestCycles = L2RequestCycles,
        L2ResponseCycles = L2ResponseCycles,
        L2ForwardCycles = L2ForwardCycles,
        DirectoryMemoryCycles = DirectoryMemoryCycles,
        DirectoryCycles = DirectoryCycles,
        DmaRequestCycles = DmaRequestCycles,
        AcpRequestCycles = AcpRequestCycles,
        RecycleCycles = RecycleCycles,
    };
}
