using Smaug.Accelerators.Systolic.Formats;
using Smaug.Core;

namespace Smaug.Accelerators.Systems.Gem5;

/// <summary>
/// The accelerators of a gem5-Aladdin configuration file (<c>gem5.cfg</c>): an INI file with a <c>[DEFAULT]</c> section, one
/// section per accelerator, and <c>%(key)s</c> interpolation.
/// </summary>
/// <param name="Accelerators">One per section, in the order of the file.</param>
/// <param name="Notes">Keys that are unknown or have no effect, and why; one line each.</param>
public sealed record Gem5Configuration(IReadOnlyList<Gem5Accelerator> Accelerators, IReadOnlyList<string> Notes)
{
    /// <summary>Reads a file. Relative paths in it are taken from its folder.</summary>
    /// <exception cref="InputFormatException">The file cannot be read, or a key is missing or has a wrong value; the message gives the line.</exception>
    public static Gem5Configuration Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFormatException(path, 0, 0, $"cannot read the accelerators' configuration: {e.Message}", e);
        }

        return Parse(text, path, Path.GetDirectoryName(Path.GetFullPath(path)) ?? "");
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The content of a file.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="folder">Where relative paths begin.</param>
    /// <exception cref="InputFormatException">A key is missing or has a wrong value; the message gives the line.</exception>
    public static Gem5Configuration Parse(string text, string source = "", string folder = "") =>
        new Gem5ConfigurationReader(IniFile.Parse(text, source), folder).Read();
}
