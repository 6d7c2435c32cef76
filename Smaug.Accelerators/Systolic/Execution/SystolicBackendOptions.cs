using Smaug.Accelerators.Systolic.Power;
using Smaug.Core;
using Smaug.Core.Execution;

namespace Smaug.Accelerators.Systolic.Execution;

/// <summary>A systolic array as a backend of whole networks.</summary>
public sealed record SystolicBackendOptions
{
    /// <summary>
    /// Rows, columns, dataflow and scratchpad sizes; default 8 × 8, output-stationary, 32 KiB each. Sizes are in bytes: a
    /// scratchpad holds as many elements as fit. The SoC's memory stands behind the scratchpads, so the bandwidth mode is not used.
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

    /// <summary>Energy per action; null, the default, for that of 40 nm tables at the accelerator's clock.</summary>
    public ArrayEnergy? Energy { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Array.Validate();
        if (Array.IsSparse) throw new ConfigurationException("SparsitySupport = true: a backend computes dense values; switch it off");
        if (!Enum.IsDefined(Precision)) throw new ConfigurationException($"Precision = {(int)Precision}: must be Float32, Float16 or Int8");
        Whole("IfmapSramSzkB", Array.IfmapKilobytes, Precision.ElementBytes());
        Whole("FilterSramSzkB", Array.FilterKilobytes, Precision.ElementBytes());
        Whole("OfmapSramSzkB", Array.OfmapKilobytes, Precision.SumBytes());
    }

    /// <summary>
    /// The array as it is simulated: in words instead of bytes, without stalls of its own, and with the corrections that concern
    /// time and traffic.
    /// </summary>
    internal SystolicConfiguration Simulated => Array with
    {
        IfmapKilobytes = Array.IfmapKilobytes / Precision.ElementBytes(),
        FilterKilobytes = Array.FilterKilobytes / Precision.ElementBytes(),
        OfmapKilobytes = Array.OfmapKilobytes / Precision.SumBytes(),
        Mode = BandwidthMode.Estimate,
        Version = ScaleSimVersion.V3,
        Corrections = Corrections.All & ~Corrections.Replacement,
    };

    private void Whole(string key, int kilobytes, int bytes)
    {
        if (kilobytes % bytes == 0) return;
        throw new ConfigurationException($"{key} = {kilobytes}: must be a multiple of {bytes}, the bytes of an element of it with {Precision}");
    }
}
