namespace Smaug.Core.Formats.Onnx.Reading;

/// <summary>A tensor of an ONNX graph: what is known of it before the model runs.</summary>
/// <param name="name">Name, unique in the graph.</param>
internal sealed class OnnxValue(string name)
{
    public string Name { get; } = name;

    public ElementType Type { get; set; }

    /// <summary>Sizes; null when they cannot be known.</summary>
    public int[]? Dimensions { get; set; }

    /// <summary>Values, where they do not depend on the model's input.</summary>
    public OnnxConstant? Constant { get; set; }

    /// <summary>The node that makes it; null for inputs and initializers.</summary>
    public OnnxNode? Producer { get; init; }

    /// <summary>Nodes that read it, once for each input.</summary>
    public List<OnnxNode> Readers { get; } = [];

    /// <summary>Whether it is an output of the graph.</summary>
    public bool IsOutput { get; set; }

    public OnnxTensorInfo Info => new(Name, Type.ToString(), Dimensions is null ? default : [.. Dimensions]);

    public void Set(OnnxConstant constant)
    {
        Constant = constant;
        Type = constant.Type;
        Dimensions = constant.Dimensions;
    }

    public override string ToString() => $"'{Name}' {(Dimensions is null ? "of unknown shape" : Dims.Text(Dimensions))}";
}
