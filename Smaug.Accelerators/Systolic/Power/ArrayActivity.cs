namespace Smaug.Accelerators.Systolic.Power;

/// <summary>What a systolic array did, in elements.</summary>
/// <param name="MultiplyAccumulates">Multiply-accumulates.</param>
/// <param name="OperandRegisters">Reads and writes of ifmap and filter registers.</param>
/// <param name="SumRegisters">Reads and writes of partial-sum registers.</param>
/// <param name="IfmapReads">Reads from the ifmap scratchpad.</param>
/// <param name="FilterReads">Reads from the filter scratchpad.</param>
/// <param name="OfmapReads">Reads of partial sums from the ofmap scratchpad.</param>
/// <param name="OfmapWrites">Writes to the ofmap scratchpad.</param>
public readonly record struct ArrayActivity(
    double MultiplyAccumulates, double OperandRegisters, double SumRegisters, double IfmapReads, double FilterReads, double OfmapReads, double OfmapWrites)
{
    /// <summary>The activity of a layer that was simulated, a number of times.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="copies">How often it runs.</param>
    public static ArrayActivity Of(LayerResult layer, long copies)
    {
        RegisterAccesses registers = layer.RegisterAccesses;
        double operands = (double)registers.IfmapReads + registers.IfmapWrites + registers.FilterReads + registers.FilterWrites;
        double sums = (double)registers.PartialSumReads + registers.PartialSumWrites;
        return new ArrayActivity(
            (double)layer.EffectiveMultiplyAccumulates * copies,
            operands * copies,
            sums * copies,
            (double)layer.IfmapSram.Words * copies,
            (double)layer.FilterSram.Words * copies,
            (double)layer.PartialSumReads * copies,
            (double)layer.OfmapSram.Words * copies);
    }
}
