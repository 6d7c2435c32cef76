namespace Smaug.Accelerators.Systolic;

/// <summary>Placeholder type.</summary>
public sealed record TimeModel(string Name);
