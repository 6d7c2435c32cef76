using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Formats;

/// <summary>One value of an INI file and where it stands.</summary>
internal sealed record IniValue(string Text, int Line, int Column);

/// <summary>
/// The INI dialect of Python's ConfigParser: sections, <c>key = value</c> or <c>key : value</c>, keys without case, whole-line
/// comments with <c>#</c> or <c>;</c>, and indented continuation lines.
/// </summary>
internal sealed class IniFile
{
    private readonly Dictionary<string, Dictionary<string, IniValue>> _sections = new(StringComparer.Ordinal);

    private IniFile(string source) => Source = source;

    public string Source { get; }

    public IEnumerable<(string Section, string Key, IniValue Value)> Entries
    {
        get
        {
            foreach ((string section, Dictionary<string, IniValue> values) in _sections)
            {
                foreach ((string key, IniValue value) in values) yield return (section, key, value);
            }
        }
    }

    public static IniFile Parse(string text, string source)
    {
        var file = new IniFile(source);
        Dictionary<string, IniValue>? section = null;
        string? lastKey = null;
        int line = 0;
        foreach (string raw in text.Split('\n'))
        {
            line++;
            string content = raw.TrimEnd().TrimStart('\ufeff');
            string trimmed = content.TrimStart();
            if (trimmed.Length == 0 || trimmed[0] is '#' or ';') continue;
            int column = content.Length - trimmed.Length + 1;
            if (column > 1 && lastKey is not null && section is not null)
            {
                IniValue value = section[lastKey];
                section[lastKey] = value with { Text = value.Text + "\n" + trimmed };
            }
            else if (trimmed[0] == '[')
            {
                section = file.OpenSection(trimmed, line);
                lastKey = null;
            }
            else
            {
                lastKey = file.AddValue(section, trimmed, line, column);
            }
        }

        return file;
    }

    public bool HasSection(string section) => _sections.ContainsKey(section);

    public IniValue? Find(string section, string key) =>
        _sections.TryGetValue(section, out Dictionary<string, IniValue>? values) ? values.GetValueOrDefault(key) : null;

    public InputFormatException Error(IniValue value, string key, string expected) =>
        new(Source, value.Line, value.Column, $"{key} = '{value.Text}': must be {expected}");

    private Dictionary<string, IniValue> OpenSection(string line, int number)
    {
        int end = line.IndexOf(']', StringComparison.Ordinal);
        if (end < 0) throw new InputFormatException(Source, number, 1, $"section '{line}' has no closing ']'");
        string name = line[1..end];
        var values = new Dictionary<string, IniValue>(StringComparer.OrdinalIgnoreCase);
        if (!_sections.TryAdd(name, values)) throw new InputFormatException(Source, number, 1, $"section [{name}] stands twice");
        return values;
    }

    private string AddValue(Dictionary<string, IniValue>? section, string line, int number, int column)
    {
        if (section is null) throw new InputFormatException(Source, number, column, "a value before the first [section]");
        int separator = line.AsSpan().IndexOfAny('=', ':');
        if (separator <= 0) throw new InputFormatException(Source, number, column, $"'{line}' is neither a [section] nor 'key = value'");
        string key = line[..separator].TrimEnd();
        string value = line[(separator + 1)..].Trim();
        int valueColumn = column + (value.Length == 0 ? separator + 1 : line.IndexOf(value, separator + 1, StringComparison.Ordinal));
        if (!section.TryAdd(key, new IniValue(value, number, valueColumn)))
            throw new InputFormatException(Source, number, column, $"key '{key}' stands twice in its section");
        return key;
    }
}
