using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Power;

/// <summary>
/// What a CACTI file says about a cache or memory, as far as the SRAM model uses it: geometry and ports. The model is for 40 nm
/// (<see cref="SramModel"/>); other keys of the file become <see cref="Notes"/>.
/// </summary>
public sealed record CactiConfiguration
{
    /// <summary>Capacity in bytes (<c>-size (bytes)</c>).</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes of a block, the width of an access (<c>-block size (bytes)</c>).</summary>
    public required int BlockBytes { get; init; }

    /// <summary>Banks between which capacity is divided (<c>-UCA bank count</c>); default 1.</summary>
    public int Banks { get; init; } = 1;

    /// <summary>Read/write ports (<c>-read-write port</c>); default 0.</summary>
    public int ReadWritePorts { get; init; }

    /// <summary>Ports that only read (<c>-exclusive read port</c>); default 0.</summary>
    public int ReadPorts { get; init; }

    /// <summary>Ports that only write (<c>-exclusive write port</c>); default 0.</summary>
    public int WritePorts { get; init; }

    /// <summary>Keys that are unknown or have no effect, with file and line; one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>All ports, 1 to 64 in a file; a description without any counts as one.</summary>
    public int Ports => Math.Max(1, ReadWritePorts + ReadPorts + WritePorts);

    /// <summary>
    /// Energy of one access to a bank; leakage and area of all banks. Of the data array: tags are not counted, and a port that
    /// only reads or writes counts like one that does both.
    /// </summary>
    /// <exception cref="ConfigurationException">A size or count is not positive, or a block larger than the memory.</exception>
    public SramCost Estimate()
    {
        Require.Range(nameof(Banks), Banks, 1, int.MaxValue);
        if (BlockBytes > Bytes) throw new ConfigurationException($"{nameof(BlockBytes)} = {BlockBytes}: must be at most {nameof(Bytes)} = {Bytes}");
        SramCost bank = SramModel.Evaluate(Math.Max(BlockBytes, Bytes / Banks), BlockBytes, Ports);
        return bank with { LeakageMilliwatts = bank.LeakageMilliwatts * Banks, AreaSquareMicrometres = bank.AreaSquareMicrometres * Banks };
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputFormatException">It cannot be read, is no text, lacks size, block size or ports, or has values that are wrong or do not go together; the message gives the line.</exception>
    public static CactiConfiguration Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFormatException(path, 0, 0, $"cannot read the CACTI configuration: {e.Message}", e);
        }

        return Parse(text, path);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The content of a file.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <exception cref="InputFormatException">It is no text, size, block size or ports are missing, or values are wrong or do not go together; the message gives the line.</exception>
    public static CactiConfiguration Parse(string text, string source = "") => new CactiConfigurationReader(text, source).Read();
}
