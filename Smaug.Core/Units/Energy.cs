using System.Globalization;

namespace Smaug.Core.Units;

/// <summary>An amount of energy, in picojoules. 1 mW for 1 ns is 1 pJ.</summary>
public readonly record struct Energy(double Picojoules) : IComparable<Energy>
{
    /// <summary>No energy.</summary>
    public static Energy Zero => default;

    /// <summary>The energy in nanojoules.</summary>
    public double Nanojoules => Picojoules / 1e3;

    /// <summary>The energy in microjoules.</summary>
    public double Microjoules => Picojoules / 1e6;

    /// <summary>The energy that a power draws over a time.</summary>
    /// <param name="milliwatts">Average power in milliwatts.</param>
    /// <param name="duration">How long it is drawn.</param>
    public static Energy FromPower(double milliwatts, SimTime duration) => new(milliwatts * duration.Nanoseconds);

    /// <inheritdoc/>
    public int CompareTo(Energy other) => Picojoules.CompareTo(other.Picojoules);

    /// <summary>Sum of two energies.</summary>
    public static Energy operator +(Energy left, Energy right) => new(left.Picojoules + right.Picojoules);

    /// <summary>Difference of two energies.</summary>
    public static Energy operator -(Energy left, Energy right) => new(left.Picojoules - right.Picojoules);

    /// <summary>An energy scaled by a factor.</summary>
    public static Energy operator *(Energy left, double right) => new(left.Picojoules * right);

    /// <summary>Whether the left energy is smaller.</summary>
    public static bool operator <(Energy left, Energy right) => left.Picojoules < right.Picojoules;

    /// <summary>Whether the left energy is larger.</summary>
    public static bool operator >(Energy left, Energy right) => left.Picojoules > right.Picojoules;

    /// <summary>Whether the left energy is not larger.</summary>
    public static bool operator <=(Energy left, Energy right) => left.Picojoules <= right.Picojoules;

    /// <summary>Whether the left energy is not smaller.</summary>
    public static bool operator >=(Energy left, Energy right) => left.Picojoules >= right.Picojoules;

    /// <summary>The energy with a fitting unit, for example <c>1.3 uJ</c>.</summary>
    public override string ToString()
    {
        double magnitude = Math.Abs(Picojoules);
        (double value, string unit) = magnitude switch
        {
            < 1e3 => (Picojoules, "pJ"),
            < 1e6 => (Picojoules / 1e3, "nJ"),
            < 1e9 => (Picojoules / 1e6, "uJ"),
            < 1e12 => (Picojoules / 1e9, "mJ"),
            _ => (Picojoules / 1e12, "J"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.###} {unit}");
    }
}
