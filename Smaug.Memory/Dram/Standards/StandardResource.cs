using System.Text.Json;

namespace Smaug.Memory.Dram.Standards;

/// <summary>Opens the preset tables that are embedded in this assembly.</summary>
internal static class StandardResource
{
    public static JsonDocument Open(string file)
    {
        using Stream stream = typeof(StandardResource).Assembly.GetManifestResourceStream("Smaug.Memory.Dram.Standards." + file)
            ?? throw new InvalidOperationException($"preset table {file} is not part of the assembly");
        return JsonDocument.Parse(stream);
    }
}
