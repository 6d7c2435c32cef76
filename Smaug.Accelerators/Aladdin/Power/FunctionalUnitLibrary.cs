using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Power;

/// <summary>The kinds of functional units of the 40 nm library.</summary>
public enum FunctionalUnit
{
    /// <summary>One bit of a register.</summary>
    Register,

    /// <summary>Integer adder or subtractor.</summary>
    Adder,

    /// <summary>Integer multiplier (also divides, at the same cost).</summary>
    Multiplier,

    /// <summary>Bitwise operator.</summary>
    Bitwise,

    /// <summary>Shifter.</summary>
    Shifter,

    /// <summary>32-bit floating-point adder.</summary>
    SingleAdder,

    /// <summary>64-bit floating-point adder.</summary>
    DoubleAdder,

    /// <summary>32-bit floating-point multiplier.</summary>
    SingleMultiplier,

    /// <summary>64-bit floating-point multiplier.</summary>
    DoubleMultiplier,

    /// <summary>Special mathematical function.</summary>
    SpecialMath,
}

/// <summary>Power and area of one functional unit at one clock period (40 nm).</summary>
/// <param name="InternalMilliwatts">Internal power while active, mW.</param>
/// <param name="SwitchingMilliwatts">Switching power while active, mW.</param>
/// <param name="LeakageMilliwatts">Leakage power, mW.</param>
/// <param name="AreaSquareMicrometres">Area, um².</param>
/// <param name="DelayNanoseconds">Critical path, ns; NaN for multi-cycle units, whose cycles are counted instead.</param>
public readonly record struct FunctionalUnitCost(
    double InternalMilliwatts, double SwitchingMilliwatts, double LeakageMilliwatts, double AreaSquareMicrometres, double DelayNanoseconds)
{
    /// <summary>Power while active, mW.</summary>
    public double ActiveMilliwatts => InternalMilliwatts + SwitchingMilliwatts;
}

/// <summary>
/// The library of functional units that Aladdin characterised (Shao et al., ISCA 2014): synthesised in 40 nm for clock
/// periods of 1, 2, 3, 4, 5, 6 and 10 ns.
/// </summary>
public static class FunctionalUnitLibrary
{
    private const double NaN = double.NaN;

    /// <summary>The clock periods the library was synthesised for, ns.</summary>
    public static IReadOnlyList<int> Periods { get; } = [1, 2, 3, 4, 5, 6, 10];

