using System.Collections.Immutable;

namespace Smaug.Core.Graphs;

/// <summary>How a window is placed at the border of its input.</summary>
public enum Padding
{
    /// <summary>Not set.</summary>
    Unknown = 0,

    /// <summary>Zeros around the input, so that stride 1 keeps rows and columns.</summary>
    Same = 1,

    /// <summary>Only windows that lie inside the input.</summary>
    Valid = 2,
}

/// <summary>Parameters of one operator. Operators without any have none.</summary>
public abstract record OperatorParameters;

/// <summary>Parameters of convolutions.</summary>
/// <param name="Padding">Border rule.</param>
/// <param name="RowStride">Rows between windows, at least 1.</param>
/// <param name="ColumnStride">Columns between windows, at least 1.</param>
public sealed record ConvolutionParameters(Padding Padding, int RowStride, int ColumnStride) : OperatorParameters;

/// <summary>Parameters of pooling.</summary>
/// <param name="Rows">Rows of the window.</param>
/// <param name="Columns">Columns of the window.</param>
/// <param name="RowStride">Rows between windows, at least 1.</param>
/// <param name="ColumnStride">Columns between windows, at least 1.</param>
public sealed record PoolParameters(int Rows, int Columns, int RowStride, int ColumnStride) : OperatorParameters;

/// <summary>Parameters of <see cref="OperatorKind.Concat"/>.</summary>
/// <param name="Axis">Dimension along which the inputs are joined.</param>
public sealed record ConcatParameters(int Axis) : OperatorParameters;

/// <summary>Parameters of <see cref="OperatorKind.Split"/>.</summary>
/// <param name="Axis">Dimension along which the input is cut.</param>
public sealed record SplitParameters(int Axis) : OperatorParameters;

/// <summary>Parameters of <see cref="OperatorKind.Padding"/>.</summary>
/// <param name="Sizes">Elements added at the begin and end of each dimension: begin 0, end 0, begin 1, …</param>
public sealed record PaddingParameters(ImmutableArray<int> Sizes) : OperatorParameters;

/// <summary>An activation function with its parameters, fused into an operator or standing alone.</summary>
/// <param name="Kind">ReLU, LReLU, ELU, SELU, Tanh, HardTanh, Sigmoid or Softmax.</param>
public sealed record Activation(OperatorKind Kind)
{
    /// <summary>Slope of LReLU below zero; default 0.2.</summary>
    public float Slope { get; init; } = 0.2f;

    /// <summary>Alpha of ELU (default 0.1) or SELU (default 1.6733).</summary>
    public float Alpha { get; init; } = Kind == OperatorKind.SELU ? 1.6733f : 0.1f;

    /// <summary>Lambda of SELU; default 1.0507.</summary>
    public float Lambda { get; init; } = 1.0507f;

    /// <summary>Lower bound of HardTanh; default -1.</summary>
    public float Minimum { get; init; } = -1;

    /// <summary>Upper bound of HardTanh; default 1.</summary>
    public float Maximum { get; init; } = 1;
}
