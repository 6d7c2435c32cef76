using System.Numerics;
using System.Runtime.InteropServices;
using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Smv.Kernels;

/// <summary>SMV's activation functions: float32 in and out, the exponential and what surrounds it in double precision.</summary>
internal static class SmvActivation
{
    /// <summary>Applies an activation to every element, in place; nothing for null.</summary>
    public static void Apply(Activation? activation, Span<float> values)
    {
        if (activation is null) return;
        float alpha = activation.Alpha, lambda = activation.Lambda, slope = activation.Slope;
        switch (activation.Kind)
        {
            case OperatorKind.ReLU:
                Rectify(values);
                break;
            case OperatorKind.LReLU:
                foreach (ref float x in values) x = (x < 0 ? slope * x : 0) + (x >= 0 ? x : 0);
                break;
            case OperatorKind.ELU:
                foreach (ref float x in values) x = Elu(x, alpha);
                break;
            case OperatorKind.SELU:
                foreach (ref float x in values) x = lambda * Elu(x, alpha);
                break;
            case OperatorKind.Tanh:
                foreach (ref float x in values) x = 2 * Sigmoid(2 * x) - 1;
                break;
            case OperatorKind.HardTanh:
                (float minimum, float maximum) = (activation.Minimum, activation.Maximum);
                foreach (ref float x in values) x = x < minimum ? minimum : x > maximum ? maximum : x;
                break;
            case OperatorKind.Sigmoid:
                foreach (ref float x in values) x = Sigmoid(x);
                break;
        }
    }

    // Zero for NaN and for -0 too.
    private static void Rectify(Span<float> values)
    {
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (ref Vector<float> v in vectors)
        {
            v = Vector.ConditionalSelect(Vector.GreaterThan(v, Vector<float>.Zero), v, Vector<float>.Zero);
        }

        foreach (ref float x in values[(vectors.Length * Vector<float>.Count)..]) x = x > 0 ? x : 0;
    }

    private static float Elu(float x, float alpha) => x < 0 ? (float)(alpha * (Math.Exp(x) - 1)) : x;

    private static float Sigmoid(float x) => (float)(1 / (1 + Math.Exp(-x)));
}
