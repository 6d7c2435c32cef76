using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Smv.Traced;

/// <summary>What the shapes of all kernels have: how their loops are sampled.</summary>
public abstract record SmvTracedShape
{
    private protected SmvTracedShape()
    {
    }

    /// <summary>Sampling level, 0 (none) to 4.</summary>
    public int SamplingLevel { get; init; }

    /// <summary>Iterations of a sampled loop that are run. Default 1.</summary>
    public int SamplingIterations { get; init; } = 1;
}

/// <summary>One tile of a convolution (NHWC; channels are padded to multiples of 8).</summary>
public sealed record SmvConvolutionShape : SmvTracedShape
{
    /// <summary>Input rows.</summary>
    public required int Rows { get; init; }
    /// <summary>Input columns.</summary>
    public required int Columns { get; init; }
    /// <summary>Input channels, unpadded.</summary>
    public required int Channels { get; init; }
    /// <summary>Output maps of the result tile.</summary>
    public required int Kernels { get; init; }
    /// <summary>Kernel rows.</summary>
    public required int KernelRows { get; init; }
    /// <summary>Kernel columns.</summary>
    public required int KernelColumns { get; init; }
    /// <summary>Halo rows above.</summary>
    public int PadTop { get; init; }
    /// <summary>Halo rows below.</summary>
    public int PadBottom { get; init; }
    /// <summary>Halo columns on the left.</summary>
    public int PadLeft { get; init; }
    /// <summary>Halo columns on the right.</summary>
    public int PadRight { get; init; }
    /// <summary>Stride of rows and columns. Default 1.</summary>
    public int Stride { get; init; } = 1;
    /// <summary>Activation applied when results are sent. Default none.</summary>
    public SmvTracedActivation Activation { get; init; }
    /// <summary>Slope, alpha, lambda and bounds of <see cref="Activation"/>, of the same kind; null (default) = the defaults of its kind.</summary>
    public Activation? ActivationParameters { get; init; }
    /// <summary>Add to the results in the scratchpad.</summary>
    public bool Accumulate { get; init; }
    /// <summary>First input channel the weights apply to.</summary>
    public int InputMapStart { get; init; }
    /// <summary>First kernel of the weight tile.</summary>
    public int KernelStart { get; init; }
    /// <summary>Kernels of the weight tile; 0 = as many as output maps.</summary>
    public int WeightKernels { get => weightKernels == 0 ? Kernels : weightKernels; init => weightKernels = value; }
    /// <summary>Channels of the weight tile; 0 = as many as input channels.</summary>
    public int WeightChannels { get => weightChannels == 0 ? Channels : weightChannels; init => weightChannels = value; }
    /// <summary>Transfer the inputs first. Default true.</summary>
    public bool ReadInputs { get; init; } = true;
    /// <summary>Transfer the weights first. Default true.</summary>
    public bool ReadWeights { get; init; } = true;
    /// <summary>Activate and transfer the results. Default true.</summary>
    public bool SendResults { get; init; } = true;

    private readonly int weightKernels;
    private readonly int weightChannels;

    /// <summary>A convolution with an odd square kernel, stride 1, and a halo that gives the result the rows and columns of the input.</summary>
    /// <param name="rows">Input rows.</param>
    /// <param name="columns">Input columns.</param>
    /// <param name="channels">Input channels, unpadded.</param>
    /// <param name="kernels">Output maps.</param>
    /// <param name="kernelSize">Rows and columns of the kernel.</param>
    public static SmvConvolutionShape Same(int rows, int columns, int channels, int kernels, int kernelSize)
    {
        int halo = kernelSize / 2;
        return new SmvConvolutionShape
        {
            Rows = rows,
            Columns = columns,
            Channels = channels,
            Kernels = kernels,
            KernelRows = kernelSize,
            KernelColumns = kernelSize,
            PadTop = halo,
            PadBottom = halo,
            PadLeft = halo,
            PadRight = halo,
        };
    }

    /// <summary>Rows of the result.</summary>
    public int OutputRows => (Rows + PadTop + PadBottom - KernelRows) / Stride + 1;

    /// <summary>Columns of the result.</summary>
    public int OutputColumns => (Columns + PadLeft + PadRight - KernelColumns) / Stride + 1;
}

