namespace Smaug.Accelerators.Smv.Traced;

/// <summary>Activation codes of the SMV kernels.</summary>
public enum SmvTracedActivation
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Rectifier.</summary>
    Relu = 1,
    /// <summary>Leaky rectifier.</summary>
    LeakyRelu = 3,
    /// <summary>Exponential linear unit.</summary>
    Elu = 4,
    /// <summary>Scaled exponential linear unit.</summary>
    Selu = 5,
    /// <summary>Hyperbolic tangent.</summary>
    Tanh = 6,
    /// <summary>Clamp.</summary>
    HardTanh = 7,
    /// <summary>Logistic function.</summary>
    Sigmoid = 8,
}
