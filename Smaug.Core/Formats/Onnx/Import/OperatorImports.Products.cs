using System.Globalization;
using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Core.Formats.Onnx.Import;

/// <content>Matrix products.</content>
internal sealed partial class OperatorImports
{
    private ImportedTensor Gemm(OnnxNode node)
    {
        ImportedTensor a = _forms.Ordered(node.Input());
        if (node.Int("transA", 0) != 0) a = _forms.Transpose(a, [1, 0], node.Name);
        float alpha = node.Float("alpha", 1), beta = node.Float("beta", 1);
        bool hasBias = node.Optional(2) is not null && beta != 0;
        ModelTensor weights = Weights(node.Input(1), node.Int("transB", 0) != 0, alpha, node.Name);
        bool scaled = alpha != 1 && node.Input(1).Constant is null;
        ModelTensor product = _model.MatMul(a.Tensor, weights, hasBias || scaled ? null : _fused.Take(node), name: NameOf(node));
        var result = new ImportedTensor(product, [product.Shape[0], product.Shape[1]]);
        if (scaled) result = Scale(result, alpha, Part(node, "alpha"));
        if (!hasBias) return result;
        OnnxValue bias = node.Input(2);
        ImportedTensor summand = bias.Constant is { } constant
            ? _forms.Constant(bias.Name, (beta == 1 ? constant : constant.Map(v => v * beta)).Reshape(Dims.Expand(constant.Dimensions, 2)))
            : Scale(_forms.InForm(bias, 2, DataLayout.NC), beta, Part(node, "beta"));
        return result with { Tensor = _model.Add(result.Tensor, summand.Tensor, Part(node, "bias")) };
    }

    private ImportedTensor MatMul(OnnxNode node)
    {
        int[] a = TensorForms.Known(node.Input()), b = TensorForms.Known(node.Input(1));
        int[] dims = node.Output.Dimensions!;
        if (b.Length > 2 && Dims.Count(b.AsSpan(..^2)) > 1) return BatchedMatMul(node, a, b);
        ImportedTensor left = _forms.Reshape(_forms.Get(node.Input()), [node.Narrow(Dims.Count(a) / a[^1], "rows"), a[^1]], node.Name);
        OnnxValue matrix = Matrix(node.Input(1), b);
        ModelTensor product = _model.MatMul(left.Tensor, Weights(matrix, transposed: false, 1, node.Name), a.Length == 2 ? _fused.Take(node) : null, name: NameOf(node));
        return _forms.Reshape(new ImportedTensor(product, [product.Shape[0], product.Shape[1]]), dims, node.Name);
    }

    /// <summary>The second factor as one matrix.</summary>
    private OnnxValue Matrix(OnnxValue value, int[] dims)
    {
        if (dims.Length == 2) return value;
        int[] flat = dims.Length == 1 ? [dims[0], 1] : [dims[^2], dims[^1]];
        var matrix = new OnnxValue(value.Name) { Type = value.Type, Dimensions = flat };
        if (value.Constant is { } constant) matrix.Set(constant.Reshape(flat));
        else _forms.Set(matrix, _forms.Reshape(_forms.Get(value), flat, value.Name));
        return matrix;
    }

    /// <summary>One product for each matrix of a batch.</summary>
    private ImportedTensor BatchedMatMul(OnnxNode node, int[] a, int[] b)
    {
        int[] batch = Dims.Broadcast(a.AsSpan(..Math.Max(0, a.Length - 2)), b.AsSpan(..^2))!;
        RequireFew(Dims.Count(batch), "products");
        int count = (int)Dims.Count(batch);
        ImportedTensor[] left = Pieces(node.Input(), [.. batch, a.Length == 1 ? 1 : a[^2], a[^1]], count);
        ImportedTensor[] right = Pieces(node.Input(1), [.. batch, b[^2], b[^1]], count);
        var products = new ModelTensor[count];
        for (int i = 0; i < count; i++)
        {
            ModelTensor weights = _model.Reshape(right[i].Tensor, right[i].Dimensions, DataLayout.CN, Part(node, "weights"));
            ModelTensor product = _model.MatMul(left[i].Tensor, weights, name: Part(node, string.Create(CultureInfo.InvariantCulture, $"product{i}")));
            products[i] = _model.Reshape(product, [1, product.Shape[0], product.Shape[1]], DataLayout.NCT, Part(node, "stack"));
        }

        ModelTensor all = _model.Concat(products, 0, Part(node, "concat"));
        return _forms.Reshape(new ImportedTensor(all, all.Shape.Dimensions.ToArray()), node.Output.Dimensions!, node.Name);
    }

    /// <summary>The matrices of a batch, repeated where the batch is larger.</summary>
    private ImportedTensor[] Pieces(OnnxValue value, int[] dims, int count)
    {
        int[] matrix = dims[^2..];
        ImportedTensor tensor = Repeat(_forms.Reshape(_forms.Get(value), Dims.Expand(value.Dimensions, dims.Length), value.Name), dims, value.Name);
        ImportedTensor stack = _forms.Reshape(tensor, [count, .. matrix], value.Name);
        IReadOnlyList<ModelTensor> pieces = _model.Split(stack.Tensor, count, 0, $"{TensorForms.NodeName(value.Name)}:split");
        return [.. pieces.Select(p => _forms.Reshape(new ImportedTensor(p, [1, .. matrix]), matrix, value.Name))];
    }

    /// <summary>Weights (K, N), or (N, K) when transposed, in a layout that inner products take.</summary>
    private ModelTensor Weights(OnnxValue value, bool transposed, float factor, string name)
    {
        DataLayout wanted = _model.Backend.InnerProductWeightLayout;
        if (value.Constant is { } constant)
        {
            if (factor != 1) constant = constant.Map(v => v * factor);
            if (transposed == (wanted == DataLayout.CN)) constant = constant.Transpose([1, 0]);
            return _forms.Constant(value.Name, constant, wanted).Tensor;
        }

        ImportedTensor tensor = _forms.Ordered(value);
        return transposed ? tensor.Tensor : _model.Reshape(tensor.Tensor, tensor.Dimensions, DataLayout.CN, $"{TensorForms.NodeName(name)}:weights");
    }
}
