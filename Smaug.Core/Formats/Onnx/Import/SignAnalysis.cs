using Smaug.Core.Formats.Onnx.Reading;

namespace Smaug.Core.Formats.Onnx.Import;

/// <summary>Finds out whether a tensor can be negative, so that a border of zeros does not change a maximum.</summary>
internal static class SignAnalysis
{
    // Enough for the blocks between an activation and a pooling; the walk must not grow with the model.
    private const int MaximumSteps = 256;

    public static bool IsNonNegative(OnnxValue value)
    {
        int steps = MaximumSteps;
        return Walk(value, ref steps);
    }

    private static bool Walk(OnnxValue value, ref int steps)
    {
        if (--steps < 0 || value.Producer is not { } node) return false;
        switch (node.Operator)
        {
            case "Relu" or "Sigmoid" or "HardSigmoid" or "Softmax" or "Exp" or "Abs" or "Softplus":
                return true;
            case "MaxPool" or "AveragePool" or "GlobalMaxPool" or "GlobalAveragePool" or "Identity" or "Dropout" or "Reshape" or "Flatten"
                or "Squeeze" or "Unsqueeze" or "Transpose" or "LRN" or "Slice" or "Split":
                return node.Optional(0) is { } input && Walk(input, ref steps);
            case "Concat" or "Add" or "Sum" or "Mul":
                foreach (OnnxValue? part in node.Inputs)
                {
                    if (part is null || !Walk(part, ref steps)) return false;
                }

                return true;
            case "Clip":
                return node.Float("min", node.Optional(1)?.Constant is { Count: 1 } minimum ? minimum.Singles()[0] : float.MinValue) >= 0;
            default:
                return false;
        }
    }
}
