using System.Text.Json.Serialization;
using Smaug.Core;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Systolic.Device;

/// <summary>
/// Configuration of the output-stationary array device of gem5-Aladdin's SMAUG fork: processing elements, three scratchpads,
/// fetch and commit units.
/// </summary>
public sealed record OutputStationaryOptions
{
    /// <summary>Rows of processing elements, one output pixel each; default 8.</summary>
    public int Rows { get; init; } = 8;

    /// <summary>Columns of processing elements, one kernel each; default 8.</summary>
    public int Columns { get; init; } = 8;

    /// <summary>Element type: Float16 (default), Float32, Float64, Int32 or Int64.</summary>
    public DataType DataType { get; init; } = DataType.Float16;

    /// <summary>Size of each of the three scratchpads; default 32 KiB.</summary>
    public int ScratchpadBytes { get; init; } = 32768;

    /// <summary>Bytes of a scratchpad line, which a fetch unit reads at a time; default 16.</summary>
    public int LineBytes { get; init; } = 16;

    /// <summary>Lines that a fetch unit buffers; default 32.</summary>
    public int FetchQueueLines { get; init; } = 32;

    /// <summary>
    /// Reproduces the defects of the original: an invocation that would never end or abort there is refused with its reason, and
    /// only as many elements are sent as an unpadded tensor has. Default false: such invocations run.
    /// </summary>
    public bool Compatibility { get; init; }

    /// <summary>The 8 × 8 device of the published examples.</summary>
    public static OutputStationaryOptions Example8x8 { get; } = new();

    /// <summary>Elements per scratchpad line.</summary>
    [JsonIgnore]
    public int LineElements => LineBytes / DataType.SizeInBytes();

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Require.Range(nameof(Rows), Rows, 1, 256);
        Require.Range(nameof(Columns), Columns, 1, 256);
        if (DataType == DataType.Bool) throw new ConfigurationException("DataType = Bool: must be Float16, Float32, Float64, Int32 or Int64");
        if (ScratchpadBytes < LineBytes) throw new ConfigurationException($"ScratchpadBytes = {ScratchpadBytes}: must be at least LineBytes ({LineBytes})");
        if (LineBytes < DataType.SizeInBytes() || LineBytes % DataType.SizeInBytes() != 0)
            throw new ConfigurationException($"LineBytes = {LineBytes}: must be a multiple of the element size ({DataType.SizeInBytes()})");
        if (FetchQueueLines < 1) throw new ConfigurationException($"FetchQueueLines = {FetchQueueLines}: must be at least 1");
    }
}
