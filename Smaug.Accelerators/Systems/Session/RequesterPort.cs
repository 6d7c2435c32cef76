using Smaug.Core;
using Smaug.Core.Execution;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>
/// Where the blocks of an accelerator or a component enter the memory system. What lies outside of memory is an error here, where the
/// requester is still known: the memory itself sees only lines.
/// </summary>
/// <param name="name">The requester, in messages.</param>
/// <param name="memory">The port of the memory system.</param>
/// <param name="end">The first address behind memory, now.</param>
internal sealed class RequesterPort(string name, MemoryPort memory, Func<long> end) : MemoryPort(memory.Simulator, name)
{
    public override bool HasMemoryAt(long address, int bytes) => address >= 0 && address <= end() - bytes && memory.HasMemoryAt(address, bytes);

    public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
    {
        (long address, long bytes) = (request.Address, request.Bytes);
        Require.Addresses(Name, "transfer", address, bytes);
        return address + bytes <= end() ? memory.TrySend(request, sender) : throw Outside(request);
    }

    private SimulationException Outside(MemoryRequest request) => new($"{Name}: {request} is outside its memory (0x0 to 0x{end() - 1:x}; Memory.Capacity, --mem-size)");
}
