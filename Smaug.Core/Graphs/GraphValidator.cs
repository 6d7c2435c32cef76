using Smaug.Core.Tensors;

namespace Smaug.Core.Graphs;

/// <summary>
/// Checks that a graph can run: every edge leads from an existing output to an input of the same shape and type, every
/// operator has inputs, parameters and outputs that fit together, and no operator depends on itself.
/// </summary>
public static class GraphValidator
{
    /// <summary>Checks a graph.</summary>
    /// <returns>Its edges and order, found on the way.</returns>
    /// <exception cref="ModelException">
    /// Something does not fit. The message names the operator, the shapes found and those that would fit.
    /// </exception>
    public static GraphTopology Validate(Graph graph)
    {
        var outputs = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (Node node in graph.Nodes)
        {
            ValidateEdges(graph, node);
            ValidateOutputs(node);
            foreach (TensorSpec output in node.Outputs)
            {
                if (!outputs.TryAdd(output.Name, node)) throw new ModelException($"{node}: output tensor '{output.Name}' has the name of an output of {outputs[output.Name]}; tensor names must be unique");
            }
        }

        return new GraphTopology(graph);
    }

    /// <summary>Checks one operator on its own: number of inputs, parameters, and the shapes and types of its outputs.</summary>
    /// <exception cref="ModelException">Something does not fit.</exception>
    public static void ValidateNode(Node node) => ValidateOutputs(node);

    private static void ValidateEdges(Graph graph, Node node)
    {
        if (node.Kind == OperatorKind.Data)
        {
            if (node.Parents.Length != 0) throw new ModelException($"{node}: it has {node.Parents.Length} parents; a Data operator takes its tensor from the parameters, not from an operator");
            return;
        }

        if (node.Parents.Length != node.Inputs.Length)
        {
            throw new ModelException($"{node}: it has {node.Inputs.Length} input tensors but {node.Parents.Length} parents; every input must come from an operator (give parameters through a Data operator)");
        }

        for (int i = 0; i < node.Parents.Length; i++)
        {
            (string parentName, int index) = node.Parents[i];
            Node parent = graph.Find(parentName) ?? throw new ModelException($"{node}: input {i} comes from '{parentName}', but the graph has no node of that name");
            if (index < 0 || index >= parent.Outputs.Length)
            {
                throw new ModelException($"{node}: input {i} comes from output {index} of {parent}, which has {parent.Outputs.Length} output{(parent.Outputs.Length == 1 ? "" : "s")} (counted from 0)");
            }

            TensorSpec given = parent.Outputs[index];
            TensorSpec taken = node.Inputs[i];
            if (!given.Shape.Equals(taken.Shape) || given.Type != taken.Type)
            {
                throw new ModelException($"{node}: input {i} is {ShapeInference.Text(taken)}, but {parent} gives {ShapeInference.Text(given)}; both must be equal");
            }
        }
    }

    private static void ValidateOutputs(Node node)
    {
        TensorShape[] expected = ShapeInference.Infer(node);
        if (node.Outputs.Length != expected.Length)
        {
            throw new ModelException($"{node}: it has {node.Outputs.Length} output tensors; {expected.Length} would fit");
        }

        for (int i = 0; i < expected.Length; i++)
        {
            TensorSpec output = node.Outputs[i];
            if (!output.Shape.Equals(expected[i]))
            {
                throw new ModelException($"{node}: output {i} is {ShapeInference.Text(output.Shape)}; from its inputs {ShapeInference.Text(node.Inputs)} follows {ShapeInference.Text(expected[i])}");
            }

            DataType type = ShapeInference.OutputType(node);
            if (output.Type != type) throw new ModelException($"{node}: output {i} has type {output.Type}; {type} would fit");
        }
    }
}
