using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Accelerators.Reference;

/// <summary>Runs the operators that compute, on whole tensors in float32.</summary>
internal static class ReferenceOperators
{
    /// <summary>Whether an operator computes something here.</summary>
    public static bool Supports(OperatorKind kind) => kind is OperatorKind.Convolution3d or OperatorKind.ConvolutionDepthwise
        or OperatorKind.MaxPooling or OperatorKind.AveragePooling or OperatorKind.InnerProduct or OperatorKind.BatchNorm
        or OperatorKind.Softmax or OperatorKind.EltwiseAdd or OperatorKind.EltwiseMul
        || IsComparison(kind) || IsActivation(kind);

    /// <summary>Computes an operator.</summary>
    /// <exception cref="ModelException">The operator is unknown, or an element type is not float.</exception>
    public static void Run(Node node, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, ComputeOptions options)
    {
        if (!Supports(node.Kind)) throw new ModelException($"operator {node} is not known to the host CPU");
        if (IsComparison(node.Kind))
        {
            Compare(node.Kind, inputs[0], inputs[1], outputs[0]);
            return;
        }

        // Element by element the layout does not matter; everything else works on planes of one channel.
        bool inPlanes = !IsActivation(node.Kind) && node.Kind is not (OperatorKind.EltwiseAdd or OperatorKind.EltwiseMul);
        var floats = new Tensor[inputs.Length];
        for (int i = 0; i < floats.Length; i++) floats[i] = inPlanes ? FloatTensors.LoadPlanes(inputs[i]) : FloatTensors.Load(inputs[i]);
        Tensor result = FloatTensors.ResultFor(outputs[0], inPlanes);
        Compute(node, floats, result, options);
        if (!IsActivation(node.Kind)) ReferenceActivation.Apply(node.Activation, result.Span<float>());
        FloatTensors.Store(result, outputs[0]);
    }

    private static void Compute(Node node, Tensor[] inputs, Tensor result, ComputeOptions options)
    {
        switch (node.Kind)
        {
            case OperatorKind.Convolution3d:
                ConvolutionKernel.Convolve(inputs[0], inputs[1], result, (ConvolutionParameters)node.Parameters!, options);
                break;
            case OperatorKind.ConvolutionDepthwise:
                ConvolutionKernel.ConvolveDepthwise(inputs[0], inputs[1], result, (ConvolutionParameters)node.Parameters!, options);
                break;
            case OperatorKind.MaxPooling or OperatorKind.AveragePooling:
                bool isMaximum = node.Kind == OperatorKind.MaxPooling;
                PoolingKernel.Pool(inputs[0], result, (PoolParameters)node.Parameters!, isMaximum, options);
                break;
            case OperatorKind.InnerProduct:
                InnerProductKernel.Multiply(inputs[0], inputs[1], result, options);
                break;
            case OperatorKind.BatchNorm:
                NormalizationKernels.BatchNorm(inputs[0], inputs.AsSpan(1), result, options);
                break;
            case OperatorKind.Softmax:
                NormalizationKernels.Softmax(inputs[0], result, options);
                break;
            case OperatorKind.EltwiseAdd or OperatorKind.EltwiseMul:
                ElementwiseKernels.Combine(node.Kind, inputs[0].Span<float>(), inputs[1].Span<float>(), result.Span<float>());
                break;
            default:
                inputs[0].Span<float>().CopyTo(result.Span<float>());
                ReferenceActivation.Apply(node.Activation ?? new Activation(node.Kind), result.Span<float>());
                break;
        }
    }

    private static void Compare(OperatorKind kind, Tensor a, Tensor b, Tensor output)
    {
        Tensor first = FloatTensors.Load(a), second = FloatTensors.Load(b);
        ElementwiseKernels.Compare(kind, first.Span<float>(), second.Span<float>(), output);
    }

    private static bool IsComparison(OperatorKind kind) =>
        kind is OperatorKind.Less or OperatorKind.LessEqual or OperatorKind.Greater or OperatorKind.GreaterEqual;

    private static bool IsActivation(OperatorKind kind) => kind is OperatorKind.ReLU or OperatorKind.LReLU or OperatorKind.ELU
        or OperatorKind.SELU or OperatorKind.Tanh or OperatorKind.HardTanh or OperatorKind.Sigmoid;
}
