using System.Globalization;
using Smaug.Core;

namespace Smaug.Cli;

/// <summary>The shape of a kernel in KEY=VALUE words, values whole numbers.</summary>
internal sealed class KernelWords
{
    private readonly IReadOnlyDictionary<string, int> values;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public KernelWords(IReadOnlyDictionary<string, int> values) => this.values = values;

    /// <summary>Takes the words of a command line.</summary>
    public KernelWords(IEnumerable<string> words)
    {
        var parsed = new Dictionary<string, int>();
        foreach (string word in words)
        {
            int equal = word.IndexOf('=');
            if (equal < 1 || !int.TryParse(word.AsSpan(equal + 1), CultureInfo.InvariantCulture, out int value) || value < 0)
                throw new ConfigurationException($"'{word}' is not KEY=VALUE with a whole number.");
            parsed[word[..equal]] = value;
        }

        values = parsed;
    }

    /// <summary>A word that has to be there.</summary>
    public int this[string key] => Find(key) ?? throw new ConfigurationException($"This kernel needs {key}=VALUE.");

    /// <summary>A word, or what stands for it.</summary>
    public int this[string key, int missing] => Find(key) ?? missing;

    /// <summary>A word of 0 or 1, or what stands for it.</summary>
    public bool Is(string key, bool missing) => this[key, missing ? 1 : 0] != 0;

    /// <summary>Checks that the kernel has asked for every word.</summary>
    /// <exception cref="ConfigurationException">A word means nothing to it; the message lists those that do.</exception>
    public void RequireAllUsed()
    {
        foreach (string key in values.Keys)
        {
            if (!_asked.Contains(key)) throw new ConfigurationException($"This kernel has no '{key}'; its words are {string.Join(", ", _asked)}.");
        }
    }

    private int? Find(string key)
    {
        _asked.Add(key);
        return values.TryGetValue(key, out int value) ? value : null;
    }
}