    private static ReadOnlySpan<double> Table =>
    [
        // Register: internal, switching, leakage (mW), area (um2), delay (ns) at 1, 2, 3, 4, 5, 6, 10 ns
        7.936518e-03, 1.062977e-03, 7.395312e-05, 5.981433e+00, NaN,
        3.967495e-03, 5.381930e-04, 7.395312e-05, 5.981433e+00, NaN,
        2.644534e-03, 3.584390e-04, 7.395312e-05, 5.981433e+00, NaN,
        1.982290e-03, 2.685621e-04, 7.395312e-05, 5.981433e+00, NaN,
        1.586138e-03, 2.146359e-04, 7.395312e-05, 5.981433e+00, NaN,
        1.322600e-03, 1.792126e-04, 7.395312e-05, 5.981433e+00, NaN,
        5.535310e-04, 0.000000e+00, 7.358945e-05, 5.981433e+00, NaN,
        // Adder: internal, switching, leakage (mW), area (um2), delay (ns) at 1, 2, 3, 4, 5, 6, 10 ns
        5.523790e-02, 1.551852e-01, 2.249908e-03, 2.779792e+02, 0.98,
        2.436880e-02, 1.850702e-02, 2.380803e-03, 1.794430e+02, 1.75,
        1.626669e-02, 1.235638e-02, 2.380803e-03, 1.794430e+02, 1.75,
        1.217552e-02, 9.249207e-03, 2.380803e-03, 1.794430e+02, 1.75,
        9.743773e-03, 7.400587e-03, 2.380803e-03, 1.794430e+02, 1.75,
        8.115300e-03, 6.162853e-03, 2.380803e-03, 1.794430e+02, 1.75,
        4.832257e-03, 3.701820e-03, 2.380803e-03, 1.794430e+02, 1.75,
        // Multiplier: internal, switching, leakage (mW), area (um2), delay (ns) at 1, 2, 3, 4, 5, 6, 10 ns
        4.979808e+00, 7.703601e+00, 7.786052e-02, 6.351338e+03, 0.98,
        1.748818e+00, 3.028611e+00, 4.831147e-02, 5.137736e+03, 1.97,
        1.125718e+00, 1.808644e+00, 4.668189e-02, 4.974349e+03, 2.97,
        8.601815e-01, 1.305749e+00, 4.853217e-02, 4.619555e+03, 3.98,
        6.866739e-01, 1.038409e+00, 4.817683e-02, 4.595000e+03, 4.17,
        5.725752e-01, 8.662890e-01, 4.817683e-02, 4.595000e+03, 4.17,
        3.459049e-01, 5.337095e-01, 4.817683e-02, 4.595000e+03, 4.90,
        // Bitwise: internal, switching, leakage (mW), area (um2), delay (ns) at 1, 2, 3, 4, 5, 6, 10 ns
        1.010606e-02, 7.950398e-03, 6.111633e-04, 5.036996e+01, 0.06,
        5.047962e-03, 3.971243e-03, 6.111633e-04, 5.036996e+01, 0.06,
        3.362023e-03, 2.644812e-03, 6.111633e-04, 5.036996e+01, 0.06,
        2.518915e-03, 1.981596e-03, 6.111633e-04, 5.036996e+01, 0.06,
        2.013105e-03, 1.583778e-03, 6.111633e-04, 5.036996e+01, 0.06,
        1.680942e-03, 1.322420e-03, 6.111633e-04, 5.036996e+01, 0.06,
        1.011508e-03, 7.957616e-04, 6.111633e-04, 5.036996e+01, 0.06,
        // Shifter: internal, switching, leakage (mW), area (um2), delay (ns) at 1, 2, 3, 4, 5, 6, 10 ns
        8.162355e-02, 3.356332e-01, 1.697876e-03, 2.496461e+02, 0.70,
        3.965413e-02, 1.636524e-01, 1.710091e-03, 2.496461e+02, 0.70,
        2.810824e-02, 1.126897e-01, 1.781854e-03, 2.496461e+02, 0.70,
        2.057662e-02, 8.443299e-02, 1.731190e-03, 2.496461e+02, 0.70,
        1.630555e-02, 6.699894e-02, 1.694823e-03, 2.496461e+02, 0.70,
        1.361771e-02, 5.602076e-02, 1.695794e-03, 2.496461e+02, 0.70,
        8.120019e-03, 3.338565e-02, 1.695100e-03, 2.496461e+02, 0.70,
        // SingleAdder: internal, switching, leakage (mW), area (um2), delay (ns) at 1, 2, 3, 4, 5, 6, 10 ns
        2.537098e+00, 3.022642e+00, 5.311069e-02, 4.361094e+03, NaN,
        7.593400e-01, 1.078363e+00, 2.148941e-02, 3.007087e+03, NaN,
        4.984708e-01, 6.775324e-01, 2.017866e-02, 2.963327e+03, NaN,
        3.002500e-01, 3.575648e-01, 1.573381e-02, 2.117743e+03, NaN,
        2.420383e-01, 2.865075e-01, 1.520482e-02, 2.063594e+03, NaN,
        2.019671e-01, 2.384996e-01, 1.515083e-02, 2.063594e+03, NaN,
        1.171926e+00, 1.395194e-01, 1.525465e-02, 2.063594e+03, NaN,
        // DoubleAdder: internal, switching, leakage (mW), area (um2), delay (ns) at 1, 2, 3, 4, 5, 6, 10 ns
        6.530689e+00, 8.053947e+00, 1.332011e-01, 9.884790e+03, NaN,
        1.687466e+00, 2.670491e+00, 4.503745e-02, 6.128136e+03, NaN,
        1.108012e+00, 1.757285e+00, 4.089089e-02, 5.981118e+03, NaN,
        7.831175e-01, 1.153851e+00, 3.495138e-02, 5.115384e+03, NaN,
        6.272768e-01, 9.240008e-01, 3.505479e-02, 5.116643e+03, NaN,
        5.442410e-01, 7.836721e-01, 3.825941e-02, 5.122311e+03, NaN,
        2.413056e-01, 3.513326e-01, 3.017909e-02, 3.989615e+03, NaN,
        // SingleMultiplier: internal, switching, leakage (mW), area (um2), delay (ns) at 1, 2, 3, 4, 5, 6, 10 ns
        5.050183e+00, 6.723213e+00, 1.198412e-01, 8.967113e+03, NaN,
        1.965633e+00, 2.976142e+00, 5.942110e-02, 6.153321e+03, NaN,
        1.222883e+00, 1.864999e+00, 4.939027e-02, 5.696528e+03, NaN,
        8.114298e-01, 1.286168e+00, 4.502912e-02, 5.219903e+03, NaN,
        5.817426e-01, 1.041773e+00, 4.215861e-02, 4.905719e+03, NaN,
        4.837020e-01, 8.629250e-01, 4.198441e-02, 4.889350e+03, NaN,
        2.908399e-01, 5.956748e-01, 4.476567e-02, 5.421698e+03, NaN,
        // DoubleMultiplier: internal, switching, leakage (mW), area (um2), delay (ns) at 1, 2, 3, 4, 5, 6, 10 ns
        1.537875e+01, 2.254211e+01, 2.763760e-01, 2.226951e+04, NaN,
        6.531244e+00, 1.079134e+01, 1.947566e-01, 1.806079e+04, NaN,
        3.885739e+00, 6.731264e+00, 1.532231e-01, 1.632711e+04, NaN,
        2.908127e+00, 5.000629e+00, 1.511790e-01, 1.624086e+04, NaN,
        2.253656e+00, 3.942233e+00, 1.402072e-01, 1.576422e+04, NaN,
        1.827799e+00, 3.205311e+00, 1.348457e-01, 1.536190e+04, NaN,
        9.056301e-01, 1.979930e+00, 1.232215e-01, 1.394492e+04, NaN,
        // SpecialMath: internal, switching, leakage (mW), area (um2), delay (ns) at 1, 2, 3, 4, 5, 6, 10 ns
        1.746411e-01, 3.546680e-01, 1.037373e-01, 1.058682e+04, NaN,
        1.746411e-01, 3.546680e-01, 1.037373e-01, 1.058682e+04, NaN,
        1.746411e-01, 3.546680e-01, 1.037373e-01, 1.058682e+04, NaN,
        1.746411e-01, 3.546680e-01, 1.037373e-01, 1.058682e+04, NaN,
        1.746411e-01, 3.546680e-01, 1.037373e-01, 1.058682e+04, NaN,
        1.746411e-01, 3.546680e-01, 1.037373e-01, 1.058682e+04, NaN,
        1.746411e-01, 3.546680e-01, 1.037373e-01, 1.058682e+04, NaN,
    ];

