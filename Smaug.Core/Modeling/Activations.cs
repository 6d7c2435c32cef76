using Smaug.Core.Graphs;

namespace Smaug.Core.Modeling;

/// <summary>Activation functions for the <c>activation</c> argument of layers.</summary>
public static class Activations
{
    /// <summary>max(x, 0).</summary>
    public static Activation ReLU { get; } = new(OperatorKind.ReLU);

    /// <summary>Hyperbolic tangent.</summary>
    public static Activation Tanh { get; } = new(OperatorKind.Tanh);

    /// <summary>1 / (1 + e^-x).</summary>
    public static Activation Sigmoid { get; } = new(OperatorKind.Sigmoid);

    /// <summary>Exponentials normalised to sum 1 in each row; it becomes an operator of its own behind the layer.</summary>
    public static Activation Softmax { get; } = new(OperatorKind.Softmax);

    /// <summary>x for x ≥ 0, slope · x below.</summary>
    /// <param name="slope">Default 0.2.</param>
    public static Activation LReLU(float slope = 0.2f) => new(OperatorKind.LReLU) { Slope = slope };

    /// <summary>x for x ≥ 0, alpha · (e^x - 1) below.</summary>
    /// <param name="alpha">Default 0.1.</param>
    public static Activation ELU(float alpha = 0.1f) => new(OperatorKind.ELU) { Alpha = alpha };

    /// <summary>lambda · ELU(x).</summary>
    /// <param name="alpha">Default 1.6733.</param>
    /// <param name="lambda">Default 1.0507.</param>
    public static Activation SELU(float alpha = 1.6733f, float lambda = 1.0507f) => new(OperatorKind.SELU) { Alpha = alpha, Lambda = lambda };

    /// <summary>x clamped to [minimum, maximum]; (0, 6) is ReLU6.</summary>
    /// <param name="minimum">Default -1.</param>
    /// <param name="maximum">Default 1.</param>
    public static Activation HardTanh(float minimum = -1, float maximum = 1) => new(OperatorKind.HardTanh) { Minimum = minimum, Maximum = maximum };
}
