using Smaug.Core.Execution;
using Smaug.Core.Units;
using Smaug.Memory.Interconnect;

namespace Smaug.Memory.Caches;

/// <summary>What the crossbar below asks on behalf of other agents.</summary>
public sealed partial class Cache
{
    SnoopResult ISnooper.Snoop(in SnoopRequest request)
    {
        SnoopResult result = default;
        if (_above is not null)
        {
            result = _above.SnoopAbove(request);
            // A line that a cache above supplies passes this one like a miss, in the other direction.
            if (result.IsDirty) result.SuppliedAt += _clock.Cycles(_options.TagCycles);
        }

        result.Delay += _clock.Cycles(_options.TagCycles);
        int index = _tags.Find(request.Line);
        if (index >= 0)
        {
            byte state = _tags.States[index];
            result.HasCopy = true;
            result.WasWritable |= (state & WritableBit) != 0;
            if ((state & DirtyBit) != 0 && !result.IsDirty && request.WantsData) _linesOut++;
            Supply(ref result, (state & DirtyBit) != 0, _tags.Values[index], request.Header);
            if (request.Kind == SnoopKind.Own) _tags.Clear(index);
            else if (request.Kind == SnoopKind.Share) _tags.States[index] = (byte)(state & ~WritableBit);
            if (result.IsDirty && request.Kind != SnoopKind.Own) _tags.Values[index] = result.Value;
        }

        foreach (MemoryRequest leaving in _leaving)
        {
            if (leaving.Command != MemoryCommand.WriteBack || leaving.Address >> _lineShift != request.Line) continue;
            result.HasCopy = true;
            Supply(ref result, isDirty: true, leaving.Value, request.Header);
            if (request.Kind == SnoopKind.Own) leaving.Command = MemoryCommand.CleanEvict;
            else if (request.Kind == SnoopKind.Share) leaving.Writable = false;
        }

        return result;
    }

    bool ISnooper.IsSettled(long line)
    {
        if (_above is null) return true;
        if (!_above.AreSettled(line)) return false;
        // What waits for this cache has got no copy yet. To wait for it would be to wait for this cache, which may wait for who asks.
        return _above.Passed(line) is not { } request || (FindMiss(line) is var miss and >= 0 && _missEntries[miss].Holds(request));
    }

    private void Supply(ref SnoopResult result, bool isDirty, long value, SimTime header)
    {
        if (!isDirty || result.IsDirty) return;
        result.IsDirty = true;
        result.Value = value;
        result.SuppliedAt = _clock.Edge(_options.DataCycles) + header;
    }
}
