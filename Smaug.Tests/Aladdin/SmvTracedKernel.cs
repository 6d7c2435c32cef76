using Smaug.Accelerators.Smv.Traced;
using Smaug.Cli;

namespace Smaug.Tests.Aladdin;

/// <summary>Runs the traced C# kernel that a row of the SMV table describes, as the command line does.</summary>
internal static class SmvTracedKernel
{
    private static readonly Dictionary<string, string> Words = new()
    {
        ["elems"] = "elements",
        ["acts"] = "C",
        ["sampling_level"] = "level",
        ["sampling_num"] = "samples",
    };

    public static SmvKernelRun Run(string kernel, Dictionary<string, int> parameters) => KernelTraces.Prepare(
        kernel == "act" ? ((SmvTracedActivation)parameters["act"]).ToString().ToLowerInvariant() : kernel,
        new KernelWords(parameters.ToDictionary(p => Words.GetValueOrDefault(p.Key, p.Key), p => p.Value)))(null);
}
