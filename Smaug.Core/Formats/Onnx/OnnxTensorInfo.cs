using System.Collections.Immutable;

namespace Smaug.Core.Formats.Onnx;

/// <summary>An input or output of an ONNX model.</summary>
/// <param name="Name">Name.</param>
/// <param name="ElementType">ONNX's name of the element type, for example <c>Float</c>.</param>
/// <param name="Dimensions">Sizes in ONNX's order (images: batch, channels, rows, columns); default when they are not known.</param>
public sealed record OnnxTensorInfo(string Name, string ElementType, ImmutableArray<int> Dimensions)
{
    /// <summary>Name, type and sizes, for example <c>data Float (1, 3, 224, 224)</c>.</summary>
    public override string ToString() => $"{Name} {ElementType} {(Dimensions.IsDefault ? "(unknown shape)" : $"({string.Join(", ", Dimensions)})")}";
}
