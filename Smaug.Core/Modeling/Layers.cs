using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Modeling;

/// <summary>
/// Layers in fluent style: each takes what the one before it gives and makes its own parameters, from the model's seed
/// unless they are given. Shapes are stated in NHWC whatever the backend: inputs as (N, rows, columns, channels), weights as
/// (filters, rows, columns, channels) and (neurons, features); for a backend with other layouts Reorders bring them there.
/// </summary>
public static class Layers
{
    private const double BiasScale = 0.1;

    /// <summary>A network input.</summary>
    /// <param name="model">The model.</param>
    /// <param name="dimensions">
    /// (N, rows, columns, channels) in NHWC, (N, time, features) in NTC, (N, features) in NC, or a vector.
    /// </param>
    /// <exception cref="ModelException">Other numbers of dimensions.</exception>
    public static ModelTensor Input(this ModelBuilder model, params ReadOnlySpan<int> dimensions) => Input(model, "data", dimensions);

    /// <summary>A network input with a name.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">Name of the operator.</param>
    /// <param name="dimensions">
    /// (N, rows, columns, channels) in NHWC, (N, time, features) in NTC, (N, features) in NC, or a vector.
    /// </param>
    /// <exception cref="ModelException">Other numbers of dimensions.</exception>
    public static ModelTensor Input(this ModelBuilder model, string name, params ReadOnlySpan<int> dimensions)
    {
        DataLayout layout = dimensions.Length switch
        {
            1 => DataLayout.N,
            2 => DataLayout.NC,
            3 => DataLayout.NTC,
            4 => DataLayout.NHWC,
            _ => throw new ModelException($"{name} (Data): an input of {dimensions.Length} dimensions; 1 (a vector), 2 (N, features), 3 (N, time, features) or 4 (N, rows, columns, channels) would fit"),
        };
        return model.Data(model.Tensor(dimensions, layout), name);
    }

    /// <summary>Convolution over rows, columns and all channels.</summary>
    /// <param name="input">4-D activations.</param>
    /// <param name="filters">Number of filters.</param>
    /// <param name="kernel">Rows and columns of a filter.</param>
    /// <param name="stride">Rows and columns between windows; null for 1.</param>
    /// <param name="padding">Border rule; default only windows inside.</param>
    /// <param name="activation">Activation of the result; null for none.</param>
    /// <param name="bias">Whether a bias is added before the activation.</param>
    /// <param name="weights">(filters, rows, columns, channels) in NHWC or (filters, channels, rows, columns) in NCHW; null: from the seed.</param>
    /// <param name="name">Name.</param>
    public static ModelTensor Convolution(
        this ModelTensor input, int filters, (int Rows, int Columns) kernel, (int Rows, int Columns)? stride = null, Padding padding = Padding.Valid,
        Activation? activation = null, bool bias = false, ModelTensor? weights = null, string name = "conv")
    {
        ModelBuilder model = input.Builder;
        weights ??= model.Tensor([filters, kernel.Rows, kernel.Columns, Channels(input, name)], DataLayout.NHWC);
        return model.Convolution(input, weights, stride ?? (1, 1), padding, activation, bias ? Bias(model, filters, 4) : null, name);
    }

    /// <summary>Convolution of each channel with its own kernel.</summary>
    /// <param name="input">4-D activations.</param>
    /// <param name="kernel">Rows and columns of a kernel.</param>
    /// <param name="stride">Rows and columns between windows; null for 1.</param>
    /// <param name="padding">Border rule; default only windows inside.</param>
    /// <param name="activation">Activation of the result; null for none.</param>
    /// <param name="bias">Whether a bias is added before the activation.</param>
    /// <param name="weights">(1, rows, columns, channels) in NHWC or (1, channels, rows, columns) in NCHW; null: from the seed.</param>
    /// <param name="name">Name.</param>
    public static ModelTensor DepthwiseConvolution(
        this ModelTensor input, (int Rows, int Columns) kernel, (int Rows, int Columns)? stride = null, Padding padding = Padding.Valid,
        Activation? activation = null, bool bias = false, ModelTensor? weights = null, string name = "depthwise_conv")
    {
        ModelBuilder model = input.Builder;
        int channels = Channels(input, name);
        weights ??= model.Tensor([1, kernel.Rows, kernel.Columns, channels], DataLayout.NHWC);
        return model.DepthwiseConvolution(input, weights, stride ?? (1, 1), padding, activation, bias ? Bias(model, channels, 4) : null, name);
    }

