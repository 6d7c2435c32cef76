using Smaug.Core.Tensors;

namespace Smaug.Core.Modeling;

/// <summary>
/// Additive attention (Bahdanau, Cho and Bengio, 2015): scores every time step of a memory against a query and gives the
/// memory's sum weighted with the scores' softmax.
/// </summary>
public sealed class BahdanauAttention
{
    private readonly ModelBuilder _builder;
    private readonly ModelTensor _memory;
    private readonly ModelTensor _keys;
    private readonly ModelTensor _decoderWeights;
    private readonly ModelTensor _alignmentWeights;
    private readonly string _prefix;

    /// <summary>Makes the keys of a memory.</summary>
    /// <param name="memory">(N, time, units) in NTC.</param>
    /// <param name="encoderWeights">(units, units) in NC, applied to the memory.</param>
    /// <param name="decoderWeights">(units, query features) in NC, applied to the query.</param>
    /// <param name="alignmentWeights">(1, units) in NC, turns a key and a query into one score.</param>
    /// <param name="name">Name; prefix of all operators.</param>
    /// <exception cref="ModelException">The shapes do not fit.</exception>
    public BahdanauAttention(ModelTensor memory, ModelTensor encoderWeights, ModelTensor decoderWeights, ModelTensor alignmentWeights, string name = "bahdanau_attention")
    {
        if (memory.Shape.Layout != DataLayout.NTC || memory.Shape.Rank != 3) throw new ModelException($"{name}: the memory is {memory.Shape} {memory.Shape.Layout}; (N, time, units) in NTC would fit");
        _builder = memory.Builder;
        _memory = memory;
        _decoderWeights = decoderWeights;
        _alignmentWeights = alignmentWeights;
        _prefix = name + ":";
        (int batch, int time) = (memory.Shape[0], memory.Shape[1]);
        ModelTensor rows = _builder.Reshape(memory, [checked(batch * time), memory.Shape[2]], DataLayout.NC, _prefix + ":mem_layer:reshape0");
        ModelTensor product = _builder.MatMul(rows, encoderWeights, name: _prefix + ":mem_layer:mm");
        _keys = _builder.Reshape(product, [batch, time, product.Shape[1]], DataLayout.NTC, _prefix + ":mem_layer:reshape1");
    }

    /// <summary>Attends to the memory.</summary>
    /// <param name="query">(N, query features) in NC, usually a decoder's state.</param>
    /// <returns>The context (N, units) in NC.</returns>
    public ModelTensor Run(ModelTensor query)
    {
        ModelBuilder b = _builder;
        ModelTensor projected = b.MatMul(query, _decoderWeights, name: _prefix + "query_layer");
        ModelTensor scores = Score(projected);
        ModelTensor alignment = b.Softmax(scores, _prefix + "softmax");
        IReadOnlyList<ModelTensor> alignments = b.Split(alignment, alignment.Shape[0], 0, _prefix + "split");
        IReadOnlyList<ModelTensor> values = b.Unstack(b.Reorder(_memory, DataLayout.NCT), 0, _prefix + "unstack");
        ModelTensor[] contexts = [.. alignments.Zip(values, (a, v) => b.MatMul(a, v, name: _prefix + "mm"))];
        return contexts.Length == 1 ? contexts[0] : b.Concat(contexts, 0, _prefix + "concat");
    }

    private ModelTensor Score(ModelTensor query)
    {
        ModelBuilder b = _builder;
        string name = _prefix + ":score:";
        (int batch, int time, int units) = (_keys.Shape[0], _keys.Shape[1], _keys.Shape[2]);
        ModelTensor expanded = b.ExpandDims(query, 1, name + "expand");
        ModelTensor sum = b.Add(_keys, expanded, name + "add");
        ModelTensor squashed = b.Tanh(sum, name + "stack");
        ModelTensor rows = b.Reshape(squashed, [checked(batch * time), units], DataLayout.NC, name + "reshape0");
        ModelTensor product = b.MatMul(rows, _alignmentWeights, name: name + "mm");
        return b.Reshape(product, [batch, time], DataLayout.NC, name + "reshape1");
    }
}
