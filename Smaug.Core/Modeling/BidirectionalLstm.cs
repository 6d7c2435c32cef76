using Smaug.Core.Tensors;

namespace Smaug.Core.Modeling;

/// <summary>
/// Two LSTM layers over one sequence, one of them from its end; step t of the result joins step t of each in the order in
/// which that layer ran.
/// </summary>
public sealed class BidirectionalLstm
{
    private readonly ModelBuilder _builder;
    private readonly Lstm _forward;
    private readonly Lstm _backward;
    private readonly string _name;

    /// <summary>Makes both layers with states of zeros.</summary>
    /// <param name="forward">Kernel and recurrent weights of the layer that runs forward, see <see cref="Lstm"/>.</param>
    /// <param name="backward">Those of the layer that runs backward.</param>
    /// <param name="name">Name; prefix of all operators.</param>
    /// <exception cref="ModelException">The weights do not fit together.</exception>
    public BidirectionalLstm((ModelTensor Kernel, ModelTensor Recurrent) forward, (ModelTensor Kernel, ModelTensor Recurrent) backward, string name = "bidir_lstm")
    {
        _builder = forward.Kernel.Builder;
        _builder.RequireOwn(backward.Kernel, name);
        _name = name;
        _forward = new Lstm(forward.Kernel, forward.Recurrent, name: $"{name}:fwd_lstm");
        _backward = new Lstm(backward.Kernel, backward.Recurrent, name: $"{name}:bwd_lstm");
    }

    /// <summary>Runs over a sequence.</summary>
    /// <param name="sequence">(N, time, features) in NTC.</param>
    /// <returns>Outputs (N, forward units + backward units).</returns>
    public RecurrentResult Run(ModelTensor sequence)
    {
        IReadOnlyList<ModelTensor> forward = _forward.Run(sequence).Outputs;
        ModelTensor[] reversed = [.. _builder.Unstack(sequence, 1).Reverse()];
        IReadOnlyList<ModelTensor> backward = _backward.Run(reversed).Outputs;
        return new RecurrentResult([.. forward.Zip(backward, (f, b) => _builder.Concat([f, b], 1, $"{_name}:concat"))], null);
    }
}
