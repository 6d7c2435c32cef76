using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Smv.Engine;

/// <summary>
/// One kernel of the SMV engine with the arguments that decide its time: the shapes of the tiles and the transfer flags.
/// Channels are logical; the engine works on vectors of 8 elements and pads them itself.
/// </summary>
public abstract record SmvKernel
{
    /// <summary>The activation applied to the results before they are sent; null for none.</summary>
    public OperatorKind? Activation { get; init; }

    /// <summary>Whether the inputs are loaded from host memory; otherwise they are in the scratchpad already.</summary>
    public bool ReadInputs { get; init; } = true;

    /// <summary>Whether the weights are loaded from host memory.</summary>
    public bool ReadWeights { get; init; } = true;

    /// <summary>Whether the results are stored to host memory.</summary>
    public bool SendResults { get; init; } = true;
}

/// <summary>A convolution over all channels.</summary>
public sealed record SmvConvolutionKernel : SmvKernel
{
    /// <summary>Images in the input tile.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Rows of the input tile.</summary>
    public required int InputRows { get; init; }

    /// <summary>Columns of the input tile.</summary>
    public required int InputColumns { get; init; }

    /// <summary>Channels of the input tile.</summary>
    public required int InputChannels { get; init; }

    /// <summary>Rows of zeros that the kernel adds above the input tile.</summary>
    public int TopHalo { get; init; }

    /// <summary>Columns of zeros that the kernel adds left of the input tile.</summary>
    public int LeftHalo { get; init; }

    /// <summary>Rows from one window to the next; at least 1.</summary>
    public int RowStride { get; init; } = 1;

    /// <summary>Kernels in the weight tile.</summary>
    public required int WeightKernels { get; init; }

    /// <summary>Channels of the weight tile.</summary>
    public required int WeightChannels { get; init; }

    /// <summary>Rows of a kernel.</summary>
    public required int KernelRows { get; init; }

    /// <summary>Columns of a kernel.</summary>
    public required int KernelColumns { get; init; }

    /// <summary>Kernels that this launch computes: those of the weight tile that fit the output tile.</summary>
    public required int Kernels { get; init; }

    /// <summary>Rows of the output tile.</summary>
    public required int OutputRows { get; init; }

    /// <summary>Columns of the output tile.</summary>
    public required int OutputColumns { get; init; }

    /// <summary>Channels of the output tile.</summary>
    public required int OutputChannels { get; init; }
}

/// <summary>A matrix product with transposed weights.</summary>
public sealed record SmvMatrixMultiplyKernel : SmvKernel
{
    /// <summary>Rows of the activations: the batch.</summary>
    public required int Rows { get; init; }

    /// <summary>Activations of one row that are multiplied: columns of the weight tile.</summary>
    public required int Depth { get; init; }

    /// <summary>Neurons: rows of the weight tile.</summary>
    public required int Columns { get; init; }

    /// <summary>Activations of one row that are loaded: the width of the input tile.</summary>
    public required int InputWidth { get; init; }

    /// <summary>Width of the result tile.</summary>
    public required int OutputWidth { get; init; }
}

/// <summary>Maximum or average pooling.</summary>
public sealed record SmvPoolingKernel : SmvKernel
{
    /// <summary>Whether it averages; otherwise it takes the maximum.</summary>
    public bool Average { get; init; }

    /// <summary>Images in the tile.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Rows of the input tile.</summary>
    public required int InputRows { get; init; }

    /// <summary>Columns of the input tile.</summary>
    public required int InputColumns { get; init; }

    /// <summary>Channels of the input tile.</summary>
    public required int Channels { get; init; }

    /// <summary>Rows of the window.</summary>
    public required int PoolRows { get; init; }

    /// <summary>Columns of the window.</summary>
    public required int PoolColumns { get; init; }

    /// <summary>Rows of the output tile.</summary>
    public required int OutputRows { get; init; }

    /// <summary>Columns of the output tile.</summary>
    public required int OutputColumns { get; init; }

    /// <summary>Channels of the output tile, which may collect several input tiles.</summary>
    public required int OutputChannels { get; init; }
}

/// <summary>Batch normalisation of a 4-D tile (NHWC) or, with one row and column, of the rows of a matrix.</summary>
public sealed record SmvBatchNormKernel : SmvKernel
{
    /// <summary>Whether the tile is a matrix: the operator stands behind an inner product.</summary>
    public bool IsMatrix { get; init; }

    /// <summary>
    /// Whether the tile is in NCHW order, columns padded to vectors of 8. Such a kernel exists but no plan launches it.
    /// </summary>
    public bool IsChannelFirst { get; init; }

    /// <summary>Images or matrix rows in the tile.</summary>
    public required int Batch { get; init; }

    /// <summary>Rows of the tile.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>Columns of the tile.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>Channels, or elements of one matrix row, that are normalised.</summary>
    public required int Channels { get; init; }

    /// <summary>Channels of the loaded parameters, of which there are four rows.</summary>
    public required int WeightChannels { get; init; }
}

/// <summary>The element-wise kernels with two operands.</summary>
public enum SmvElementwise
{
    /// <summary>Sum.</summary>
    Add,

    /// <summary>Product.</summary>
    Multiply,

    /// <summary>Comparison with a result of one byte per element.</summary>
    Compare,
}

/// <summary>An element-wise kernel with two operands.</summary>
/// <param name="Operation">What is computed.</param>
/// <param name="Elements">Stored elements of one operand.</param>
public sealed record SmvElementwiseKernel(SmvElementwise Operation, int Elements) : SmvKernel;

/// <summary>An activation function over a tile.</summary>
/// <param name="Function">ReLU, LReLU, ELU, SELU, Tanh, HardTanh or Sigmoid; null only moves and converts the tile.</param>
/// <param name="Elements">Stored elements.</param>
public sealed record SmvActivationKernel(OperatorKind? Function, int Elements) : SmvKernel;

/// <summary>Softmax over the rows of a tile.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Width">Elements of one row.</param>
public sealed record SmvSoftmaxKernel(int Rows, int Width) : SmvKernel;
