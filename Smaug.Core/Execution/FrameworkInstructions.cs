namespace Smaug.Core.Execution;

/// <summary>
/// Instructions that SMAUG's framework executes around operators, as simulations of it counted them. They belong to the program,
/// not to the core that runs it.
/// </summary>
public static class FrameworkInstructions
{
    /// <summary>
    /// Instructions of one piece of framework software.
    /// <list type="bullet">
    /// <item>Data operator: 2,160, the difference between networks with three and with four of them.</item>
    /// <item>Choice of an operator: 2,490 (2,435 to 3,220). Begin of a network: none beyond the first choice.</item>
    /// <item>Preparation: 1,133; the first one of a convolution 391 more. Finalisation: 38. End of a network: 609 to 765.</item>
    /// <item>Bodies: 3,949 with one launch to 101,884 with 48, as 3,000 + 2,400 per launch + 1,200; single operators are up to 60 %
    /// off. Each accelerator of the pool beyond the first: 740 more (606 and 870 in the tutorial with two). What is done for the first time
    /// executes no more instructions, it only misses in the caches.</item>
    /// </list>
    /// </summary>
    public static double Of(CpuOverhead overhead) => overhead switch
    {
        CpuOverhead.NetworkStart => 0,
        CpuOverhead.NetworkEnd => 687,
        CpuOverhead.DataOperator => 2_160,
        CpuOverhead.OperatorStart => 2_490,
        CpuOverhead.PreparationStart => 1_133,
        CpuOverhead.FirstConvolutionPreparation => 391,
        CpuOverhead.FinalizationStart => 38,
        CpuOverhead.BodyStart => 3_000,
        CpuOverhead.Launch => 2_400,
        CpuOverhead.BodyEnd => 1_200,
        CpuOverhead.PoolStart => 740,
        _ when Enum.IsDefined(overhead) => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(overhead), overhead, "unknown kind of overhead"),
    };
}
