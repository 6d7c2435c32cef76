using System.Runtime.CompilerServices;
namespace Smaug.Memory.Reservation;

/// <summary>The side of memory: fetches, replacements, and the accesses of DMA engines.</summary>
internal sealed partial class SharedCache
{
    private const int Nobody = -1;

    /// <summary>A DMA engine's access, decided in a cycle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void DmaAccess(int number, long cycle)
    {
        // DMA writes travel without their data's bytes being counted on the link, as measured.
        ref LineRequest request = ref _requests[number];
        request.At = _links.Send(request.Node, DirectoryNode, cycle, _options.DmaRequestCycles, _controlSlots);
        DmaAtDirectory(number);
    }

    /// <summary>DRAM has the answer to a request of a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void DramAnswered(int number, long time)
    {
        ref LineRequest request = ref _requests[number];
        long cycle = CycleOf(time);
        if (request.Access < LineAccess.DmaRead)
        {
            EndFetch(number, cycle);
            return;
        }

        if (request.IsRecalled) _links.Send(DirectoryNode, NodeOf(request.Line), cycle, 2 * _options.DirectoryMemoryCycles, _controlSlots);
        int slots = request.Access == LineAccess.DmaRead ? _dataSlots : _controlSlots;
        long answered = _links.Send(DirectoryNode, request.Node, cycle, 2 * _options.DirectoryMemoryCycles, slots);

        // The engine sees an answer on a clock edge just behind that edge.
        Tell(number, (answered * _period) + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void DmaAtDirectory(int number)
    {
        ref LineRequest request = ref _requests[number];
        int index = _lines.Find(request.Line);
        if (index < 0)
        {
            long address = (request.Line << _lineShift) + request.Offset;
            ToMemory(request.At, address, request.Bytes, request.Access == LineAccess.DmaWrite, number);
            return;
        }

        if (_lines[index].State == Fetching)
        {
            _waiting.Add(number);
            return;
        }

        BankOf(request.Line).Recalls.Increment();
        _recalls.Recall(number, request.At);
    }

    /// <summary>The L2 gets the recall for an access in a cycle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Recalled(int number, long cycle)
    {
        ref LineRequest request = ref _requests[number];
        int index = _lines.Find(request.Line);
        if (index < 0)
        {
            // The line has left the L2 meanwhile, and what it held is in memory: the access goes there, when the directory knows it.
            request.At = _links.Send(NodeOf(request.Line), DirectoryNode, cycle, _options.L2ResponseCycles, _controlSlots);
            DmaAtDirectory(number);
            return;
        }

        if (_lines[index].State == Fetching)
        {
            request.At = cycle;
            _waiting.Add(number);
            return;
        }

        _recalls.Give(number, Collect(index, cycle, out _));
        _lines.Clear(index);
        request.IsRecalled = true;
    }

    /// <summary>The directory gets the recalled line of an access in a cycle.</summary>
    public void GivenBack(int number, long cycle) => ToMemory(cycle, _requests[number].Line << _lineShift, _options.LineBytes, isWrite: true, number);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fetch(ref LineRequest request, int number)
    {
        int index = _lines.Place(request.Line);
        if (index < 0)
        {
            // Every line of the set is on its way: the request waits for one of them.
            _waiting.Add(number);
            return;
        }

        BankOf(request.Line).Misses.Increment();
        if (!_lines.IsEmpty(index)) Replace(index, request.At);
        _lines.Put(index, request.Line);
        ref CachedLine line = ref _lines[index];
        line.State = Fetching;
        line.IsBusy = true;
        request.SharedPlace = index;
        long atDirectory = _links.Send(NodeOf(request.Line), DirectoryNode, request.At, _options.L2RequestCycles, _controlSlots);
        ToMemory(atDirectory, request.Line << _lineShift, _options.LineBytes, isWrite: false, number);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Replace(int index, long at)
    {
        long line = _lines.NumberOf(index);
        long collected = Collect(index, at, out bool dirty);
        _lines.Clear(index);
        if (!dirty) return;
        BankOf(line).WriteBacks.Increment();
        long given = _links.Send(NodeOf(line), DirectoryNode, collected, _options.L2ResponseCycles, _dataSlots);
        ToMemory(given, line << _lineShift, _options.LineBytes, isWrite: true, Nobody);
    }

    /// <summary>Takes a line from all private caches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long Collect(int index, long from, out bool dirty)
    {
        ref CachedLine line = ref _lines[index];
        long at = Math.Max(from, line.Ready);
        dirty = line.IsDirty;
        if (line.State is not (SharedState or OwnedByCore)) return at;
        long number = _lines.NumberOf(index);
        int bank = NodeOf(number);
        if (line.State == SharedState) return Invalidate(_sharers[index], bank, number, at);
        int owner = line.Owner;
        bool modified = _caches[owner]!.Drop(number);
        dirty |= modified;
        long told = _links.Send(bank, owner, at, _options.L2ForwardCycles, _controlSlots, isForward: true);
        return _links.Send(owner, bank, told, _options.L1ResponseCycles, modified ? _dataSlots : _controlSlots);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void EndFetch(int number, long cycle)
    {
        ref LineRequest request = ref _requests[number];
        long atCache = _links.Send(DirectoryNode, NodeOf(request.Line), cycle, 2 * _options.DirectoryMemoryCycles, _dataSlots);
        int index = request.SharedPlace;
        ref CachedLine line = ref _lines[index];
        line.IsBusy = false;
        line.IsDirty = false;
        _lines.Touch(index);
        switch (request.Access)
        {
            case LineAccess.PortRead:
                // A line that has just come is passed on a cycle sooner than one that is read from the array.
                line.State = OwnedHere;
                line.Ready = atCache;
                Answer(number, _links.Send(NodeOf(request.Line), request.Node, atCache, Math.Max(0, _options.L2ResponseCycles - 1), _dataSlots));
                break;
            case LineAccess.PortWrite:
                Merge(number, index, atCache);
                break;
            default:
                Own(number, index, Data(request, atCache));
                break;
        }

        if (_waiting.Count > 0) GoOn(atCache);
    }

    /// <summary>Lets all requests that wait for a line go on: those whose line is still on its way wait again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GoOn(long cycle)
    {
        int count = _waiting.Count;
        for (int i = 0; i < count; i++)
        {
            int number = _waiting[i];
            ref LineRequest request = ref _requests[number];
            request.At = Math.Max(request.At, cycle);
            if (request.Access >= LineAccess.DmaRead) DmaAtDirectory(number);
            else Access(ref request, number);
        }

        _waiting.RemoveRange(0, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ToMemory(long cycle, long address, int bytes, bool isWrite, int number) =>
        _scheduler.Access((cycle + _options.DirectoryMemoryCycles) * _period, address, bytes, isWrite, number);
}