    /// <summary>Maximum over windows that lie inside the input.</summary>
    /// <param name="input">4-D activations.</param>
    /// <param name="size">Rows and columns of the window.</param>
    /// <param name="stride">Rows and columns between windows; null for the window's size.</param>
    /// <param name="name">Name.</param>
    public static ModelTensor MaxPool(this ModelTensor input, (int Rows, int Columns) size, (int Rows, int Columns)? stride = null, string name = "max_pool") =>
        input.Builder.MaxPool(input, size, stride ?? size, name);

    /// <summary>Mean over windows that lie inside the input.</summary>
    /// <param name="input">4-D activations.</param>
    /// <param name="size">Rows and columns of the window.</param>
    /// <param name="stride">Rows and columns between windows; null for the window's size.</param>
    /// <param name="name">Name.</param>
    public static ModelTensor AveragePool(this ModelTensor input, (int Rows, int Columns) size, (int Rows, int Columns)? stride = null, string name = "avg_pool") =>
        input.Builder.AveragePool(input, size, stride ?? size, name);

    /// <summary>Mean over all rows and columns of each channel.</summary>
    public static ModelTensor GlobalAveragePool(this ModelTensor input, string name = "avg_pool")
    {
        Channels(input, name);
        int rowAxis = input.Shape.Layout == DataLayout.NHWC ? 1 : 2;
        return input.AveragePool((input.Shape[rowAxis], input.Shape[rowAxis + 1]), name: name);
    }

    /// <summary>Fully connected layer. A 4-D input is flattened first.</summary>
    /// <param name="input">(N, features), or 4-D.</param>
    /// <param name="neurons">Number of outputs.</param>
    /// <param name="activation">Activation of the result; null for none.</param>
    /// <param name="bias">Whether a bias is added before the activation.</param>
    /// <param name="weights">(neurons, features) in NC or (features, neurons) in CN; null: from the seed.</param>
    /// <param name="name">Name.</param>
    public static ModelTensor Dense(
        this ModelTensor input, int neurons, Activation? activation = null, bool bias = false, ModelTensor? weights = null, string name = "mat_mul")
    {
        ModelBuilder model = input.Builder;
        long features = input.Shape.Size / input.Shape[0];
        if (features > int.MaxValue) throw new ModelException($"{name} (InnerProduct): input is {input.Shape} {input.Shape.Layout}; at most {int.MaxValue} features would fit");
        weights ??= model.Tensor([neurons, (int)features], DataLayout.NC);
        return model.MatMul(input, weights, activation, bias ? Bias(model, neurons, 2) : null, name);
    }

    /// <summary>Batch normalisation with stored statistics, all from the seed; give them with <see cref="ModelBuilder.BatchNorm"/>.</summary>
    public static ModelTensor BatchNorm(this ModelTensor input, Activation? activation = null, string name = "batch_norm")
    {
        ModelBuilder model = input.Builder;
        int channels = input.Shape.Rank == 2 ? input.Shape[1] : Channels(input, name);
        ModelTensor Parameter() => model.Tensor([1, channels], DataLayout.NC);
        return model.BatchNorm(input, Parameter(), Parameter(), Parameter(), Parameter(), activation, name);
    }

    /// <summary>Makes rows of a 4-D tensor: (N, everything else).</summary>
    public static ModelTensor Flatten(this ModelTensor input, string name = "flatten") => input.Builder.Flatten(input, name);

    /// <summary>max(x, 0).</summary>
    public static ModelTensor ReLU(this ModelTensor input, string name = "relu") => input.Builder.ReLU(input, name);

    /// <summary>x for x ≥ 0, slope · x below.</summary>
    public static ModelTensor LReLU(this ModelTensor input, float slope = 0.2f, string name = "lrelu") => input.Builder.LReLU(input, slope, name);

    /// <summary>x for x ≥ 0, alpha · (e^x - 1) below.</summary>
    public static ModelTensor ELU(this ModelTensor input, float alpha = 0.1f, string name = "elu") => input.Builder.ELU(input, alpha, name);

    /// <summary>lambda · ELU(x).</summary>
    public static ModelTensor SELU(this ModelTensor input, float alpha = 1.6733f, float lambda = 1.0507f, string name = "selu") =>
        input.Builder.SELU(input, alpha, lambda, name);

    /// <summary>Hyperbolic tangent.</summary>
    public static ModelTensor Tanh(this ModelTensor input, string name = "tanh") => input.Builder.Tanh(input, name);

    /// <summary>x clamped to [minimum, maximum].</summary>
    public static ModelTensor HardTanh(this ModelTensor input, float minimum = -1, float maximum = 1, string name = "hard_tanh") =>
        input.Builder.HardTanh(input, minimum, maximum, name);

    /// <summary>1 / (1 + e^-x).</summary>
    public static ModelTensor Sigmoid(this ModelTensor input, string name = "sigmoid") => input.Builder.Sigmoid(input, name);

