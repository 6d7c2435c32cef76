using Smaug.Core.Units;

namespace Smaug.Accelerators.Smv.Engine;

/// <summary>
/// Energy of one invocation of the SMV engine in a 40 nm process: leakage over its time, and an amount for each operation
/// and scratchpad access. The amounts were fitted to pre-RTL power simulations of the convolution kernel over 140 tile
/// shapes; on whole tiles they are within about 15 %, on tiles of a few pixels the spread is 30 %.
/// </summary>
public sealed record SmvEnergyModel
{
    /// <summary>Energy of one multiply-accumulate on a vector lane.</summary>
    public double PicojoulesPerMultiplyAccumulate { get; init; } = 3.01;

    /// <summary>Energy of one iteration of the innermost loop besides its multiply-accumulates: address arithmetic, adder trees, registers.</summary>
    public double PicojoulesPerIteration { get; init; } = 336;

    /// <summary>Dynamic power of the functional units in any active cycle.</summary>
    public double BaseMilliwatts { get; init; } = 7.1;

    /// <summary>Reading one vector from a scratchpad: a partition of 8 KiB with words of 4 bytes.</summary>
    public double PicojoulesPerVectorRead { get; init; } = 4.149;

    /// <summary>Writing one vector to a scratchpad.</summary>
    public double PicojoulesPerVectorWrite { get; init; } = 3.589;

    /// <summary>Leakage of the seven scratchpads of 64 KiB.</summary>
    public double ScratchpadLeakageMilliwatts { get; init; } = 18.911;

    /// <summary>Leakage of the functional units and registers.</summary>
    public double FunctionalUnitLeakageMilliwatts { get; init; } = 9.366;

    /// <summary>Energy of an invocation.</summary>
    /// <param name="activity">What the engine did.</param>
    /// <param name="computing">Time in which it computed or converted data.</param>
    /// <param name="total">Time from activation to the end.</param>
    public Energy Of(in SmvActivity activity, SimTime computing, SimTime total) =>
        new Energy(activity.MultiplyAccumulates * PicojoulesPerMultiplyAccumulate + activity.Iterations * PicojoulesPerIteration
            + activity.VectorReads * PicojoulesPerVectorRead + activity.VectorWrites * PicojoulesPerVectorWrite)
        + Energy.FromPower(BaseMilliwatts, computing)
        + Energy.FromPower(LeakageMilliwatts, total);

    internal double LeakageMilliwatts => ScratchpadLeakageMilliwatts + FunctionalUnitLeakageMilliwatts;
}
