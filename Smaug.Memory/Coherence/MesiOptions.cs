using System.Globalization;
using System.Numerics;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Coherence;

/// <summary>
/// Parameters of the directory-coherent memory system. Defaults are those of gem5-Aladdin's MESI two-level protocol with
/// its accelerator extension (the system in which the SMAUG experiments run); all latencies are in cycles of
/// <see cref="Frequency"/>, at most 1,000,000.
/// </summary>
public sealed record MesiOptions
{
    /// <summary>Clock of all controllers and of the network. Default 2 GHz.</summary>
    public Frequency Frequency { get; init; } = Frequency.FromGigahertz(2);

    /// <summary>Bytes per line: a power of two, 8 to 1,024. Default 64.</summary>
    public int LineBytes { get; init; } = 64;

    /// <summary>Capacity of the shared, inclusive L2. Default 2 MiB.</summary>
    public ByteSize L2Size { get; init; } = ByteSize.FromMebibytes(2);

    /// <summary>Ways of the L2: 1 to 64. Default 8.</summary>
    public int L2Ways { get; init; } = 8;

    /// <summary>
    /// Banks of the L2, each an endpoint of the network with its share of the capacity; consecutive lines go to consecutive banks. A power
    /// of two from 1 to 16, default 1.
    /// </summary>
    public int L2Banks { get; init; } = 1;

    /// <summary>Requests under way per CPU, accelerator or ACP endpoint, 1 to 1,024. Default 16.</summary>
    public int SequencerOutstanding { get; init; } = 16;

    /// <summary>Requests under way per DMA endpoint, 1 to 1,024. Default 64.</summary>
    public int DmaOutstanding { get; init; } = 64;

    /// <summary>From an endpoint's port to its controller. Default 1.</summary>
    public int MandatoryQueueCycles { get; init; } = 1;

    /// <summary>L1: a request on its way to the L2. Default 2.</summary>
    public int L1RequestCycles { get; init; } = 2;

    /// <summary>L1: an answer. Default 2.</summary>
    public int L1ResponseCycles { get; init; } = 2;

    /// <summary>L1: telling the L2 that a line has come. Default 1.</summary>
    public int L1UnblockCycles { get; init; } = 1;

    /// <summary>L2: a request to the directory. Default 2.</summary>
    public int L2RequestCycles { get; init; } = 2;

    /// <summary>L2: an answer. Default 2.</summary>
    public int L2ResponseCycles { get; init; } = 2;

    /// <summary>L2: a forward or an invalidation to an L1, and the acknowledgement of a write-back. Default 1.</summary>
    public int L2ForwardCycles { get; init; } = 1;

    /// <summary>Directory: to and from the memory controller, and its answers. Default 1.</summary>
    public int DirectoryMemoryCycles { get; init; } = 1;

    /// <summary>Directory: a recall sent to the L2. Default 6.</summary>
    public int DirectoryCycles { get; init; } = 6;

    /// <summary>DMA controller: a request on its way to the directory. Default 6.</summary>
    public int DmaRequestCycles { get; init; } = 6;

    /// <summary>ACP controller: a request on its way to the L2. Default 1.</summary>
    public int AcpRequestCycles { get; init; } = 1;

    /// <summary>How long a request that finds its line in use waits until it is tried again. Default 10.</summary>
    public int RecycleCycles { get; init; } = 10;

    /// <summary>Network: cycles of a message in each of the three routers on its way (its endpoint's, the central one, the receiver's), at
    /// least 1. Default 1.</summary>
    public int RouterCycles { get; init; } = 1;

    /// <summary>Network: cycles of a message on each of the three links on its way (to the centre, from it, to the receiver), at
    /// least 1. Default 1.</summary>
    public int LinkCycles { get; init; } = 1;

    /// <summary>Bytes that a network link moves per cycle, 1 to 4,096. Default 16.</summary>
    public int LinkBytesPerCycle { get; init; } = 16;

    /// <summary>Bytes of a message without data, and of the head of one with data, 1 to 1,024. Default 8.</summary>
    public int ControlBytes { get; init; } = 8;

    /// <summary>Whether requests carry values (<see cref="Core.Execution.MemoryRequest.Value"/>); costs memory per line touched. Default false.</summary>
    public bool CarriesValues { get; init; }

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require.Clock(nameof(Frequency), Frequency);
        Require.PowerOfTwo(nameof(LineBytes), LineBytes, 8, 1024);
        if (L2Banks is < 1 or > 16 || !BitOperations.IsPow2(L2Banks)) throw new ConfigurationException($"{nameof(L2Banks)} = {L2Banks}: must be 1, 2, 4, 8 or 16");
        CacheGeometry.Validate(nameof(L2Size), L2Size, nameof(L2Ways), L2Ways, LineBytes);
        if (L2Size.Bytes / LineBytes / L2Ways < L2Banks) throw new ConfigurationException($"{nameof(L2Banks)} = {L2Banks}: {nameof(L2Size)} = {L2Size.Bytes} bytes with {L2Ways} ways of {LineBytes}-byte lines has {L2Size.Bytes / LineBytes / L2Ways} sets only, at least one for each bank is needed");
        Require.Range(nameof(SequencerOutstanding), SequencerOutstanding, 1, 1024);
        Require.Range(nameof(DmaOutstanding), DmaOutstanding, 1, 1024);
        Require.Cycles(nameof(MandatoryQueueCycles), MandatoryQueueCycles, 1);
        Require.Cycles(nameof(L1RequestCycles), L1RequestCycles);
        Require.Cycles(nameof(L1ResponseCycles), L1ResponseCycles);
        Require.Cycles(nameof(L1UnblockCycles), L1UnblockCycles);
        Require.Cycles(nameof(L2RequestCycles), L2RequestCycles);
        Require.Cycles(nameof(L2ResponseCycles), L2ResponseCycles);
        Require.Cycles(nameof(L2ForwardCycles), L2ForwardCycles);
        Require.Cycles(nameof(DirectoryMemoryCycles), DirectoryMemoryCycles);
        Require.Cycles(nameof(DirectoryCycles), DirectoryCycles);
        Require.Cycles(nameof(DmaRequestCycles), DmaRequestCycles);
        Require.Cycles(nameof(AcpRequestCycles), AcpRequestCycles);
        Require.Cycles(nameof(RecycleCycles), RecycleCycles, 1);
        Require.Cycles(nameof(RouterCycles), RouterCycles, 1);
        Require.Cycles(nameof(LinkCycles), LinkCycles, 1);
        Require.Range(nameof(LinkBytesPerCycle), LinkBytesPerCycle, 1, 4096);
        Require.Range(nameof(ControlBytes), ControlBytes, 1, 1024);
    }

    /// <summary>Endpoints of a system beside its L2 banks and directory: the sharers of a line are the bits of one word.</summary>
    public int MaximumEndpoints => 61 - L2Banks;

    /// <summary>Name of a bank: that of the system and l2, with a number where there are several.</summary>
    internal string BankName(string system, int bank) => L2Banks == 1 ? $"{system}.l2" : string.Create(CultureInfo.InvariantCulture, $"{system}.l2.{bank}");
}
