using Smaug.Core;
using Smaug.Core.Execution;

namespace Smaug.Cli;

/// <summary>The sampling levels by the names that the original SMAUG gives them.</summary>
internal static class SamplingChoice
{
    public static IReadOnlyDictionary<string, SamplingLevel> Levels { get; } = new Dictionary<string, SamplingLevel>(StringComparer.OrdinalIgnoreCase)
    {
        ["no"] = SamplingLevel.None,
        ["low"] = SamplingLevel.Low,
        ["medium"] = SamplingLevel.Medium,
        ["high"] = SamplingLevel.High,
        ["very_high"] = SamplingLevel.VeryHigh,
    };

    public static string Name(SamplingLevel level) => Levels.First(l => l.Value == level).Key;

    public static Sampling Parse(string? level, int iterations)
    {
        if (!Levels.TryGetValue(level ?? "no", out SamplingLevel value)) throw new ConfigurationException($"--sample-level {level}: must be one of {string.Join(", ", Levels.Keys)}");
        if (iterations < 1) throw new ConfigurationException($"--sample-num {iterations}: must be at least 1");
        return new Sampling(value, iterations);
    }
}
