using Smaug.Core;
using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Systolic.Device;

/// <summary>The arithmetic of a processing element for one element type.</summary>
internal interface IDeviceElements<T> where T : unmanaged
{
    static abstract T MultiplyAdd(T input, T weight, T sum);

    static abstract T Add(T left, T right);

    static abstract T Activate(T value, Activation activation);
}

/// <summary>Halves: operations in float32, each result rounded to nearest even.</summary>
internal readonly struct HalfElements : IDeviceElements<Half>
{
    public static Half MultiplyAdd(Half input, Half weight, Half sum) => (Half)((float)input * (float)weight + (float)sum);

    public static Half Add(Half left, Half right) => (Half)((float)left + (float)right);

    public static Half Activate(Half value, Activation activation)
    {
        if (activation.Kind != OperatorKind.Tanh) return (Half)SingleElements.Activate((float)value, activation);
        var doubled = (Half)(2 * (float)value);
        var sigmoid = (Half)SingleElements.Sigmoid((float)doubled);
        return (Half)(2 * (float)sigmoid - 1);
    }
}

/// <summary>32-bit floats.</summary>
internal readonly struct SingleElements : IDeviceElements<float>
{
    public static float MultiplyAdd(float input, float weight, float sum)
    {
        float product = input * weight;
        return product + sum;
    }

    public static float Add(float left, float right) => left + right;

    public static float Sigmoid(float value) => 1 / (1 + MathF.Exp(-value));

    public static float Activate(float value, Activation activation) => activation.Kind switch
    {
        OperatorKind.ReLU => value > 0 ? value : 0,
        OperatorKind.LReLU => value < 0 ? activation.Slope * value : value,
        OperatorKind.ELU => value < 0 ? activation.Alpha * (MathF.Exp(value) - 1) : value,
        OperatorKind.SELU => activation.Lambda * (value < 0 ? activation.Alpha * (MathF.Exp(value) - 1) : value),
        OperatorKind.Tanh => 2 * Sigmoid(2 * value) - 1,
        OperatorKind.HardTanh => Math.Clamp(value, activation.Minimum, activation.Maximum),
        OperatorKind.Sigmoid => Sigmoid(value),
        _ => throw new ModelException($"activation {activation.Kind}: the output-stationary device has ReLU, LReLU, ELU, SELU, Tanh, HardTanh and Sigmoid"),
    };
}

/// <summary>32-bit integers that wrap round.</summary>
internal readonly struct IntegerElements : IDeviceElements<int>
{
    public static int MultiplyAdd(int input, int weight, int sum) => unchecked(input * weight + sum);

    public static int Add(int left, int right) => unchecked(left + right);

    public static int Activate(int value, Activation activation) => activation.Kind == OperatorKind.ReLU
        ? Math.Max(0, value)
        : (int)SingleElements.Activate(value, activation);
}
