namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>One labelled statement of the traced program.</summary>
internal sealed record LabelEntry(string Function, string Label, int Line);

/// <summary>The labelled statements of a program, with the callers that always-inline functions were merged into.</summary>
internal sealed class LabelMap
{
    private readonly List<(LabelEntry Entry, string[] InlineCallers)> originals = [];
    private List<LabelEntry>? ordered;

    public void Add(LabelEntry entry, string[] inlineCallers)
    {
        originals.Add((entry, inlineCallers));
        ordered = null;
    }

    public IReadOnlyList<(LabelEntry Entry, string[] InlineCallers)> Originals => originals;

    /// <summary>All entries in ascending line, ties in file order, every inlining caller directly after its original.</summary>
    public IReadOnlyList<LabelEntry> Entries
    {
        get
        {
            if (ordered is not null) return ordered;
            List<LabelEntry> flat = [];
            foreach ((LabelEntry entry, string[] callers) in originals)
            {
                flat.Add(entry);
                foreach (string caller in callers) flat.Add(entry with { Function = caller });
            }
            ordered = [.. flat.OrderBy(e => e.Line)];
            return ordered;
        }
    }

    /// <summary>Parses one line "function/label line [inline caller …]"; false when it is not one.</summary>
    public bool TryAdd(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2) return false;
        int slash = words[0].IndexOf('/');
        if (slash < 1 || !int.TryParse(words[1], out int number)) return false;
        string[] callers = words.Length > 3 && words[2] == "inline" ? words[3..] : [];
        Add(new LabelEntry(words[0][..slash], words[0][(slash + 1)..], number), callers);
        return true;
    }
}
