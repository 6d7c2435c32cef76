using System.Globalization;
using Smaug.Core;

namespace Smaug.Memory.Dram.Mapping;

/// <summary>
/// A mapping read from text: lines <c>LEVEL BIT = SRC [SRC...]</c> (exclusive or of source bits) and
/// <c>LEVEL HI:LO = HI:LO</c>; <c>#</c> starts a comment; levels are Ch, Ra, Bg, Ba, Ro, Co; source bits count from the
/// first bit above one request. A bit without a line is 0.
/// </summary>
public sealed class CustomMapping : IAddressMapping
{
    private readonly List<(string Level, int Bit, ulong Sources)> _bits = [];

    private CustomMapping(string name) => Name = name;

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Reads a mapping file.</summary>
    /// <exception cref="InputFormatException">A line cannot be read.</exception>
    public static CustomMapping Load(string path)
    {
        using StreamReader reader = File.OpenText(path);
        return Parse(reader, Path.GetFileName(path));
    }

    /// <summary>Reads a mapping from text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="name">Name for reports and messages.</param>
    /// <exception cref="InputFormatException">A line cannot be read.</exception>
    public static CustomMapping Parse(TextReader reader, string name)
    {
        var mapping = new CustomMapping(name);
        for (int line = 1; reader.ReadLine() is { } text; line++)
        {
            int comment = text.IndexOf('#', StringComparison.Ordinal);
            string[] words = (comment < 0 ? text : text[..comment]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0) mapping.AddLine(words, line);
        }

        return mapping;
    }

    /// <inheritdoc/>
    public IAddressMapper Create(DramGeometry geometry)
    {
        if (geometry.Preset.Standard != "DDR3")
        {
            throw new ConfigurationException(
                $"DRAM mapping '{Name}': mapping files are defined for DDR3; {geometry.Preset.Standard} takes RoBaRaCoCh or ChRaBaRoCo");
        }

        return new Mapper(geometry, _bits);
    }

    private void AddLine(string[] words, int line)
    {
        if (words.Length < 4 || words[2] != "=") throw Bad(line, "expected 'LEVEL BIT = SRC...' or 'LEVEL HI:LO = HI:LO'");
        if (words[0] is not ("Ch" or "Ra" or "Bg" or "Ba" or "Sa" or "Ro" or "Co"))
        {
            throw Bad(line, $"level '{words[0]}': must be Ch, Ra, Bg, Ba, Sa, Ro or Co");
        }

        (int high, int low) = Range(words[1], line);
        if (words[1].Contains(':', StringComparison.Ordinal))
        {
            (int sourceHigh, int sourceLow) = Range(words[3], line);
            if (words.Length != 4 || sourceHigh - sourceLow != high - low)
            {
                throw Bad(line, $"range {words[3]} does not have the {high - low + 1} bits of {words[1]}");
            }

            for (int bit = low; bit <= high; bit++) _bits.Add((words[0], bit, 1UL << (sourceLow + bit - low)));
            return;
        }

        ulong sources = 0;
        foreach (string word in words.Skip(3)) sources ^= 1UL << Range(word, line).Low;
        _bits.Add((words[0], low, sources));
    }

    private (int High, int Low) Range(string word, int line)
    {
        string[] parts = word.Split(':');
        if (parts.Length > 2) throw Bad(line, $"'{word}' is not a bit or HI:LO");
        int high = Bit(parts[0], line);
        int low = parts.Length == 2 ? Bit(parts[1], line) : high;
        return high >= low ? (high, low) : throw Bad(line, $"range {word}: the first bit must not be below the second");
    }

    private int Bit(string text, int line) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int bit) && bit < 58
            ? bit
            : throw Bad(line, $"bit '{text}': must be a number from 0 to 57");

    private InputFormatException Bad(int line, string detail) => new(Name, line, 0, detail);

    private sealed class Mapper : IAddressMapper
    {
        private readonly (int Field, int Bit, ulong Sources)[] _bits;
        private readonly DramGeometry _geometry;

        public Mapper(DramGeometry geometry, List<(string Level, int Bit, ulong Sources)> bits)
        {
            _geometry = geometry;
            // Bits beyond a level's width are ignored; the row's width does not count.
            string[] fields = ["Ch", "Ra", "Ba", "Ro", "Co"];
            int[] widths = [geometry.ChannelBits, int.Log2(geometry.Counts[1]), int.Log2(geometry.Counts[2]), 31, int.Log2(geometry.Counts[^1])];
            _bits = [.. bits.Select(b => (Field: Array.IndexOf(fields, b.Level), b.Bit, b.Sources))
                .Where(b => b.Field >= 0 && b.Bit < widths[b.Field])];
        }

        public DramAddress Map(ulong address)
        {
            ulong a = address >> _geometry.TransactionBits;
            Span<int> fields = stackalloc int[5];
            fields.Clear();
            foreach ((int field, int bit, ulong sources) in _bits)
            {
                fields[field] |= (System.Numerics.BitOperations.PopCount(a & sources) & 1) << bit;
            }

            return new DramAddress(fields[0], fields[1] * _geometry.Counts[2] + fields[2], fields[3], fields[4]);
        }
    }
}
