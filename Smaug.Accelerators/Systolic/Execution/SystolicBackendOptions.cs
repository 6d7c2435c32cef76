using Smaug.Core;
using Smaug.Core.Execution;

namespace Smaug.Accelerators.Systolic.Execution;

/// <summary>In which numbers a systolic array computes.</summary>
public enum SystolicPrecision
{
    /// <summary>float32 products and sums.</summary>
    Float32,

    /// <summary>Every multiply-accumulate is rounded to float16.</summary>
    Float16,

    /// <summary>
    /// int8 operands and int32 sums; every tensor is scaled so that its largest magnitude becomes 127.
    /// </summary>
    Int8,
}

/// <summary>A systolic array as a backend of whole networks.</summary>
public sealed record SystolicBackendOptions
{
    /// <summary>
    /// Rows, columns, dataflow and scratchpad sizes; default 8 × 8, output-stationary, 32 kB each. The SoC's memory stands behind
    /// the scratchpads, so the bandwidth mode is not used.
    /// </summary>
    public SystolicConfiguration Array { get; init; } = new()
    {
        RunName = "systolic",
        Rows = 8,
        Columns = 8,
        IfmapKilobytes = 32,
        FilterKilobytes = 32,
        OfmapKilobytes = 32,
        Dataflow = Dataflow.OutputStationary,
    };

    /// <summary>In which numbers it computes; default <see cref="SystolicPrecision.Float32"/>.</summary>
    public SystolicPrecision Precision { get; init; } = SystolicPrecision.Float32;

    /// <summary>
    /// Traits of the models that it runs: their layouts and element type. Default <see cref="SystolicBackend.DefaultTraits"/>. With
    /// the traits of another backend it runs that one's models.
    /// </summary>
    public BackendTraits Traits { get; init; } = SystolicBackend.DefaultTraits;

    /// <summary>Energy of one multiply-accumulate, in picojoules; default 0, energy is not modelled.</summary>
    public double PicojoulesPerMultiplyAccumulate { get; init; }

    /// <summary>Energy of one scratchpad access of one word, in picojoules; default 0.</summary>
    public double PicojoulesPerScratchpadAccess { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Array.Validate();
        if (Array.IsSparse) throw new ConfigurationException("SparsitySupport = true: a backend computes dense values; switch it off");
        if (PicojoulesPerMultiplyAccumulate < 0 || PicojoulesPerScratchpadAccess < 0)
            throw new ConfigurationException("energy per operation must not be negative");
    }

    /// <summary>The array as it is simulated: without stalls of its own, and with the corrections that concern time and traffic.</summary>
    internal SystolicConfiguration Simulated => Array with
    {
        Mode = BandwidthMode.Estimate,
        Version = ScaleSimVersion.V3,
        Corrections = Corrections.All & ~Corrections.Replacement,
    };
}
