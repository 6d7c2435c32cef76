namespace Smaug.Accelerators.Systolic;

/// <summary>The three operands of a layer, each with its own scratchpad.</summary>
public enum Operand
{
    /// <summary>Input feature map: M × K words after im2col.</summary>
    Ifmap,

    /// <summary>Filters: K × N words.</summary>
    Filter,

    /// <summary>Output feature map: M × N words.</summary>
    Ofmap,
}
