using System.Globalization;
using System.Numerics;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug;

/// <summary>
/// Checks with one wording: the name, what was found, what is allowed. The projects above add those that only they need,
/// under this name.
/// </summary>
internal static class Require
{
    public static void Range(string name, long value, long minimum, long maximum)
    {
        if (value < minimum || value > maximum) throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture, $"{name} = {value}: must be {minimum} to {maximum}"));
    }

    public static void NotNegative(string name, double value)
    {
        if (!(value >= 0) || double.IsInfinity(value)) throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture, $"{name} = {value}: must be 0 or more"));
    }

    public static void PowerOfTwo(string name, int value, int minimum, int maximum)
    {
        if (value < minimum || value > maximum || !BitOperations.IsPow2(value)) throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture, $"{name} = {value}: must be a power of two from {minimum} to {maximum}"));
    }

    public static void Time(string name, SimTime value, SimTime maximum)
    {
        if (value < SimTime.Zero || value > maximum) throw new ConfigurationException($"{name} = {value}: must be 0 to {maximum}");
    }

    public static void Defined<T>(string name, T value) where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) throw new ConfigurationException($"{name} = {value}: must be one of {string.Join(", ", Enum.GetNames<T>())}");
    }

    /// <summary>Checks that the addresses of a block exist, in whatever memory.</summary>
    /// <exception cref="SimulationException">They do not.</exception>
    public static void Addresses(string component, string what, long address, long bytes)
    {
        if (address < 0 || address > long.MaxValue - bytes) throw new SimulationException($"{component}: a {what} of {bytes} bytes at 0x{address:x}: there are no such addresses");
    }

    /// <summary>Checks that two parts that are to be connected belong to one simulation.</summary>
    /// <returns>The simulation.</returns>
    /// <exception cref="ConfigurationException">They do not.</exception>
    public static Simulator SameSimulation(string name, Simulator simulator, string below, Simulator other)
    {
        if (simulator == other) return simulator;
        throw new ConfigurationException($"{name}: '{below}' below it belongs to another simulation: make both with the same Simulator");
    }

    public static Simulator SameSimulation(string name, Simulator simulator, MemoryPort below) => SameSimulation(name, simulator, below.Name, below.Simulator);

    /// <summary>Makes something of a part of the configuration, which errors name.</summary>
    public static T In<T>(string part, Func<T> make) => Prefixed($"{part}: ", make);

    /// <summary>Checks the options of a component, which errors name.</summary>
    public static void Valid(string component, Action validate) => Prefixed($"{component}: ", Checked(validate));

    /// <summary>Checks options that stand under a path of the configuration: errors name them with it.</summary>
    public static void Under(string path, Action validate) => Prefixed($"{path}.", Checked(validate));

    private static Func<bool> Checked(Action validate) => () =>
    {
        validate();
        return true;
    };

    private static T Prefixed<T>(string prefix, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ConfigurationException e)
        {
            throw new ConfigurationException(prefix + e.Message, e);
        }
    }
}
