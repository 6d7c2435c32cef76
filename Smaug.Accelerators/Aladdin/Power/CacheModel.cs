using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Power;

/// <summary>Energy, leakage, area and time of a cache.</summary>
/// <param name="ReadPicojoules">Energy to look up and read some bytes of a line, pJ.</param>
/// <param name="WritePicojoules">Energy to look up and write some bytes of a line, pJ.</param>
/// <param name="LinePicojoules">Energy to fill or to evict a whole line, pJ.</param>
/// <param name="LeakageMilliwatts">Leakage, mW.</param>
/// <param name="AreaSquareMicrometres">Area, um².</param>
/// <param name="AccessNanoseconds">Time of tags and data together, ns.</param>
public readonly record struct CacheCost(
    double ReadPicojoules, double WritePicojoules, double LinePicojoules, double LeakageMilliwatts, double AreaSquareMicrometres, double AccessNanoseconds);

/// <summary>
/// Caches and translation buffers in 40 nm, put together from the memories of <see cref="SramModel"/>: data in banks of at most
/// 256 KiB, of which an access reaches one; a tag memory for each way, of which all are read at an access. Wires between
/// banks are not modelled.
/// </summary>
public static class CacheModel
{
    private const long BankBytes = 256 * 1024;
    private const int WidestWord = 32;

    // Tag, state and replacement bits of one line, rounded up to a word of the characterised memories.
    private const int TagBytes = 4;

    // Translation and protection of one page.
    private const int EntryBytes = 8;
    private const int TranslationWays = 4;

    /// <summary>A translation buffer, taken to be four-way set-associative: energy of a fully associative search is not modelled.</summary>
    /// <param name="entries">Number of entries.</param>
    /// <exception cref="ConfigurationException">The number is not positive.</exception>
    public static CacheCost TranslationBuffer(int entries)
    {
        if (entries < 1) throw new ConfigurationException($"translation buffer of {entries} entries: must have at least 1");
        int ways = Math.Min(TranslationWays, entries);
        return Cache((entries + ways - 1) / ways * ways * EntryBytes, EntryBytes, ways, EntryBytes);
    }

    /// <summary>A set-associative cache.</summary>
    /// <param name="bytes">Capacity, bytes; a multiple of ways and lines.</param>
    /// <param name="lineBytes">Bytes of a line.</param>
    /// <param name="ways">Lines of a set.</param>
    /// <param name="accessBytes">Bytes of one access; at most a line.</param>
    /// <exception cref="ConfigurationException">A value is not positive, or the lines do not fill the sets.</exception>
    public static CacheCost Cache(long bytes, int lineBytes, int ways, int accessBytes)
    {
        if (bytes < 1 || lineBytes < 1 || ways < 1 || accessBytes < 1 || accessBytes > lineBytes || bytes % ((long)lineBytes * ways) != 0)
        {
            throw new ConfigurationException($"cache of {bytes} bytes, {ways} ways, lines of {lineBytes} and accesses of {accessBytes} bytes: the size must be a multiple of ways times line, an access at most a line");
        }

        int word = Math.Min(WidestWord, lineBytes);
        long banks = (bytes + BankBytes - 1) / BankBytes, bankBytes = Math.Max(64L * word, bytes / banks);
        SramCost data = SramModel.Evaluate(bankBytes, word, 1);
        SramCost narrow = SramModel.Evaluate(bankBytes, Math.Min(accessBytes, word), 1);
        SramCost tags = SramModel.Evaluate(Math.Max(64 * TagBytes, bytes / lineBytes / ways * TagBytes), TagBytes, 1);
        double words = Math.Ceiling((double)lineBytes / word), accesses = Math.Ceiling((double)accessBytes / word);
        double lookUp = ways * tags.ReadPicojoules;
        return new CacheCost(
            lookUp + accesses * narrow.ReadPicojoules, lookUp + accesses * narrow.WritePicojoules,
            lookUp + tags.WritePicojoules + words * (data.ReadPicojoules + data.WritePicojoules) / 2,
            banks * data.LeakageMilliwatts + ways * tags.LeakageMilliwatts,
            banks * data.AreaSquareMicrometres + ways * tags.AreaSquareMicrometres, tags.AccessNanoseconds + narrow.AccessNanoseconds);
    }
}
