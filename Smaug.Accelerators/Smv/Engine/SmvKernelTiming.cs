namespace Smaug.Accelerators.Smv.Engine;

/// <summary>Cycles of one kernel at the engine's clock, without waiting for data.</summary>
public readonly record struct SmvKernelTiming
{
    /// <summary>Conversion of the loaded inputs from half to single precision; 0 when they are not loaded.</summary>
    public double InputConversionCycles { get; init; }

    /// <summary>Conversion of the loaded weights; 0 when they are not loaded.</summary>
    public double WeightConversionCycles { get; init; }

    /// <summary>The kernel's loops and the fused activation.</summary>
    public double ComputeCycles { get; init; }

    /// <summary>The part of <see cref="ComputeCycles"/> that was scaled up from sampled iterations; 0 without sampling.</summary>
    public double UpsampledCycles { get; init; }

    /// <summary>Conversion of the stored results to half precision; 0 when they are not stored.</summary>
    public double StoreConversionCycles { get; init; }

    /// <summary>What the engine did, for its energy.</summary>
    public SmvActivity Activity { get; init; }

    /// <summary>Energy of the operations and of the accesses to scratchpads, leakage apart, pJ; 0 when the model has none of its own.</summary>
    public double DynamicPicojoules { get; init; }

    /// <summary>Leakage of functional units, registers and scratchpads, mW; 0 when the model has none of its own.</summary>
    public double LeakageMilliwatts { get; init; }

    /// <summary>All cycles.</summary>
    public double TotalCycles => InputConversionCycles + WeightConversionCycles + ComputeCycles + StoreConversionCycles;
}

/// <summary>What the engine did in one kernel.</summary>
/// <param name="MultiplyAccumulates">Multiply-accumulate operations on vector lanes, padding lanes included.</param>
/// <param name="Iterations">Iterations of the innermost pipelined loop.</param>
/// <param name="VectorReads">Vectors of 8 elements read from scratchpads.</param>
/// <param name="VectorWrites">Vectors of 8 elements written to scratchpads.</param>
public readonly record struct SmvActivity(long MultiplyAccumulates, long Iterations, long VectorReads, long VectorWrites);
