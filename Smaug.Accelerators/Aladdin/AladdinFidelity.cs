namespace Smaug.Accelerators.Aladdin;

/// <summary>Whether the reference's known defects are part of the model.</summary>
public enum AladdinFidelity
{
    /// <summary>The reference's behaviour to the last cycle, defects included. The default.</summary>
    ReferenceExact,

    /// <summary>The defects that the documentation lists are mended.</summary>
    Corrected,
}
