namespace Smaug.Accelerators.Aladdin.Graphs;

/// <summary>
/// Kinds of edges. Register edges carry the operand number; as in the reference, operand numbers 5, 6 and 11 are
/// indistinguishable from the special labels.
/// </summary>
internal static class EdgeLabel
{
    public const byte RegisterFused = 5;
    public const byte FusedBranch = 6;
    public const byte Control = 11;
    public const byte Memory = 255;
}