    /// <summary>The cost of a unit at a clock period; a period that is not in the library uses the 6 ns column.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="cycleTimeNanoseconds">Clock period in ns; fractions are cut off.</param>
    /// <param name="corrected">Mends the one inconsistent entry: internal power of the 32-bit adder at 10 ns, ten times its neighbours.</param>
    public static FunctionalUnitCost Cost(FunctionalUnit unit, double cycleTimeNanoseconds, bool corrected = false)
    {
        if (!Enum.IsDefined(unit)) throw new ConfigurationException($"The functional unit {unit} is unknown.");
        int column = Column((int)cycleTimeNanoseconds);
        ReadOnlySpan<double> row = Table.Slice((((int)unit * 7) + column) * 5, 5);
        double power = row[0];
        if (corrected && unit == FunctionalUnit.SingleAdder && column == 6) power /= 10;
        return new FunctionalUnitCost(power, row[1], row[2], row[3], row[4]);
    }

    /// <summary>Whether the library has a column of its own for a period.</summary>
    public static bool HasPeriod(double cycleTimeNanoseconds) => (int)cycleTimeNanoseconds is (>= 1 and <= 6) or 10;

    private static int Column(int period) => period switch { >= 1 and <= 5 => period - 1, 10 => 6, _ => 5 };
}
