using Smaug.Core.Units;

namespace Smaug.Accelerators.Aladdin.Device;

/// <summary>One invocation that has run to its end.</summary>
/// <param name="Number">Position among the accelerator's invocations, from 0.</param>
/// <param name="Activated">When it was activated; the first cycle is one accelerator cycle later.</param>
/// <param name="Finished">When the last node had executed and the sampling correction had passed.</param>
/// <param name="Signalled">When the finish flag had been written and the CPU was woken.</param>
/// <param name="Cycles">Accelerator cycles: those stepped, the sampling correction, and one for the activation.</param>
/// <param name="Result">Schedule, units, power and area of the datapath.</param>
public sealed record AladdinInvocation(int Number, SimTime Activated, SimTime Finished, SimTime Signalled, long Cycles, AladdinResult Result);
