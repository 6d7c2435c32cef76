using System.Globalization;
using System.Text;
using Smaug.Accelerators.Systolic.Formats;
using Smaug.Core.Formats;

namespace Smaug.Accelerators.Systolic.EnergyCounts;

/// <summary>The files of SCALE-Sim's energy branch.</summary>
public static class EnergyFiles
{
    private const string RepeatHeader =
        "layer_num,ifmap_sram_repeat,filter_sram_repeat,ofmap_sram_repeat,ifmap_dram_repeat,filter_dram_repeat,ofmap_dram_repeatn,\n";

    /// <summary>REPEAT_CYCLE.csv: repeated accesses of every layer.</summary>
    public static string RepeatCycles(IReadOnlyList<RepeatCounts> layers)
    {
        var text = new StringBuilder(RepeatHeader);
        for (int i = 0; i < layers.Count; i++)
        {
            RepeatCounts r = layers[i];
            text.Append(CultureInfo.InvariantCulture, $"{i},{r.IfmapSram},{r.FilterSram},{r.OfmapSram},{r.IfmapDram},{r.FilterDram},{r.OfmapDram},\n");
        }

        return text.ToString();
    }

    /// <summary>
    /// Writes REPEAT_CYCLE.csv, action_counts.yaml, and DETAILED_ACCESS_REPORT.csv with its six columns of register accesses.
    /// </summary>
    /// <param name="result">The run.</param>
    /// <param name="repeats">Repeated accesses of every layer.</param>
    /// <param name="dramRowWords">Words of a DRAM row, for idle counts.</param>
    /// <param name="folder">The folder; created when it is not there.</param>
    public static void Write(SystolicResult result, IReadOnlyList<RepeatCounts> repeats, int dramRowWords, string folder)
    {
        RepeatCounts sum = default;
        foreach (RepeatCounts layer in repeats) sum += layer;
        AtomicFile.WriteText(Path.Combine(folder, "REPEAT_CYCLE.csv"), RepeatCycles(repeats));
        AtomicFile.WriteText(Path.Combine(folder, "action_counts.yaml"), new ActionCounts(result, sum, dramRowWords).ToYaml());
        AtomicFile.WriteText(Path.Combine(folder, "DETAILED_ACCESS_REPORT.csv"), SystolicReports.DetailedAccess(result, withRegisters: true));
    }
}
