using Smaug.Core.Tensors;

namespace Smaug.Core.Modeling;

/// <summary>
/// A tensor of a model that is being built: what an operator gives, or a tensor from outside (input, weights). It has a
/// shape but no values. Layers are added to it with the methods of <see cref="Layers"/>, or with those of its
/// <see cref="Builder"/>.
/// </summary>
public sealed class ModelTensor
{
    internal ModelTensor(ModelBuilder builder, string? name, TensorShape shape, DataType type)
    {
        Builder = builder;
        GivenName = name;
        Shape = shape;
        Type = type;
    }

    /// <summary>The model it belongs to.</summary>
    public ModelBuilder Builder { get; }

    /// <summary>Name; a tensor from outside that was given none is named by the first operator that reads it.</summary>
    public string Name => GivenName ?? "(unnamed)";

    /// <summary>Dimensions, layout and alignment.</summary>
    public TensorShape Shape { get; }

    /// <summary>Element type.</summary>
    public DataType Type { get; }

    internal string? GivenName { get; set; }

    internal ModelNode? Source { get; init; }

    internal int OutputIndex { get; init; }

    /// <summary>Operators that read it, once for each input.</summary>
    internal List<ModelNode> Targets { get; } = [];

    /// <summary>Values given to a tensor from outside.</summary>
    internal Tensor? Values { get; init; }

    /// <summary>Factor of the seeded values, in place of the one that follows from the tensor's use.</summary>
    internal double? SeedScale { get; init; }

    internal TensorSpec Spec => new(Name, Type, Shape);

    /// <summary>Name, shape and layout.</summary>
    public override string ToString() => $"{Name} {Shape} {Shape.Layout}";
}
