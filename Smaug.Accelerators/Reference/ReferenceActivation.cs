using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Reference;

/// <summary>Activation functions in float32.</summary>
internal static class ReferenceActivation
{
    /// <summary>e^x in single precision. The last bit is that of the platform's C library, as in the original SMAUG.</summary>
    public static float Exp(float x) => MathF.Exp(x);

    /// <summary>Applies an activation to every element, in place; nothing for null.</summary>
    public static void Apply(Activation? activation, Span<float> values)
    {
        if (activation is null) return;
        switch (activation.Kind)
        {
            case OperatorKind.ReLU:
                foreach (ref float x in values) x = x < 0 ? 0 : x;
                break;
            case OperatorKind.LReLU:
                foreach (ref float x in values) x = (x < 0 ? activation.Slope * x : 0) + (x >= 0 ? x : 0);
                break;
            case OperatorKind.ELU:
                foreach (ref float x in values) x = Elu(x, activation.Alpha);
                break;
            case OperatorKind.SELU:
                foreach (ref float x in values) x = activation.Lambda * Elu(x, activation.Alpha);
                break;
            case OperatorKind.Tanh:
                foreach (ref float x in values) x = 2 * Sigmoid(2 * x) - 1;
                break;
            case OperatorKind.HardTanh:
                foreach (ref float x in values) x = x < activation.Minimum ? activation.Minimum : x > activation.Maximum ? activation.Maximum : x;
                break;
            case OperatorKind.Sigmoid:
                foreach (ref float x in values) x = Sigmoid(x);
                break;
        }
    }

    private static float Elu(float x, float alpha) => x < 0 ? alpha * (Exp(x) - 1) : x;

    private static float Sigmoid(float x) => (float)(1.0 / (1.0 + Exp(-x)));
}
