using Smaug.Core.Units;

namespace Smaug.Core.Simulation;

/// <summary>How far a simulation has come.</summary>
/// <param name="Time">Simulated time.</param>
/// <param name="EventsExecuted">Events handled since the simulator was made.</param>
/// <param name="EventsPending">Events scheduled and not yet handled.</param>
public readonly record struct SimulationProgress(SimTime Time, long EventsExecuted, int EventsPending);
