namespace Smaug.Core.Graphs;

/// <summary>The operators. Names and values are those of SMAUG's model files.</summary>
public enum OperatorKind
{
    /// <summary>Not set.</summary>
    UnknownOp = 0,

    /// <summary>Convolution over rows, columns and all channels.</summary>
    Convolution3d = 1,

    /// <summary>Convolution of each channel with its own kernel.</summary>
    ConvolutionDepthwise = 2,

    /// <summary>Maximum over a window.</summary>
    MaxPooling = 3,

    /// <summary>Mean over a window.</summary>
    AveragePooling = 4,

    /// <summary>Fully connected layer: matrix product with weights.</summary>
    InnerProduct = 5,

    /// <summary>Batch normalisation with stored statistics.</summary>
    BatchNorm = 6,

    /// <summary>A tensor given from outside: network input or parameters.</summary>
    Data = 7,

    /// <summary>max(x, 0).</summary>
    ReLU = 8,

    /// <summary>x for x ≥ 0, slope · x below.</summary>
    LReLU = 9,

    /// <summary>x for x ≥ 0, alpha · (e^x - 1) below.</summary>
    ELU = 10,

    /// <summary>lambda · ELU(x).</summary>
    SELU = 11,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh = 12,

    /// <summary>x clamped to [min, max].</summary>
    HardTanh = 13,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid = 14,

    /// <summary>Exponentials normalised to sum 1 in each row.</summary>
    Softmax = 15,

    /// <summary>Element-wise sum.</summary>
    EltwiseAdd = 16,

    /// <summary>Change of layout.</summary>
    Reorder = 17,

    /// <summary>Element-wise product.</summary>
    EltwiseMul = 18,

    /// <summary>Joins tensors along one dimension.</summary>
    Concat = 19,

    /// <summary>Cuts a tensor along one dimension.</summary>
    Split = 20,

    /// <summary>New dimensions for the same elements.</summary>
    Reshape = 21,

    /// <summary>Repeats a tensor along its dimensions.</summary>
    Repeat = 22,

    /// <summary>Element-wise a &lt; b.</summary>
    Less = 23,

    /// <summary>Element-wise a ≤ b.</summary>
    LessEqual = 24,

    /// <summary>Element-wise a &gt; b.</summary>
    Greater = 25,

    /// <summary>Element-wise a ≥ b.</summary>
    GreaterEqual = 26,

    /// <summary>Passes its input to one of two outputs; the other one is dead.</summary>
    Switch = 27,

    /// <summary>Passes on the first input that is not dead.</summary>
    Merge = 28,

    /// <summary>Adds zeros around a tensor.</summary>
    Padding = 29,
}
