namespace Smaug.Accelerators.Systolic;

/// <summary>Which operand stays in the processing elements of a systolic array.</summary>
public enum Dataflow
{
    /// <summary>Outputs stay: array rows hold output pixels, columns hold filters, time runs over the window.</summary>
    OutputStationary,

    /// <summary>Weights stay: array rows hold window positions, columns hold filters, time runs over output pixels.</summary>
    WeightStationary,

    /// <summary>Inputs stay: array rows hold window positions, columns hold output pixels, time runs over filters.</summary>
    InputStationary,
}

/// <summary>How the interface between the scratchpads and DRAM is modelled.</summary>
public enum BandwidthMode
{
    /// <summary>Reads never stall; the bandwidth that would have been needed is found (SCALE-Sim's <c>CALC</c>).</summary>
    Estimate,

    /// <summary>The bandwidth is given and reads stall (SCALE-Sim's <c>USER</c>).</summary>
    Fixed,
}

/// <summary>The SCALE-Sim version whose rules and report formats apply.</summary>
public enum ScaleSimVersion
{
    /// <summary>Version 2 (2.0.2 and fixes).</summary>
    V2,

    /// <summary>Version 3 (3.0.0).</summary>
    V3,
}
