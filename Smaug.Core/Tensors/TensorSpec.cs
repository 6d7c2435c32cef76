namespace Smaug.Core.Tensors;

/// <summary>What a tensor is, without its values: a graph is made of these.</summary>
/// <param name="Name">Name, unique in the graph.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions, layout and alignment.</param>
public sealed record TensorSpec(string Name, DataType Type, TensorShape Shape)
{
    /// <summary>Bytes of storage, alignment padding included.</summary>
    public long StorageBytes => checked(Shape.StorageSize * Type.SizeInBytes());
}
