using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Modeling;

/// <content>Activations, arithmetic and comparisons.</content>
public sealed partial class ModelBuilder
{
    /// <summary>max(x, 0).</summary>
    public ModelTensor ReLU(ModelTensor input, string name = "relu") => Add(OperatorKind.ReLU, name, [input]);

    /// <summary>x for x ≥ 0, slope · x below.</summary>
    public ModelTensor LReLU(ModelTensor input, float slope = 0.2f, string name = "lrelu") => Activate(input, Activations.LReLU(slope), name);

    /// <summary>x for x ≥ 0, alpha · (e^x - 1) below.</summary>
    public ModelTensor ELU(ModelTensor input, float alpha = 0.1f, string name = "elu") => Activate(input, Activations.ELU(alpha), name);

    /// <summary>lambda · ELU(x).</summary>
    public ModelTensor SELU(ModelTensor input, float alpha = 1.6733f, float lambda = 1.0507f, string name = "selu") =>
        Activate(input, Activations.SELU(alpha, lambda), name);

    /// <summary>Hyperbolic tangent.</summary>
    public ModelTensor Tanh(ModelTensor input, string name = "tanh") => Add(OperatorKind.Tanh, name, [input]);

    /// <summary>x clamped to [minimum, maximum].</summary>
    public ModelTensor HardTanh(ModelTensor input, float minimum = -1, float maximum = 1, string name = "hard_tanh") =>
        Activate(input, Activations.HardTanh(minimum, maximum), name);

    /// <summary>1 / (1 + e^-x).</summary>
    public ModelTensor Sigmoid(ModelTensor input, string name = "sigmoid") => Add(OperatorKind.Sigmoid, name, [input]);

    /// <summary>Exponentials normalised to sum 1 in each row of (N, classes). A 4-D input is flattened first.</summary>
    public ModelTensor Softmax(ModelTensor input, string name = "softmax") => Add(OperatorKind.Softmax, name, [InLayout(input, DataLayout.NC)]);

    /// <summary>An activation as an operator of its own.</summary>
    /// <param name="input">Any tensor.</param>
    /// <param name="activation">The function.</param>
    /// <param name="name">Name; null for that of the function.</param>
    /// <exception cref="ModelException">The kind is no activation.</exception>
    public ModelTensor Activate(ModelTensor input, Activation activation, string? name = null)
    {
        name ??= DefaultName(activation.Kind);
        return activation.Kind switch
        {
            // Functions without parameters carry none in the file either.
            OperatorKind.ReLU or OperatorKind.Tanh or OperatorKind.Sigmoid => Add(activation.Kind, name, [input]),
            OperatorKind.Softmax when input.Shape.Layout == DataLayout.NC => Softmax(input, name),
            OperatorKind.Softmax => throw new ModelException($"{name} (Softmax): input is {input.Shape} {input.Shape.Layout}; a layer with rows, (N, classes) in NC, would fit"),
            _ when ShapeInference.IsActivation(activation.Kind) => Add(activation.Kind, name, [input], null, activation),
            _ => throw new ModelException($"{name}: {activation.Kind} is no activation; use ReLU, LReLU, ELU, SELU, Tanh, HardTanh, Sigmoid or Softmax"),
        };
    }

    /// <summary>Element-wise sum; the smaller tensor is repeated where the shapes differ.</summary>
    public ModelTensor Add(ModelTensor a, ModelTensor b, string name = "add") => Elementwise(OperatorKind.EltwiseAdd, a, b, name);

    /// <summary>Element-wise product; the smaller tensor is repeated where the shapes differ.</summary>
    public ModelTensor Multiply(ModelTensor a, ModelTensor b, string name = "mul") => Elementwise(OperatorKind.EltwiseMul, a, b, name);

    /// <summary>Element-wise a &lt; b, of type Bool.</summary>
    public ModelTensor Less(ModelTensor a, ModelTensor b, string name = "less") => Elementwise(OperatorKind.Less, a, b, name);

    /// <summary>Element-wise a ≤ b, of type Bool.</summary>
    public ModelTensor LessEqual(ModelTensor a, ModelTensor b, string name = "less_equal") => Elementwise(OperatorKind.LessEqual, a, b, name);

    /// <summary>Element-wise a &gt; b, of type Bool.</summary>
    public ModelTensor Greater(ModelTensor a, ModelTensor b, string name = "great") => Elementwise(OperatorKind.Greater, a, b, name);

    /// <summary>Element-wise a ≥ b, of type Bool.</summary>
    public ModelTensor GreaterEqual(ModelTensor a, ModelTensor b, string name = "great_equal") => Elementwise(OperatorKind.GreaterEqual, a, b, name);

    internal static string DefaultName(OperatorKind activation) => activation switch
    {
        OperatorKind.ReLU => "relu",
        OperatorKind.LReLU => "lrelu",
        OperatorKind.ELU => "elu",
        OperatorKind.SELU => "selu",
        OperatorKind.Tanh => "tanh",
        OperatorKind.HardTanh => "hard_tanh",
        OperatorKind.Sigmoid => "sigmoid",
        OperatorKind.Softmax => "softmax",
        _ => "activation",
    };

    private ModelTensor Elementwise(OperatorKind kind, ModelTensor a, ModelTensor b, string name)
    {
        if (!a.Shape.Dimensions.SequenceEqual(b.Shape.Dimensions)) (a, b) = Broadcast(kind, a, b, name);
        return Add(kind, name, [a, b]);
    }

    private (ModelTensor A, ModelTensor B) Broadcast(OperatorKind kind, ModelTensor a, ModelTensor b, string name)
    {
        int rank = a.Shape.Rank;
        bool fits = rank == b.Shape.Rank && a.Shape.Layout == b.Shape.Layout;
        var multiplesOfA = new int[rank];
        var multiplesOfB = new int[rank];
        bool repeatA = false;
        bool repeatB = false;
        for (int i = 0; fits && i < rank; i++)
        {
            fits = a.Shape[i] == b.Shape[i] || a.Shape[i] == 1 || b.Shape[i] == 1;
            multiplesOfA[i] = a.Shape[i] < b.Shape[i] ? b.Shape[i] : 1;
            multiplesOfB[i] = b.Shape[i] < a.Shape[i] ? a.Shape[i] : 1;
            repeatA |= multiplesOfA[i] > 1;
            repeatB |= multiplesOfB[i] > 1;
        }

        if (!fits) throw new ModelException($"{name} ({kind}): its inputs are {a.Shape} {a.Shape.Layout} and {b.Shape} {b.Shape.Layout}; they fit when layouts and numbers of dimensions are equal and every dimension is equal or 1 in one of them");
        if (repeatA) a = Repeat(a, multiplesOfA, $"{name}:repeat_a");
        if (repeatB) b = Repeat(b, multiplesOfB, $"{name}:repeat_b");
        return (a, b);
    }
}
