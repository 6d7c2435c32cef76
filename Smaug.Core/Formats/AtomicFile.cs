namespace Smaug.Core.Formats;

/// <summary>
/// Writes files so that a reader never finds a half-written one: everything goes to a temporary file in the same folder,
/// which takes the target's name only when it is complete.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes a file through a stream, creating its folder when needed.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="write">Writes the content.</param>
    public static void Write(string path, Action<Stream> write)
    {
        if (path.Length == 0) throw new ConfigurationException("a file to write has an empty name; give it one");
        string full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        string temporary = full + "." + Guid.NewGuid().ToString("N")[..8] + ".tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16)) write(stream);
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes a text file in UTF-8 without byte-order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(text);
    });
}
