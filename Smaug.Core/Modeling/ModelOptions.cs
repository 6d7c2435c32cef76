using Smaug.Core.Graphs;

namespace Smaug.Core.Modeling;

/// <summary>How a model is built.</summary>
public sealed record ModelOptions
{
    /// <summary>How accelerators reach host memory; default <see cref="MemoryPolicy.AllDma"/>.</summary>
    public MemoryPolicy MemoryPolicy { get; init; } = MemoryPolicy.AllDma;

    /// <summary>Seed of the values of tensors that are given none (<see cref="SeededParameterSource"/>); default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Whether operators that want another layout than their input has get a Reorder in front of them; default true. It can
    /// be changed while building: <see cref="ModelBuilder.LayoutTransforms"/>.
    /// </summary>
    public bool LayoutTransforms { get; init; } = true;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        if (MemoryPolicy == MemoryPolicy.Unknown || !Enum.IsDefined(MemoryPolicy)) throw new ConfigurationException($"MemoryPolicy = {MemoryPolicy}: must be AllDma, AllAcp or AllAcpWithDmaForWeights");
    }
}
