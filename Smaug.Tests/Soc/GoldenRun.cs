using System.Globalization;
using System.Text.RegularExpressions;
using Smaug.Core.Execution;
using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Soc;

/// <summary>The runs of whole networks that were measured, by their names (<c>tutorial_dma_sampled_2threads</c>).</summary>
internal static partial class GoldenRun
{
    public const string Folder = "gem5aladdin/smaug";

    /// <summary>
    /// Runs one. Times are compared with exact kernels, since the sampling of the measured runs is off by 1 to 2 % itself; statistics
    /// are compared with sampled ones, since they leave out the cycles that sampling adds.
    /// </summary>
    public static RunReport Simulate(string run, MemoryFidelity fidelity = MemoryFidelity.Analytical, bool recordStatistics = false)
    {
        string network = run[..run.IndexOf('_', StringComparison.Ordinal)];
        Graph graph = ModelFile.Read(GoldenData.Require(network switch
        {
            "tutorial" => $"{Folder}/models/my_model_topo.pbtxt",
            "tiny" => $"{Folder}/models/tiny_topo.pbtxt",
            _ => $"smaug/models/{network}_smv_dma_topo.pbtxt",
        }));
        var options = new RunOptions
        {
            MemoryPolicy = run.Contains("_acp_", StringComparison.Ordinal) ? MemoryPolicy.AllAcp : MemoryPolicy.AllDma,
            RecordStatistics = recordStatistics,
            Sampling = recordStatistics && !run.Contains("_unsampled", StringComparison.Ordinal) ? new Sampling(SamplingLevel.High, 1) : Sampling.Off,
        };
        Smaug.Soc soc = new SocBuilder(SocPresets.Tutorial).WithAccelerators(Accelerators(run)).WithThreads(Number(ThreadsPattern(), run)).WithMemory(fidelity).Build();
        return soc.Run(graph, options).Report;
    }

    public static int Accelerators(string run) => Number(AcceleratorsPattern(), run);

    private static int Number(Regex pattern, string run) =>
        pattern.Match(run) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 1;

    [GeneratedRegex(@"_(\d+)accels")]
    private static partial Regex AcceleratorsPattern();

    [GeneratedRegex(@"_(\d+)threads")]
    private static partial Regex ThreadsPattern();
}
