using Smaug.Core.Formats.Onnx.Reading;

namespace Smaug.Core.Formats.Onnx.Analysis;

/// <summary>The windows of a convolution or pooling, for each spatial dimension.</summary>
/// <param name="Kernel">Size of the window, without the gaps of a dilation.</param>
/// <param name="Strides">Distance between windows.</param>
/// <param name="Dilations">Distance between the elements of a window.</param>
/// <param name="Begin">Padding in front.</param>
/// <param name="End">Padding behind, as the model states it.</param>
/// <param name="Input">Size of the input.</param>
/// <param name="Output">Number of windows.</param>
internal sealed record WindowGeometry(int[] Kernel, int[] Strides, int[] Dilations, int[] Begin, int[] End, int[] Input, int[] Output)
{
    public int Rank => Kernel.Length;

    public bool IsDilated => Array.Exists(Dilations, d => d != 1);

    /// <summary>Size of the window with the gaps of its dilation.</summary>
    public int Extent(int axis) => (Kernel[axis] - 1) * Dilations[axis] + 1;

    /// <summary>Padding behind that the last window needs: more than stated where sizes are rounded up, less where windows stop short of it.</summary>
    public int NeededEnd(int axis) => (Output[axis] - 1) * Strides[axis] + Extent(axis) - Begin[axis] - Input[axis];

    /// <summary>Reads the geometry of a node.</summary>
    /// <param name="node">A convolution or pooling.</param>
    /// <param name="input">Sizes of its input: images, channels, spatial dimensions.</param>
    /// <param name="kernel">Spatial sizes of the weights; null to take them from the attribute.</param>
    /// <exception cref="InputFormatException">Attributes do not fit the input.</exception>
    public static WindowGeometry Of(OnnxNode node, int[] input, int[]? kernel)
    {
        int rank = input.Length - 2;
        if (rank < 1) throw node.Error($"its input is {Dims.Text(input)}; images, channels and at least one more dimension would fit");
        kernel ??= node.Ints("kernel_shape") ?? throw node.Error("kernel_shape is missing");
        int[] strides = node.Ints("strides") ?? Filled(rank, 1);
        int[] dilations = node.Ints("dilations") ?? Filled(rank, 1);
        int[] pads = node.Ints("pads") ?? Filled(2 * rank, 0);
        if (kernel.Length != rank || strides.Length != rank || dilations.Length != rank || pads.Length != 2 * rank)
        {
            throw node.Error($"its input has {rank} spatial dimensions, the window {kernel.Length}, strides {strides.Length}, dilations {dilations.Length}, pads {pads.Length}; {rank}, {rank}, {rank} and {2 * rank} would fit");
        }

        var geometry = new WindowGeometry(kernel, strides, dilations, pads[..rank], pads[rank..], input[2..], new int[rank]);
        string autoPad = node.Text("auto_pad", "NOTSET");
        for (int i = 0; i < rank; i++) geometry.Place(node, i, autoPad);
        return geometry;
    }

    private void Place(OnnxNode node, int axis, string autoPad)
    {
        if (Kernel[axis] < 1 || Strides[axis] < 1 || Dilations[axis] < 1 || (long)(Kernel[axis] - 1) * Dilations[axis] >= int.MaxValue)
        {
            throw node.Error($"along spatial dimension {axis} the window is {Kernel[axis]}, the stride {Strides[axis]}, the dilation {Dilations[axis]}; all must be at least 1, and the window at most {int.MaxValue}");
        }

        switch (autoPad)
        {
            case "NOTSET":
                break;
            case "VALID":
                Begin[axis] = End[axis] = 0;
                break;
            case "SAME_UPPER" or "SAME_LOWER":
                long windows = (Input[axis] + (long)Strides[axis] - 1) / Strides[axis];
                int padding = (int)Math.Clamp((windows - 1) * Strides[axis] + Extent(axis) - Input[axis], 0, int.MaxValue);
                Begin[axis] = autoPad == "SAME_UPPER" ? padding / 2 : padding - padding / 2;
                End[axis] = padding - Begin[axis];
                break;
            default:
                throw node.Error($"auto_pad '{autoPad}'; NOTSET, VALID, SAME_UPPER or SAME_LOWER would fit");
        }

        if (Begin[axis] < 0 || End[axis] < 0) throw node.Error($"pads {Begin[axis]} and {End[axis]} along spatial dimension {axis}; they must not be negative");
        long padded = (long)Input[axis] + Begin[axis] + End[axis];
        long free = padded - Extent(axis);
        if (padded > int.MaxValue || free < 0) throw node.Error($"along spatial dimension {axis} the input has {Input[axis]}, pads are {Begin[axis]} and {End[axis]}, the window spans {Extent(axis)}; a window of at most {padded} would fit");
        long output = free / Strides[axis] + 1;
        bool roundUp = node.Int("ceil_mode", 0) != 0 && free % Strides[axis] != 0;

        // A window that would begin behind the input is not counted.
        if (roundUp && output * Strides[axis] < Input[axis] + (long)Begin[axis]) output++;
        Output[axis] = (int)output;
    }

    private static int[] Filled(int count, int value)
    {
        var values = new int[count];
        Array.Fill(values, value);
        return values;
    }
}
