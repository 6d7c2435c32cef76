using Smaug.Core.Units;

namespace Smaug.Core.Reporting;

/// <summary>Energy and area of one kind of component over a run.</summary>
/// <param name="Component">What it is: <c>cores</c>, <c>L2</c>, <c>DRAM</c>, <c>accelerators</c>, …</param>
/// <param name="Dynamic">Energy of what it did.</param>
/// <param name="Static">Leakage, and the standby current of DRAM, over the time in which it had power.</param>
/// <param name="AreaSquareMillimetres">Area on the chip; 0 when it is not on the chip or not modelled.</param>
public readonly record struct ComponentEnergy(string Component, Energy Dynamic, Energy Static, double AreaSquareMillimetres)
{
    /// <summary>Both energies together.</summary>
    public Energy Total => Dynamic + Static;
}
