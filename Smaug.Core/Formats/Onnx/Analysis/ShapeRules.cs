using System.Collections.Frozen;
using Smaug.Core.Formats.Onnx.Reading;

namespace Smaug.Core.Formats.Onnx.Analysis;

/// <summary>
/// Types and sizes of the outputs of ONNX's operators, those that Smaug cannot run among them: a topology needs the shapes
/// of the layers, whatever lies between them. Where a rule cannot tell, the shape that the file declares stays.
/// </summary>
internal static partial class ShapeRules
{
    private static readonly FrozenDictionary<string, Action<OnnxNode>> s_rules = Rules().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Sets types and sizes of a node's outputs.</summary>
    /// <exception cref="InputFormatException">Inputs and attributes do not fit together.</exception>
    public static void Apply(OnnxNode node)
    {
        if (!s_rules.TryGetValue(node.Operator, out Action<OnnxNode>? rule)) return;
        rule(node);
        foreach (OnnxValue? output in node.Outputs)
        {
            if (output?.Dimensions is { } dims && (Dims.Count(dims) < 0 || Array.Exists(dims, d => d < 0))) throw node.Error($"its output would be {Dims.Text(dims)}, more than 2^62 elements");
        }
    }

    private static IEnumerable<KeyValuePair<string, Action<OnnxNode>>> Rules()
    {
        string[] likeInput =
        [
            "Relu", "LeakyRelu", "Elu", "Selu", "Celu", "Gelu", "Mish", "Swish", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Softmax", "LogSoftmax", "Hardmax",
            "Softplus", "Softsign", "ThresholdedRelu", "BatchNormalization", "InstanceNormalization", "LayerNormalization", "GroupNormalization",
            "RMSNormalization", "MeanVarianceNormalization", "LpNormalization", "LRN", "Dropout", "Identity", "Neg", "Abs", "Sqrt", "Exp", "Log", "Erf",
            "Reciprocal", "Floor", "Ceil", "Round", "Sign", "Sin", "Cos", "Clip", "CumSum", "Trilu", "Not", "ScatterND", "ScatterElements", "Bernoulli",
        ];
        foreach (string name in likeInput) yield return new(name, n => Like(n, n.Input().Type));
        string[] broadcast = ["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Sum", "Mean", "Mod", "And", "Or", "Xor", "PRelu", "BitShift"];
        foreach (string name in broadcast) yield return new(name, n => Broadcast(n, n.Input().Type));
        string[] comparisons = ["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"];
        foreach (string name in comparisons) yield return new(name, n => Broadcast(n, ElementType.Bool));
        yield return new("Where", n => Broadcast(n, n.Input(1).Type));
        yield return new("Cast", n => Like(n, (ElementType)n.Int("to", 0)));
        yield return new("CastLike", n => Like(n, n.Input(1).Type));
        yield return new("QuantizeLinear", n => Like(n, n.Optional(2)?.Type ?? ElementType.UInt8));
        yield return new("DequantizeLinear", n => Like(n, n.Input(1).Type));
        foreach (KeyValuePair<string, Action<OnnxNode>> rule in WindowRules().Concat(ArrayRules()).Concat(SizeRules())) yield return rule;
    }

    private static void Set(OnnxNode node, ElementType type, int[]? dims, int output = 0)
    {
        if (output >= node.Outputs.Length || node.Outputs[output] is not { } value) return;
        value.Type = type;
        if (dims is not null) value.Dimensions = dims;
    }

    private static void Like(OnnxNode node, ElementType type)
    {
        Set(node, type, node.Input().Dimensions);
        if (node.Operator == "Dropout") Set(node, ElementType.Bool, node.Input().Dimensions, 1);
    }

    private static void Broadcast(OnnxNode node, ElementType type)
    {
        int[]? dims = [];
        if (node.Inputs.Length == 0) throw node.Error("it has no inputs");

        // Before version 7 the second input is stretched to the first, by an attribute or as slopes of the channels.
        if (node.Opset < 7 && (node.Has("broadcast") || node.Operator == "PRelu"))
        {
            Set(node, type, node.Input().Dimensions);
            return;
        }

        for (int i = 0; i < node.Inputs.Length; i++)
        {
            if (node.Input(i).Dimensions is not { } next) return;
            dims = Dims.Broadcast(dims, next) ?? throw node.Error($"its inputs are {string.Join(", ", node.Inputs.Select(v => v?.ToString()))}; they cannot be broadcast to each other");
        }

        Set(node, type, dims);
    }
}
