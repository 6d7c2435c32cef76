using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats.Onnx.Import;

/// <summary>
/// A tensor of an ONNX model in the network that is being built. ONNX's order of dimensions is kept, but for images whose
/// channels lie innermost (layout NHWC), as convolutions of some backends give them.
/// </summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Dimensions">Its sizes in ONNX's order; none for a scalar, whose tensor has one element.</param>
internal readonly record struct ImportedTensor(ModelTensor Tensor, int[] Dimensions)
{
    public int Rank => Dimensions.Length;

    public bool IsChannelsLast => Rank == 4 && Tensor.Shape.Layout == DataLayout.NHWC;

    /// <summary>Where a dimension of ONNX's order stands in the tensor.</summary>
    public int Axis(int axis) => IsChannelsLast ? axis switch { 0 => 0, 1 => 3, 2 => 1, _ => 2 } : axis;

    /// <summary>The layout of tensors in ONNX's order.</summary>
    public static DataLayout LayoutOf(int rank) => rank switch
    {
        2 => DataLayout.NC,
        3 => DataLayout.NCT,
        4 => DataLayout.NCHW,
        _ => DataLayout.N,
    };

    /// <summary>Sizes of a tensor with the given sizes; a scalar has one element.</summary>
    public static int[] Stored(int[] dims) => dims.Length == 0 ? [1] : dims;

    public override string ToString() => Dims.Text(Dimensions);
}
