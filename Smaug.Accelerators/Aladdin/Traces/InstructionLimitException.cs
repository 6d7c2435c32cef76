using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>A trace has grown beyond the number of instructions that was set for it.</summary>
internal sealed class InstructionLimitException(int limit) : SimulationException(
    $"An invocation has more than {limit} instructions, the limit that was set; sample its loops, trace a smaller kernel, or set a higher limit.");
