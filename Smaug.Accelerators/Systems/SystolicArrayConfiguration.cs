using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Execution;
using Smaug.Core.Execution;

namespace Smaug;

/// <summary>
/// A systolic array with double-buffered scratchpads as an accelerator of an SoC. Its operators take the cycles that SCALE-Sim's
/// model gives; <c>docs/systolic.md</c> describes it.
/// </summary>
public sealed record SystolicArrayConfiguration
{
    /// <summary>Rows of processing elements; 1 to 65,536, default 8.</summary>
    public int Rows { get; init; } = 8;

    /// <summary>Columns of processing elements; 1 to 65,536, default 8.</summary>
    public int Columns { get; init; } = 8;

    /// <summary>Dataflow; default output-stationary.</summary>
    public Dataflow Dataflow { get; init; } = Dataflow.OutputStationary;

    /// <summary>In which numbers it computes; default float32.</summary>
    public SystolicPrecision ElementType { get; init; } = SystolicPrecision.Float32;

    /// <summary>Size of the ifmap scratchpad, both halves, in KiB; a multiple of an element's bytes, default 32.</summary>
    public int IfmapKilobytes { get; init; } = 32;

    /// <summary>Size of the filter scratchpad, both halves, in KiB; a multiple of an element's bytes, default 32.</summary>
    public int FilterKilobytes { get; init; } = 32;

    /// <summary>Size of the ofmap scratchpad, both halves, in KiB; a multiple of a partial sum's bytes, default 32.</summary>
    public int OfmapKilobytes { get; init; } = 32;

    /// <summary>Checks the values.</summary>
    /// <exception cref="Core.ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Require.Range("Accelerators.SystolicArray.Rows", Rows, 1, 65536);
        Require.Range("Accelerators.SystolicArray.Columns", Columns, 1, 65536);
        if (!Enum.IsDefined(Dataflow)) throw new Core.ConfigurationException($"Accelerators.SystolicArray.Dataflow = {(int)Dataflow}: must be OutputStationary, WeightStationary or InputStationary");
        if (!Enum.IsDefined(ElementType)) throw new Core.ConfigurationException($"Accelerators.SystolicArray.ElementType = {(int)ElementType}: must be Float32, Float16 or Int8");
        Scratchpad(nameof(IfmapKilobytes), IfmapKilobytes, ElementType.ElementBytes());
        Scratchpad(nameof(FilterKilobytes), FilterKilobytes, ElementType.ElementBytes());
        Scratchpad(nameof(OfmapKilobytes), OfmapKilobytes, ElementType.SumBytes());
    }

    /// <summary>The array as a backend of models with given traits.</summary>
    /// <param name="traits">Traits of the models; null for those of models built for the backend Systolic.</param>
    public SystolicBackendOptions ToBackendOptions(BackendTraits? traits = null) => new()
    {
        Array = new SystolicConfiguration
        {
            RunName = "systolic",
            Rows = Rows,
            Columns = Columns,
            Dataflow = Dataflow,
            IfmapKilobytes = IfmapKilobytes,
            FilterKilobytes = FilterKilobytes,
            OfmapKilobytes = OfmapKilobytes,
        },
        Precision = ElementType,
        Traits = traits ?? SystolicBackend.DefaultTraits,
    };

    private void Scratchpad(string name, int kilobytes, int elementBytes)
    {
        Require.Range($"Accelerators.SystolicArray.{name}", kilobytes, 1, 1 << 20);
        if (kilobytes % elementBytes != 0)
            throw new Core.ConfigurationException($"Accelerators.SystolicArray.{name} = {kilobytes}: must be a multiple of {elementBytes}, the bytes of an element of it with {ElementType}");
    }
}
