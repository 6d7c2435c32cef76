using System.Globalization;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Core.Modeling;

/// <summary>What a recurrent layer gives.</summary>
/// <param name="Outputs">One tensor per time step, (N, units) in NC.</param>
/// <param name="CellState">The cell state after the last step; null where there are two.</param>
public sealed record RecurrentResult(IReadOnlyList<ModelTensor> Outputs, ModelTensor? CellState)
{
    /// <summary>The output of the last time step.</summary>
    public ModelTensor Last => Outputs[^1];

    /// <summary>All outputs in one tensor (N, time, units) in NTC.</summary>
    /// <param name="name">Name of the concatenation; the dimension that it needs is added by <c>NAME:expand_dims</c>.</param>
    public ModelTensor ToSequence(string name = "concat_output")
    {
        ModelBuilder builder = Last.Builder;
        ModelTensor[] steps = [.. Outputs.Select(o => builder.ExpandDims(o, 1, $"{name}:expand_dims"))];
        return steps.Length == 1 ? steps[0] : builder.Concat(steps, 1, name);
    }
}

/// <summary>
/// A long short-term memory layer without biases (Hochreiter and Schmidhuber, 1997), unrolled over time. States stay in the
/// layer: calling it again goes on where the last call ended.
/// </summary>
public sealed class Lstm
{
    private readonly ModelBuilder _builder;
    private readonly ModelTensor _kernel;
    private readonly ModelTensor _recurrent;
    private readonly Activation _activation;
    private readonly string _prefix;
    private ModelTensor _output;
    private ModelTensor _cell;

    /// <summary>Makes the layer with states of zeros.</summary>
    /// <param name="kernel">Weights of the input: (4 · units, features) in NC or (features, 4 · units) in CN; input, forget, cell and output gate.</param>
    /// <param name="recurrent">Weights of the previous output: (4 · units, units) in NC or (units, 4 · units) in CN.</param>
    /// <param name="activation">Activation of cell and output; null for tanh.</param>
    /// <param name="name">Name; prefix of all operators.</param>
    /// <exception cref="ModelException">The weights do not fit together.</exception>
    public Lstm(ModelTensor kernel, ModelTensor recurrent, Activation? activation = null, string name = "lstm")
    {
        _builder = kernel.Builder;
        _builder.RequireOwn(recurrent, name);
        _kernel = kernel;
        _recurrent = recurrent;
        _activation = activation ?? Activations.Tanh;
        _prefix = name + ":";
        int units = Neurons(kernel, name) / 4;
        (int neurons, int features) = (Neurons(recurrent, name), recurrent.Shape[recurrent.Shape.Layout == DataLayout.CN ? 0 : 1]);
        if (Neurons(kernel, name) % 4 != 0 || neurons != 4 * units || features != units)
        {
            throw new ModelException($"{name}: kernel is {kernel.Shape} {kernel.Shape.Layout}, recurrent weights are {recurrent.Shape} {recurrent.Shape.Layout}; for u units (4u, features) and (4u, u) in NC would fit");
        }

        _output = _builder.Zeros([1, units], DataLayout.NC, _builder.UniqueTensorName(_prefix + "/h"));
        _cell = _builder.Zeros([1, units], DataLayout.NC, _builder.UniqueTensorName(_prefix + "/c"));
    }

    /// <summary>Runs over a sequence.</summary>
    /// <param name="sequence">(N, time, features) in NTC.</param>
    public RecurrentResult Run(ModelTensor sequence)
    {
        if (sequence.Shape.Layout != DataLayout.NTC) throw new ModelException($"{_prefix.TrimEnd(':')}: the sequence is {sequence.Shape} {sequence.Shape.Layout}; (N, time, features) in NTC would fit");
        return Run(_builder.Unstack(sequence, 1, _prefix + "unstack"));
    }

    /// <summary>Runs over time steps.</summary>
    /// <param name="steps">One tensor per step, (N, features) in NC; at least one.</param>
    public RecurrentResult Run(IReadOnlyList<ModelTensor> steps)
    {
        if (steps.Count == 0) throw new ModelException($"{_prefix.TrimEnd(':')}: the sequence has no time steps");
        var outputs = new List<ModelTensor>(steps.Count);
        for (int t = 0; t < steps.Count; t++) outputs.Add(Step(steps[t], string.Create(CultureInfo.InvariantCulture, $"{_prefix}step{t}:")));
        return new RecurrentResult(outputs, _cell);
    }

    private ModelTensor Step(ModelTensor input, string name)
    {
        ModelBuilder b = _builder;
        ModelTensor fromInput = b.MatMul(input, _kernel, name: name + "mm_f");
        ModelTensor fromOutput = b.MatMul(_output, _recurrent, name: "mm_u");
        ModelTensor gates = b.Add(fromInput, fromOutput, name + "add_z");
        IReadOnlyList<ModelTensor> gate = b.Split(gates, 4, 1);
        ModelTensor inputGate = b.Sigmoid(gate[0], name + "sigmoid_i");
        ModelTensor forgetGate = b.Sigmoid(gate[1], name + "sigmoid_f");
        ModelTensor kept = b.Multiply(forgetGate, _cell, name + "mul_f");
        ModelTensor candidate = b.Activate(gate[2], _activation, name + "act0");
        ModelTensor added = b.Multiply(inputGate, candidate, name + "mul_i");
        _cell = b.Add(kept, added, name + "add_c");
        ModelTensor outputGate = b.Sigmoid(gate[3], name + "sigmoid_o");
        ModelTensor squashed = b.Activate(_cell, _activation, name + "act1");
        _output = b.Multiply(outputGate, squashed, name + "mul_h");
        return _output;
    }

    private static int Neurons(ModelTensor weights, string name) => weights.Shape.Layout switch
    {
        DataLayout.NC when weights.Shape.Rank == 2 => weights.Shape[0],
        DataLayout.CN when weights.Shape.Rank == 2 => weights.Shape[1],
        _ => throw new ModelException($"{name}: weights are {weights.Shape} {weights.Shape.Layout}; 2-D weights in NC or CN would fit"),
    };
}
