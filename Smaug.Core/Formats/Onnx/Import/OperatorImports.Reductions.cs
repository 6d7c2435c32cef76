using Smaug.Core.Formats.Onnx.Analysis;
using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Modeling;

namespace Smaug.Core.Formats.Onnx.Import;

/// <content>Reductions over dimensions, by pooling over the whole of them.</content>
internal sealed partial class OperatorImports
{
    private IEnumerable<KeyValuePair<string, Func<OnnxNode, ImportedTensor>>> Reductions()
    {
        yield return new("ReduceMean", n => Reduce(n, _forms.Get(n.Input()), isMaximum: false));
        yield return new("ReduceMax", n => Reduce(n, _forms.Get(n.Input()), isMaximum: true));
        yield return new("ReduceMin", n => Scale(Reduce(n, Scale(_forms.Get(n.Input()), -1, Part(n, "negate")), isMaximum: true), -1, NameOf(n)));
        yield return new("ReduceSum", n => ReduceSum(n, _forms.Get(n.Input())));
        yield return new("ReduceL1", n => ReduceSum(n, Absolute(_forms.Get(n.Input()), n)));
        yield return new("ReduceSumSquare", n => ReduceSum(n, Multiply(_forms.Get(n.Input()), _forms.Get(n.Input()), n)));
    }

    private ImportedTensor ReduceSum(OnnxNode node, ImportedTensor input)
    {
        long count = Dims.Count(input.Dimensions) / Dims.Count(TensorForms.Known(node.Output));
        return Scale(Reduce(node, input, isMaximum: false), count, Part(node, "count"));
    }

    private ImportedTensor Reduce(OnnxNode node, ImportedTensor input, bool isMaximum)
    {
        int[] axes = ShapeRules.ReducedAxes(node, input.Rank) ?? throw new UnsupportedOperatorException("its axes are computed while the model runs; they must be constants");
        ImportedTensor current = _forms.Ordered(input);
        for (int i = 0; i < axes.Length;)
        {
            // Neighbouring axes are reduced together: they are the rows of an image, what lies behind them its columns.
            int end = i + 1;
            while (end < axes.Length && axes[end] == axes[end - 1] + 1) end++;
            int[] dims = [.. current.Dimensions];
            int Size(int from, int to) => node.Narrow(Dims.Count(dims.AsSpan(from..to)), "size");
            int rows = Size(axes[i], axes[end - 1] + 1);
            ImportedTensor image = _forms.Reshape(current, [Size(0, axes[i]), 1, rows, Size(axes[end - 1] + 1, dims.Length)], node.Name);
            ModelTensor pooled = isMaximum
                ? _model.MaxPool(image.Tensor, (rows, 1), (1, 1), NameOf(node))
                : _model.AveragePool(image.Tensor, (rows, 1), (1, 1), NameOf(node));
            for (int k = i; k < end; k++) dims[axes[k]] = 1;
            current = _forms.Reshape(Images(pooled), dims, node.Name);
            i = end;
        }

        return _forms.Reshape(current, node.Output.Dimensions!, node.Name);
    }
}
