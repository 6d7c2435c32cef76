using System.Collections.Immutable;
using System.Globalization;
using Smaug.Core;
using Smaug.Core.Formats.Onnx;

namespace Smaug.Accelerators.Systolic;

/// <content>Topologies of ONNX models.</content>
public static partial class TopologyConversion
{
    // Far beyond any network; a model that asks for more is damaged.
    private const int MaximumLayers = 1 << 20;

    /// <summary>
    /// The convolutions and matrix products of an ONNX model as layers, in order. Only shapes are needed, so operators that Smaug
    /// cannot run do not matter. Padding becomes part of the ifmap; every group of a convolution, image of a batch and product
    /// of a batch becomes a layer; rows of a batch that one matrix of weights serves are rows of one product.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="notes">Takes a line for what the topology says otherwise than the model; null when nobody wants to know.</param>
    /// <exception cref="InputFormatException">The shape of a layer cannot be known.</exception>
    /// <exception cref="ModelException">The model has no layer, or one that is too large.</exception>
    public static SystolicTopology FromOnnx(OnnxModel model, ICollection<string>? notes = null)
    {
        var layers = ImmutableArray.CreateBuilder<SystolicLayer>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (OnnxLayer layer in model.FindLayers())
        {
            string name = layer.Name;
            for (int i = 1; !names.Add(name); i++) name = string.Create(CultureInfo.InvariantCulture, $"{layer.Name}_{i}");
            SystolicLayer work = LayerOf(layer, name);
            if (layers.Count + (long)layer.Copies > MaximumLayers) throw new ModelException($"{name} ({layer.Operator}): it runs {layer.Copies} times; a topology has at most {MaximumLayers} layers");
            if (layer.Window is null && layer.Operator.Contains("Conv", StringComparison.Ordinal)) notes?.Add($"{name} ({layer.Operator}): a convolution over volumes; it became the matrix product of its windows and filters");
            if (layer.Window is { IsDilated: true }) notes?.Add($"{name} ({layer.Operator}): its window is dilated; the layer has as many products, on neighbouring pixels");
            for (int copy = 0; copy < layer.Copies; copy++)
            {
                layers.Add(layer.Copies == 1 ? work : work with { Name = string.Create(CultureInfo.InvariantCulture, $"{name}{Kind(layer)}_{copy}") });
            }
        }

        foreach (string other in model.OtherMatrixWork) notes?.Add($"{other}: it multiplies, but has no layer in the topology");
        if (layers.Count == 0) throw new ModelException($"ONNX model '{model.Name}': no convolution or matrix product, so there is no topology");
        return new SystolicTopology(model.Name, layers.ToImmutable());
    }

    private static string Kind(OnnxLayer layer) => layer.Window switch
    {
        null => "Product",
        { Channels: 1 } when layer.Columns == 1 => "Channel",
        _ => "Group",
    };

    private static SystolicLayer LayerOf(OnnxLayer layer, string name)
    {
        int Narrow(long size, string what) => size is > 0 and <= int.MaxValue
            ? (int)size
            : throw new ModelException($"{name} ({layer.Operator}): {size} {what}; 1 to {int.MaxValue} would fit");
        if (layer.Window is not { } window)
        {
            return SystolicLayer.MatrixProduct(name, Narrow(layer.Rows, "rows"), Narrow(layer.Columns, "columns"), Narrow(layer.Depth, "products in each sum"));
        }

        return new SystolicLayer
        {
            Name = name,
            IfmapHeight = Narrow((window.OutputRows - 1L) * window.RowStride + window.Rows, "rows"),
            IfmapWidth = Narrow((window.OutputColumns - 1L) * window.ColumnStride + window.Columns, "columns"),
            FilterHeight = window.Rows,
            FilterWidth = window.Columns,
            Channels = Narrow(window.Channels, "channels"),
            Filters = Narrow(layer.Columns, "filters"),
            RowStride = window.RowStride,
            ColumnStride = window.ColumnStride,
        };
    }
}
