using System.Numerics;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;

namespace Smaug.Memory.Interconnect;

/// <summary>
/// Knows which ports of a crossbar may hold a line, so that only their caches are asked. It learns from caches that fetch, evict
/// and supply lines; what it is not told (see <see cref="CoherentCrossbar"/>) it asks for in vain.
/// </summary>
internal sealed class SnoopFilter(Counter snoops)
{
    /// <summary>Ports that it can tell apart: the bits of a positive number.</summary>
    public const int MaximumPorts = 31;

    private readonly List<ISnooper?> _caches = [];
    private readonly LineMap _holders = new(1024);

    /// <summary>Adds the next port; null when its requester holds no copies.</summary>
    public void AddPort(ISnooper? cache) => _caches.Add(cache);

    /// <summary>Notes that a port may hold a line from now on.</summary>
    public void Add(long line, int port) => SetHolders(line, HoldersOf(line) | (1 << port));

    /// <summary>Notes that a port no longer holds a line.</summary>
    public void Remove(long line, int port) => SetHolders(line, HoldersOf(line) & ~(1 << port));

    /// <summary>Whether a port may hold a line.</summary>
    public bool MayHold(long line) => HoldersOf(line) != 0;

    /// <summary>Whether all caches that may hold a line can be asked for it now.</summary>
    public bool AreSettled(long line, int exceptPort = -1)
    {
        for (int rest = Others(line, exceptPort); rest != 0; rest &= rest - 1)
        {
            if (!_caches[BitOperations.TrailingZeroCount(rest)]!.IsSettled(line)) return false;
        }

        return true;
    }

    /// <summary>Asks the caches that may hold a line, but for that of one port.</summary>
    /// <param name="request">The question.</param>
    /// <param name="exceptPort">Who asks, or -1.</param>
    /// <param name="learns">Whether the filter hears that copies have been given up when no cache supplies the line.</param>
    public SnoopResult Ask(in SnoopRequest request, int exceptPort, bool learns)
    {
        SnoopResult result = default;
        int asked = Others(request.Line, exceptPort);
        for (int rest = asked; rest != 0; rest &= rest - 1)
        {
            SnoopResult one = _caches[BitOperations.TrailingZeroCount(rest)]!.Snoop(request);
            snoops.Increment();
            result.HasCopy |= one.HasCopy;
            result.WasWritable |= one.WasWritable;
            result.Delay = SimTime.Max(result.Delay, one.Delay);
            if (!one.IsDirty) continue;
            result.IsDirty = true;
            result.Value = one.Value;
            result.SuppliedAt = one.SuppliedAt;
        }

        if (request.Kind == SnoopKind.Own && asked != 0 && (learns || result.IsDirty)) SetHolders(request.Line, HoldersOf(request.Line) & ~asked);
        return result;
    }

    private int HoldersOf(long line) => Math.Max(_holders.Find(line), 0);

    private int Others(long line, int exceptPort) => exceptPort < 0 ? HoldersOf(line) : HoldersOf(line) & ~(1 << exceptPort);

    private void SetHolders(long line, int ports)
    {
        if (ports == 0) _holders.Remove(line);
        else _holders.Set(line, ports);
    }
}
