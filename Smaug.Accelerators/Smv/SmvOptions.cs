using Smaug.Core;

namespace Smaug.Accelerators.Smv;

/// <summary>Size of the SMV engine's memories, as far as tiling depends on it.</summary>
public sealed record SmvOptions
{
    /// <summary>
    /// Bytes of host data (float16) that each of the three scratchpads holds; 16 to 2^30, default 32,768. Inside the engine
    /// elements are float32, so that a scratchpad is twice as large.
    /// </summary>
    public int ScratchpadBytes { get; init; } = 32768;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Require.Range(nameof(ScratchpadBytes), ScratchpadBytes, 16, 1 << 30);
    }
}
