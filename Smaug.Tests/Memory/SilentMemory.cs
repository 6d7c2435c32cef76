using Smaug.Core.Execution;
using Smaug.Core.Simulation;

namespace Smaug.Tests.Memory;

/// <summary>A memory that takes requests, or refuses them, and is never heard of again.</summary>
internal sealed class SilentMemory(Simulator simulator, bool takes = true) : MemoryPort(simulator, "silent")
{
    public override bool TrySend(MemoryRequest request, IMemoryRequester sender) => takes;
}
