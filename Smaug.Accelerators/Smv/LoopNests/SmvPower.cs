using Smaug.Accelerators.Aladdin.Power;
using Smaug.Accelerators.LoopNests;
using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Smv.LoopNests;

/// <summary>
/// Energy and leakage of the SMV kernels at 1 ns with Aladdin's tables. Operations per iteration are those of the loops;
/// amounts in picojoules stand for address arithmetic and register traffic and are fitted to the simulated kernels.
/// </summary>
internal static class SmvPower
{
    private const double Period = 1;
    private const int ScratchpadArrays = 7, ScratchpadBytes = 65536, WordBytes = 4, Partitions = 8;

    /// <summary>Bytes of the arrays in registers in the published configuration.</summary>
    private const long RegisterArrayBytes = 3172;

    /// <summary>
    /// One processing element for one pixel: 4 vector multiplications, 13 additions (4 of vectors, 8 of lanes, the
    /// accumulation), 21 vectors of 8 words through weight, activation, product and sum registers.
    /// </summary>
    private static readonly OperationCounts Element = new() { Multiplies = 4, Adds = 13, RegisterWords = 21 * 8 };

    /// <summary>Address arithmetic of a pixel and its result vector through registers.</summary>
    private static readonly OperationCounts Pixel = new() { Multiplies = 1, Adds = 2, RegisterWords = 66 };

    private static readonly OperationCosts Costs = new(Period);
    private static readonly double ElementPicojoules = Costs.Picojoules(Element);
    private static readonly double PixelPicojoules = Costs.Picojoules(Pixel);

    private static readonly SramCost Partition = SramModel.Partition(ScratchpadBytes, WordBytes, Partitions, 1);

    private static readonly double ScratchpadLeakage = ScratchpadArrays * Partitions * Partition.LeakageMilliwatts;
    private static readonly double FixedLeakage = ScratchpadLeakage
        + new UnitDemand { Shifters = 14, Bitwise = 3, RegisterArrayBytes = RegisterArrayBytes }.LeakageMilliwatts(Period);
    private static readonly double AdderLeakage = new UnitDemand { Adders = 1 }.LeakageMilliwatts(Period);
    private static readonly double MultiplierLeakage = new UnitDemand { Multipliers = 1 }.LeakageMilliwatts(Period);
    private static readonly double SpecialLeakage = new UnitDemand { SpecialFunctions = 1 }.LeakageMilliwatts(Period);
    private static readonly double RegisterLeakage = new UnitDemand { Registers = 1 }.LeakageMilliwatts(Period);

    /// <summary>Reading and writing vectors of scratchpads.</summary>
    public static double Accesses(long reads, long writes) => reads * Partition.ReadPicojoules + writes * Partition.WritePicojoules;

    /// <summary>Dynamic energy of a convolution's units.</summary>
    /// <param name="elements">Processing elements times pixels times iterations.</param>
    /// <param name="pixels">Pixels times iterations.</param>
    /// <param name="iterations">Iterations outside the pixels.</param>
    /// <param name="transferred">Vectors loaded and stored.</param>
    public static double Convolution(long elements, long pixels, long iterations, long transferred) =>
        elements * ElementPicojoules + pixels * PixelPicojoules + 192 * iterations + 3.8 * transferred + 341;

    /// <summary>Dynamic energy of a matrix product's units: all 8 elements work, whatever the number of neurons.</summary>
    /// <param name="iterations">Iterations of the innermost loop.</param>
    /// <param name="blocks">Blocks of neurons times rows.</param>
    /// <param name="transferred">Vectors loaded and stored.</param>
    public static double MatrixMultiply(long iterations, long blocks, long transferred) =>
        iterations * (8 * ElementPicojoules + 29) + 12.6 * blocks + 2.32 * transferred + 262;

    /// <summary>Dynamic energy of a pooling's units.</summary>
    public static double Pooling(bool average, long pixels, long results, long window, long transferred) => average
        ? 281 + 3.04 * transferred + 6.6 * pixels + 5.3 * results + 2.6 * window
        : 273 + 4.15 * transferred + 10.2 * pixels - 7.6 * results + 3.4 * window;

    /// <summary>Dynamic energy of a batch normalisation's units.</summary>
    public static double BatchNorm(bool isMatrix, long vectors, long rows, long groups) =>
        isMatrix ? 153 + 46.9 * vectors : 257 + 25.0 * vectors + 28 * rows + 20 * groups;

    /// <summary>Dynamic energy per vector of an activation's units beyond that of moving it.</summary>
    public static double Activation(OperatorKind? function) => function switch
    {
        OperatorKind.ReLU => 0.61,
        OperatorKind.HardTanh => 1.21,
        OperatorKind.LReLU => 16.2,
        OperatorKind.ELU => 60.5,
        OperatorKind.SELU => 162,
        OperatorKind.Tanh => 154.7,
        OperatorKind.Sigmoid => 127.4,
        _ => 0,
    };

    /// <summary>Dynamic energy of loading and storing vectors, conversions included.</summary>
    public const double MovedVector = 5.33;

    /// <summary>Leakage of units and scratchpads.</summary>
    public static double Leakage(double multipliers, double adders, double specials, double registers) =>
        FixedLeakage + multipliers * MultiplierLeakage + adders * AdderLeakage + specials * SpecialLeakage + registers * RegisterLeakage;

    /// <summary>Leakage of a stand-alone activation: the units of up to 8 vectors, which a loop group works on at once.</summary>
    public static double ActivationLeakage(OperatorKind? function, long vectors, double registers)
    {
        double share = Math.Min(1, vectors / 8.0);
        (double multipliers, double adders, double specials) = function switch
        {
            OperatorKind.LReLU => (1, 8, 0),
            OperatorKind.ELU => (2, 32, 6),
            OperatorKind.SELU => (10, 32, 6),
            OperatorKind.Tanh => (3, 136, 6),
            OperatorKind.Sigmoid => (2, 128, 6),
            _ => (0.0, 0.0, 0.0),
        };
        return Leakage(function == OperatorKind.SELU ? 8 + 2 * share : Math.Min(multipliers, 1) + (multipliers - Math.Min(multipliers, 1)) * share, adders * share, specials * share, registers);
    }

    /// <summary>
    /// Registers of a convolution: partial sums of the columns in flight. With more channel groups the columns follow each
    /// other before more have begun; with less than 8 kernels fewer elements hold sums. Fitted.
    /// </summary>
    public static double ConvolutionRegisters(long kernels, long groups, long columns)
    {
        double columnsInFlight = Math.Min(columns, groups switch { 1 => 11.4, 2 => 9, 3 => 4.5, _ => 2.5 });
        return (130 + 30 * columnsInFlight) * kernels / 8;
    }
}
