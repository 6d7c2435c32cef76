using System.Globalization;
using System.Text;
using Smaug.Core;
using Smaug.Core.Formats;

namespace Smaug.Accelerators.Aladdin;

/// <content>Writing.</content>
public static partial class DatapathConfigurationFile
{
    /// <summary>Writes a configuration to a file, which appears whole or not at all; reading it gives the configuration again.</summary>
    /// <exception cref="ConfigurationException">The format cannot express the configuration.</exception>
    public static void Write(DatapathConfiguration configuration, string path) => AtomicFile.WriteText(path, Format(configuration));

    /// <summary>The directives of a configuration, one per line.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range, or the format cannot express it.</exception>
    public static string Format(DatapathConfiguration configuration)
    {
        configuration.Validate();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"cycle_time,{configuration.CycleTimeNanoseconds}\nscratchpad_ports,{configuration.ScratchpadPorts}\n");
        if (configuration.ReadyMode) text.Append("ready_mode,1\n");
        if (configuration.GlobalPipelining) text.Append("pipelining,1\n");
        foreach (DatapathArray array in configuration.Arrays) Append(text, array);
        foreach ((LoopLabel loop, int factor) in configuration.Unrolling)
        {
            if (factor == 0) text.Append(CultureInfo.InvariantCulture, $"flatten,{loop.Function},{loop.Label}\n");
            else text.Append(CultureInfo.InvariantCulture, $"unrolling,{loop.Function},{loop.Label},{factor}\n");
        }

        foreach (LoopLabel loop in configuration.Pipelined) text.Append(CultureInfo.InvariantCulture, $"pipeline,{loop.Function},{loop.Label}\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, DatapathArray array)
    {
        if (array.Name.AsSpan().ContainsAny(",\r\n")) throw new ConfigurationException($"Array '{array.Name}': the text format separates fields by commas; give the array a name without one.");
        switch (array.Memory)
        {
            case ArrayMemory.Cache:
                text.Append(CultureInfo.InvariantCulture, $"cache,{array.Name},{array.Bytes}\n");
                break;
            case ArrayMemory.Acp:
                text.Append(CultureInfo.InvariantCulture, $"acp,{array.Name}\n");
                break;
            case ArrayMemory.Scratchpad:
                // The reader takes the keyword wherever it stands in the line.
                if (array.Name.Contains("complete", StringComparison.Ordinal)) throw new ConfigurationException($"Array '{array.Name}': the text format takes 'complete' in a name for a register array; rename the array.");
                string kind = array.Partitioning == ArrayPartitioning.Cyclic ? "cyclic" : "block";
                text.Append(CultureInfo.InvariantCulture, $"partition,{kind},{array.Name},{array.Bytes},{array.WordBytes},{array.Factor}\n");
                break;
            case ArrayMemory.Dma:
                throw new ConfigurationException($"Array '{array.Name}': the text format has no directive for host arrays that DMA moves; leave it out of the configuration.");
            default:
                text.Append(CultureInfo.InvariantCulture, $"partition,complete,{array.Name},{array.Bytes},{array.WordBytes}\n");
                break;
        }
    }
}
