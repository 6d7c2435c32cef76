using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Modeling;

/// <content>Convolution, pooling, inner product and normalisation.</content>
public sealed partial class ModelBuilder
{
    /// <summary>Convolution over rows, columns and all channels.</summary>
    /// <param name="input">Activations, 4-D.</param>
    /// <param name="filter">Weights: (filters, channels, rows, columns) in NCHW or (filters, rows, columns, channels) in NHWC.</param>
    /// <param name="stride">Rows and columns between windows.</param>
    /// <param name="padding">Border rule.</param>
    /// <param name="activation">Activation of the result; null for none.</param>
    /// <param name="bias">Added to the result before the activation; a 4-D tensor that broadcasts to it; null for none.</param>
    /// <param name="name">Name.</param>
    /// <returns>(N, filters, OH, OW) or (N, OH, OW, filters).</returns>
    /// <exception cref="ModelException">The shapes do not fit.</exception>
    public ModelTensor Convolution(
        ModelTensor input, ModelTensor filter, (int Rows, int Columns) stride, Padding padding, Activation? activation = null, ModelTensor? bias = null, string name = "conv")
    {
        input = InLayout(input, Backend.ActivationLayout);
        filter = InLayout(filter, Backend.ActivationLayout);
        return AddLayer(OperatorKind.Convolution3d, name, [input, filter], new ConvolutionParameters(padding, stride.Rows, stride.Columns), activation, bias);
    }

    /// <summary>Convolution of each channel with its own kernel.</summary>
    /// <param name="input">Activations, 4-D.</param>
    /// <param name="filter">Weights: (1, channels, rows, columns) in NCHW or (1, rows, columns, channels) in NHWC.</param>
    /// <param name="stride">Rows and columns between windows.</param>
    /// <param name="padding">Border rule.</param>
    /// <param name="activation">Activation of the result; null for none.</param>
    /// <param name="bias">Added to the result before the activation; a 4-D tensor that broadcasts to it; null for none.</param>
    /// <param name="name">Name.</param>
    /// <exception cref="ModelException">The shapes do not fit.</exception>
    public ModelTensor DepthwiseConvolution(
        ModelTensor input, ModelTensor filter, (int Rows, int Columns) stride, Padding padding, Activation? activation = null, ModelTensor? bias = null, string name = "depthwise_conv")
    {
        input = InLayout(input, Backend.ActivationLayout);
        filter = InLayout(filter, Backend.ActivationLayout);
        return AddLayer(OperatorKind.ConvolutionDepthwise, name, [input, filter], new ConvolutionParameters(padding, stride.Rows, stride.Columns), activation, bias);
    }

    /// <summary>Maximum over windows that lie inside the input.</summary>
    /// <param name="input">Activations, 4-D.</param>
    /// <param name="size">Rows and columns of the window.</param>
    /// <param name="stride">Rows and columns between windows.</param>
    /// <param name="name">Name.</param>
    /// <exception cref="ModelException">The shapes do not fit.</exception>
    public ModelTensor MaxPool(ModelTensor input, (int Rows, int Columns) size, (int Rows, int Columns) stride, string name = "max_pool") =>
        Pool(OperatorKind.MaxPooling, input, size, stride, name);

    /// <summary>Mean over windows that lie inside the input.</summary>
    /// <param name="input">Activations, 4-D.</param>
    /// <param name="size">Rows and columns of the window.</param>
    /// <param name="stride">Rows and columns between windows.</param>
    /// <param name="name">Name.</param>
    /// <exception cref="ModelException">The shapes do not fit.</exception>
    public ModelTensor AveragePool(ModelTensor input, (int Rows, int Columns) size, (int Rows, int Columns) stride, string name = "avg_pool") =>
        Pool(OperatorKind.AveragePooling, input, size, stride, name);

    /// <summary>Fully connected layer: input times weights. A 4-D input is flattened first.</summary>
    /// <param name="input">Activations (N, features).</param>
    /// <param name="weights">(neurons, features) in NC or (features, neurons) in CN.</param>
    /// <param name="activation">Activation of the result; null for none. Softmax becomes an operator of its own.</param>
    /// <param name="bias">Added to the result before the activation, (1, neurons) NC; null for none.</param>
    /// <param name="name">Name.</param>
    /// <returns>(N, neurons) in NC.</returns>
    /// <exception cref="ModelException">The shapes do not fit.</exception>
    public ModelTensor MatMul(ModelTensor input, ModelTensor weights, Activation? activation = null, ModelTensor? bias = null, string name = "mat_mul")
    {
        input = InLayout(input, DataLayout.NC);
        weights = InLayout(weights, Backend.InnerProductWeightLayout);
        return AddLayer(OperatorKind.InnerProduct, name, [input, weights], null, activation, bias);
    }

    /// <summary>Batch normalisation with stored statistics: (x - mean) · variance · gamma + beta.</summary>
    /// <param name="input">Activations, 4-D or (N, channels).</param>
    /// <param name="mean">(1, channels) in NC.</param>
    /// <param name="variance">(1, channels) in NC; it holds 1 / sqrt(variance + epsilon).</param>
    /// <param name="gamma">(1, channels) in NC.</param>
    /// <param name="beta">(1, channels) in NC.</param>
    /// <param name="activation">Activation of the result; null for none.</param>
    /// <param name="name">Name.</param>
    /// <exception cref="ModelException">The shapes do not fit.</exception>
    public ModelTensor BatchNorm(
        ModelTensor input, ModelTensor mean, ModelTensor variance, ModelTensor gamma, ModelTensor beta, Activation? activation = null, string name = "batch_norm")
    {
        if (input.Shape.Rank == 4) input = InLayout(input, Backend.ActivationLayout);
        return AddLayer(OperatorKind.BatchNorm, name, [input, mean, variance, gamma, beta], null, activation, null);
    }

    private ModelTensor Pool(OperatorKind kind, ModelTensor input, (int Rows, int Columns) size, (int Rows, int Columns) stride, string name)
    {
        input = InLayout(input, Backend.ActivationLayout);
        return Add(kind, name, [input], new PoolParameters(size.Rows, size.Columns, stride.Rows, stride.Columns));
    }

    /// <summary>
    /// Adds an operator with its activation fused. A bias lies between the two, so with one (as for softmax, which no operator
    /// fuses) the activation becomes an operator of its own.
    /// </summary>
    private ModelTensor AddLayer(OperatorKind kind, string name, ModelTensor[] inputs, OperatorParameters? parameters, Activation? activation, ModelTensor? bias)
    {
        bool fused = bias is null && activation?.Kind != OperatorKind.Softmax;
        ModelTensor result = Add(kind, name, inputs, parameters, fused ? activation : null);
        if (fused) return result;
        string prefix = result.Source!.Name;
        if (bias is not null) result = Add(result, bias, $"{prefix}:bias");
        return activation is null ? result : Activate(result, activation, $"{prefix}:{DefaultName(activation.Kind)}");
    }
}
