using System.Collections.Immutable;

namespace Smaug.Sweeps;

/// <summary>A parameter of a sweep and the values it takes, as they stand in the file.</summary>
/// <param name="Parameter">Its name, one of <see cref="SweepParameters.Names"/>.</param>
/// <param name="Values">At least one, all different.</param>
public sealed record SweepAxis(string Parameter, ImmutableArray<string> Values);
