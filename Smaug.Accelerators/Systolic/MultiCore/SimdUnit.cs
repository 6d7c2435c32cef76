using Smaug.Core;

namespace Smaug.Accelerators.Systolic.MultiCore;

/// <summary>The SIMD unit of a core, on which activation layers run.</summary>
/// <param name="Lanes">Elements per step; at least 1.</param>
public sealed record SimdUnit(int Lanes)
{
    private const int CyclesPerReluStep = 5;

    /// <summary>Cycles of a core for its share of an activation layer, and the share of lanes that work.</summary>
    /// <param name="elements">Elements of the whole layer, split evenly over the cores.</param>
    /// <param name="cores">Number of cores.</param>
    /// <param name="isRelu">Whether the activation is ReLU, which takes 5 cycles per step; others take 1.</param>
    /// <exception cref="ConfigurationException">An argument is below 1.</exception>
    public (long Cycles, double Efficiency) Activation(long elements, int cores, bool isRelu)
    {
        if (Lanes < 1 || elements < 1 || cores < 1)
            throw new ConfigurationException($"activation of {elements} elements on {cores} cores of {Lanes} lanes: every figure must be at least 1");
        long share = (elements + cores - 1) / cores;
        long steps = (share + Lanes - 1) / Lanes;
        return (steps * (isRelu ? CyclesPerReluStep : 1), (double)share / (Lanes * steps));
    }
}
