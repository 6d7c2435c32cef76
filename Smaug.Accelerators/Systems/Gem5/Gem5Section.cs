using System.Globalization;
using System.Text;
using Smaug.Accelerators.Systolic.Formats;
using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Gem5;

/// <summary>One section with the defaults behind it: typed values, with errors that tell file and line.</summary>
internal sealed class Gem5Section(IniFile file, string name)
{
    // As in Python's ConfigParser.
    private const int MaximumDepth = 10;

    public string Name => name;

    public IniValue? Find(string key) => file.Find(name, key) ?? file.Find("DEFAULT", key);

    public string? Text(string key)
    {
        if (Find(key) is not { } value) return null;
        return Expand(key, value, WithoutComment(value.Text), 0).Trim();
    }

    public string Required(string key) => Text(key) is { Length: > 0 } text ? text
        : throw new InputFormatException(file.Source, 0, 0, $"[{name}] has no {key}: this key is required, here or in [DEFAULT]");

    public int Integer(string key, int fallback, int minimum)
    {
        if (Text(key) is not { } text) return fallback;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= minimum) return value;
        throw Error(key, text, $"a whole number, at least {minimum}");
    }

    public bool Flag(string key, bool fallback) => Text(key) is not { } text ? fallback : text.ToLowerInvariant() switch
    {
        "1" or "true" or "yes" or "on" => true,
        "0" or "false" or "no" or "off" => false,
        _ => throw Error(key, text, "true or false (also 1/0, yes/no, on/off)"),
    };

    public ByteSize Size(string key, ByteSize fallback)
    {
        if (Text(key) is not { } text) return fallback;
        return Gem5Units.TrySize(text, out ByteSize size) ? size : throw Error(key, text, "a size such as 32kB, 2MB or a number of bytes");
    }

    public SimTime Time(string key, SimTime fallback)
    {
        if (Text(key) is not { } text) return fallback;
        return Gem5Units.TryTime(text, out SimTime time) ? time : throw Error(key, text, "a time such as 12 ns, or a number of nanoseconds");
    }

    public InputFormatException Error(string key, string text, string expected)
    {
        IniValue value = Find(key)!;
        return new InputFormatException(file.Source, value.Line, value.Column, $"[{name}] {key} = '{text}': must be {expected}");
    }

    private static string WithoutComment(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == ';' && (i == 0 || char.IsWhiteSpace(text[i - 1]))) return text[..i];
        }

        return text;
    }

    private string Expand(string key, IniValue value, string text, int depth)
    {
        if (!text.Contains('%')) return text;
        if (depth == MaximumDepth) throw new InputFormatException(file.Source, value.Line, value.Column, $"[{name}] {key}: its %(...)s refer to each other");
        var result = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                result.Append(text[i]);
                continue;
            }

            if (i + 1 < text.Length && text[i + 1] == '%')
            {
                result.Append('%');
                i++;
                continue;
            }

            int end = text.IndexOf(")s", i, StringComparison.Ordinal);
            if (i + 1 >= text.Length || text[i + 1] != '(' || end < 0)
                throw new InputFormatException(file.Source, value.Line, value.Column, $"[{name}] {key} = '{text}': '%' must be followed by '(key)s' or '%'");
            string other = text[(i + 2)..end];
            IniValue found = Find(other) ?? throw new InputFormatException(file.Source, value.Line, value.Column,
                $"[{name}] {key} = '{text}': there is no key '{other}' in this section or in [DEFAULT]");
            result.Append(Expand(other, found, WithoutComment(found.Text), depth + 1).Trim());
            i = end + 1;
        }

        return result.ToString();
    }
}
