namespace Smaug.Accelerators.Systolic;

/// <summary>Accesses of the operand registers of all processing elements, in words.</summary>
/// <param name="IfmapWrites">Writes of ifmap registers.</param>
/// <param name="IfmapReads">Reads of ifmap registers.</param>
/// <param name="FilterWrites">Writes of filter registers.</param>
/// <param name="FilterReads">Reads of filter registers.</param>
/// <param name="PartialSumWrites">Writes of partial-sum registers.</param>
/// <param name="PartialSumReads">Reads of partial-sum registers.</param>
public readonly record struct RegisterAccesses(
    long IfmapWrites, long IfmapReads, long FilterWrites, long FilterReads, long PartialSumWrites, long PartialSumReads);
