using Smaug.Core.Tensors;

namespace Smaug.Core.Graphs;

/// <summary>Parameters and arithmetic of operators, from their shapes.</summary>
public static class NodeMetrics
{
    /// <summary>
    /// Parameters that an operator reads: the elements of the weights of convolutions and inner products, mean, variance,
    /// gamma and beta of a batch normalisation; 0 for all others.
    /// </summary>
    /// <param name="node">The operator.</param>
    /// <param name="compatibility">
    /// Counts five values per channel for a batch normalisation, as the original SMAUG does, in place of the four there are.
    /// </param>
    public static long Parameters(Node node, bool compatibility = false) => node.Kind switch
    {
        OperatorKind.Convolution3d or OperatorKind.ConvolutionDepthwise or OperatorKind.InnerProduct => node.Inputs[1].Shape.Size,
        OperatorKind.BatchNorm => (compatibility ? 5 : 4) * node.Inputs[1].Shape.Size,
        _ => 0,
    };

    /// <summary>
    /// Multiply-accumulate operations of a convolution or inner product: outputs times the products summed in each (windows
    /// over a border count in full); 0 for all others.
    /// </summary>
    public static long MultiplyAccumulates(Node node)
    {
        if (node.Kind is not (OperatorKind.Convolution3d or OperatorKind.ConvolutionDepthwise or OperatorKind.InnerProduct)) return 0;
        TensorShape weights = node.Inputs[1].Shape;
        TensorShape output = node.Outputs[0].Shape;
        long perOutput = node.Kind switch
        {
            OperatorKind.ConvolutionDepthwise => weights.Layout == DataLayout.NHWC ? (long)weights[1] * weights[2] : (long)weights[2] * weights[3],
            OperatorKind.InnerProduct => node.Inputs[0].Shape[1],
            _ => weights.Size / weights[0],
        };
        return checked(output.Size * perOutput);
    }

    /// <summary>Parameters of a graph; those that several operators share, as the steps of a recurrent layer do, count once.</summary>
    public static long Parameters(Graph graph)
    {
        long total = 0;
        var counted = new HashSet<NodeInput>();
        foreach (Node node in graph.Nodes)
        {
            long parameters = Parameters(node);
            if (parameters == 0) continue;
            NodeInput origin = node.Parents[1];
            while (graph.Find(origin.Node) is { Kind: OperatorKind.Reorder } reorder) origin = reorder.Parents[0];
            if (counted.Add(origin)) total += parameters;
        }

        return total;
    }

    /// <summary>Sum of <see cref="MultiplyAccumulates(Node)"/> over a graph.</summary>
    public static long MultiplyAccumulates(Graph graph) => graph.Nodes.Sum(MultiplyAccumulates);
}