/// <summary>One tile of a matrix multiplication: MxK by NxK transposed.</summary>
public sealed record SmvMatrixMultiplyShape : SmvTracedShape
{
    /// <summary>Rows of A (batch).</summary>
    public required int Batch { get; init; }
    /// <summary>Activations of this tile (columns of B).</summary>
    public required int Activations { get; init; }
    /// <summary>Neurons (rows of B).</summary>
    public required int Neurons { get; init; }
    /// <summary>Columns of A; 0 = as many as activations.</summary>
    public int InputWidth { get => inputWidth == 0 ? Activations : inputWidth; init => inputWidth = value; }
    /// <summary>Columns of the result; 0 = as many as neurons.</summary>
    public int ResultWidth { get => resultWidth == 0 ? Neurons : resultWidth; init => resultWidth = value; }
    /// <summary>First column of A.</summary>
    public int InputStart { get; init; }
    /// <summary>First column of the result.</summary>
    public int ResultStart { get; init; }
    /// <summary>Activation applied when results are sent. Default none.</summary>
    public SmvTracedActivation Activation { get; init; }
    /// <summary>Slope, alpha, lambda and bounds of <see cref="Activation"/>, of the same kind; null (default) = the defaults of its kind.</summary>
    public Activation? ActivationParameters { get; init; }
    /// <summary>Add to the results in the scratchpad.</summary>
    public bool Accumulate { get; init; }
    /// <summary>Transfer A first. Default true.</summary>
    public bool ReadInputs { get; init; } = true;
    /// <summary>Activate and transfer the results. Default true.</summary>
    public bool SendResults { get; init; } = true;

    private readonly int inputWidth;
    private readonly int resultWidth;
}

/// <summary>One tile of a pooling (NHWC).</summary>
public sealed record SmvPoolingShape : SmvTracedShape
{
    /// <summary>Average instead of maximum.</summary>
    public bool IsAverage { get; init; }
    /// <summary>Input rows.</summary>
    public required int Rows { get; init; }
    /// <summary>Input columns.</summary>
    public required int Columns { get; init; }
    /// <summary>Input channels, unpadded.</summary>
    public required int Channels { get; init; }
    /// <summary>Rows of a pool.</summary>
    public required int PoolRows { get; init; }
    /// <summary>Columns of a pool.</summary>
    public required int PoolColumns { get; init; }
    /// <summary>Stride of rows and columns.</summary>
    public required int Stride { get; init; }
    /// <summary>Channels of the result tile; 0 = as many as input channels.</summary>
    public int ResultChannels { get => resultChannels == 0 ? Channels : resultChannels; init => resultChannels = value; }
    /// <summary>First channel in the result tile.</summary>
    public int OutputMapStart { get; init; }

    private readonly int resultChannels;
}

/// <summary>Where a batch normalisation stands.</summary>
public enum SmvBatchNormKind
{
    /// <summary>After a convolution, NHWC.</summary>
    ConvolutionNhwc,
    /// <summary>After a convolution, NCHW.</summary>
    ConvolutionNchw,
    /// <summary>After a fully connected layer.</summary>
    FullyConnected,
}

/// <summary>One tile of a batch normalisation; weights are mean, 1/sqrt(variance), gamma, beta.</summary>
public sealed record SmvBatchNormShape : SmvTracedShape
{
    /// <summary>Where it stands.</summary>
    public required SmvBatchNormKind Kind { get; init; }
    /// <summary>Batch.</summary>
    public required int Batch { get; init; }
    /// <summary>Rows (1 after a fully connected layer).</summary>
    public int Rows { get; init; } = 1;
    /// <summary>Columns (1 after a fully connected layer).</summary>
    public int Columns { get; init; } = 1;
    /// <summary>Channels or activations.</summary>
    public required int Channels { get; init; }
    /// <summary>Activation. Default none.</summary>
    public SmvTracedActivation Activation { get; init; }
    /// <summary>Slope, alpha, lambda and bounds of <see cref="Activation"/>, of the same kind; null (default) = the defaults of its kind.</summary>
    public Activation? ActivationParameters { get; init; }
}

/// <summary>Element-wise kernels on two tensors.</summary>
public enum SmvElementwiseKind
{
    /// <summary>Sum.</summary>
    Add,
    /// <summary>Product.</summary>
    Multiply,
    /// <summary>First smaller than second.</summary>
    Less,
    /// <summary>First smaller than or equal to second.</summary>
    LessEqual,
    /// <summary>First larger than second.</summary>
    Greater,
    /// <summary>First larger than or equal to second.</summary>
    GreaterEqual,
}
