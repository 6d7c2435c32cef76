using Smaug.Core.Execution;
using Smaug.Core.Graphs;

namespace Smaug.Core.Modeling;

/// <summary>Builds models in one expression: layer after layer, with parameters made on the way.</summary>
public static class Model
{
    /// <summary>Builds a model.</summary>
    /// <param name="name">Name of the network.</param>
    /// <param name="backend">What the model must know of the backend it will run on.</param>
    /// <param name="build">
    /// Adds the layers, for example <c>m => m.Input(1, 28, 28, 1).Convolution(32, kernel: (3, 3)).Dense(10)</c>, and returns
    /// the result.
    /// </param>
    /// <param name="options">Seed, memory policy, layout transforms; null for the defaults.</param>
    /// <returns>The network; its parameters come from the seed unless they are given.</returns>
    /// <exception cref="ModelException">A layer does not fit; the message names it, the shapes found and those that would fit.</exception>
    public static Graph Build(string name, BackendTraits backend, Func<ModelBuilder, ModelTensor> build, ModelOptions? options = null)
    {
        var builder = new ModelBuilder(name, backend, options);
        ModelTensor result = build(builder);
        builder.RequireOwn(result, name);
        return builder.Build();
    }
}