    /// <summary>Exponentials normalised to sum 1 in each row.</summary>
    public static ModelTensor Softmax(this ModelTensor input, string name = "softmax") => input.Builder.Softmax(input, name);

    /// <summary>Element-wise sum; the smaller tensor is repeated where the shapes differ.</summary>
    public static ModelTensor Add(this ModelTensor input, ModelTensor other, string name = "add") => input.Builder.Add(input, other, name);

    /// <summary>Element-wise product; the smaller tensor is repeated where the shapes differ.</summary>
    public static ModelTensor Multiply(this ModelTensor input, ModelTensor other, string name = "mul") => input.Builder.Multiply(input, other, name);

    /// <summary>Adds zeros around a tensor; see <see cref="ModelBuilder.Pad"/>.</summary>
    public static ModelTensor Pad(this ModelTensor input, ReadOnlySpan<int> sizes, string name = "padding") => input.Builder.Pad(input, sizes, name);

    /// <summary>Gives the elements, in order, new dimensions and a new layout.</summary>
    public static ModelTensor Reshape(this ModelTensor input, ReadOnlySpan<int> dimensions, DataLayout layout, string name = "reshape") =>
        input.Builder.Reshape(input, dimensions, layout, name);

    /// <summary>A block with a shortcut around it: activation(body(x) + shortcut(x)).</summary>
    /// <param name="input">x.</param>
    /// <param name="body">The layers of the block.</param>
    /// <param name="shortcut">Layers of the shortcut, where shapes must change; null: x itself.</param>
    /// <param name="activation">Activation of the sum; null for none.</param>
    /// <param name="name">Name of the sum.</param>
    public static ModelTensor Residual(
        this ModelTensor input, Func<ModelTensor, ModelTensor> body, Func<ModelTensor, ModelTensor>? shortcut = null, Activation? activation = null, string name = "add")
    {
        ModelTensor block = body(input);
        ModelTensor sum = input.Builder.Add(block, shortcut is null ? input : shortcut(input), name);
        return activation is null ? sum : input.Builder.Activate(sum, activation);
    }

    /// <summary>An LSTM layer over a sequence (N, time, features); its weights come from the seed.</summary>
    /// <param name="input">(N, time, features) in NTC.</param>
    /// <param name="units">Number of units.</param>
    /// <param name="activation">Activation of cell and output; null for tanh.</param>
    /// <param name="name">Name; prefix of all operators.</param>
    public static RecurrentResult Lstm(this ModelTensor input, int units, Activation? activation = null, string name = "lstm")
    {
        if (input.Shape.Layout != DataLayout.NTC || input.Shape.Rank != 3) throw new ModelException($"{name}: the sequence is {input.Shape} {input.Shape.Layout}; (N, time, features) in NTC would fit");
        return NewLstm(input.Builder, input.Shape[2], units, activation, name).Run(input);
    }

    /// <summary>An LSTM layer on top of another recurrent layer; its weights come from the seed.</summary>
    /// <param name="input">The layer below.</param>
    /// <param name="units">Number of units.</param>
    /// <param name="activation">Activation of cell and output; null for tanh.</param>
    /// <param name="name">Name; prefix of all operators.</param>
    public static RecurrentResult Lstm(this RecurrentResult input, int units, Activation? activation = null, string name = "lstm") =>
        NewLstm(input.Last.Builder, input.Last.Shape[1], units, activation, name).Run(input.Outputs);

    private static Lstm NewLstm(ModelBuilder model, int features, int units, Activation? activation, string name)
    {
        ModelTensor kernel = model.Tensor([checked(4 * units), features], DataLayout.NC);
        ModelTensor recurrent = model.Tensor([4 * units, units], DataLayout.NC);
        return new Lstm(kernel, recurrent, activation, name);
    }

    private static ModelTensor Bias(ModelBuilder model, int channels, int rank) => rank switch
    {
        2 => model.Seeded([1, channels], DataLayout.NC, BiasScale),
        _ when model.Backend.ActivationLayout == DataLayout.NHWC => model.Seeded([1, 1, 1, channels], DataLayout.NHWC, BiasScale),
        _ => model.Seeded([1, channels, 1, 1], DataLayout.NCHW, BiasScale),
    };

    private static int Channels(ModelTensor input, string name) => input.Shape.Layout switch
    {
        DataLayout.NHWC => input.Shape[3],
        DataLayout.NCHW => input.Shape[1],
        _ => throw new ModelException($"{name}: input is {input.Shape} {input.Shape.Layout}; a 4-D tensor in NHWC or NCHW would fit"),
    };
}
