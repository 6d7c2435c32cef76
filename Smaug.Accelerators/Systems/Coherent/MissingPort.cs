using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;

namespace Smaug.Accelerators.Systems.Coherent;

/// <summary>Stands where a hierarchy has no port, and says so when it is used.</summary>
/// <param name="simulator">The simulation.</param>
/// <param name="name">Name of what would stand there.</param>
/// <param name="problem">What is missing, and what to do.</param>
internal sealed class MissingPort(Simulator simulator, string name, string problem) : MemoryPort(simulator, name)
{
    public override bool TrySend(MemoryRequest request, IMemoryRequester sender) => throw new ConfigurationException(problem);
}
