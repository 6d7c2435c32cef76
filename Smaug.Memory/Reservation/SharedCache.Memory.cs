using Smaug.Memory.Coherence;

namespace Smaug.Memory.Reservation;

/// <summary>The side of memory: fetches, replacements, and the accesses of DMA engines.</summary>
internal sealed partial class SharedCache
{
    private const int Nobody = -1;

    /// <summary>A DMA engine's access, decided in a cycle.</summary>
    public void DmaAccess(ref LineRequest request, long cycle)
    {
        // DMA writes travel without their data's bytes being counted on the link, as measured.
        request.At = _links.Send(request.Node, DirectoryNode, cycle, _options.DmaRequestCycles, _controlBytes, LinkReservations.Requests);
        DmaAtDirectory(request);
    }

    /// <summary>DRAM has the answer to a request of a number.</summary>
    public void DramAnswered(int number, long time)
    {
        LineRequest request = _pending[number];
        _pending.Remove(number);
        long cycle = CycleOf(time);
        if (request.IsCore || request.Access is LineAccess.PortRead or LineAccess.PortWrite)
        {
            EndFetch(request, cycle);
            return;
        }

        if (request.IsRecalled) _links.Send(DirectoryNode, Node, cycle, 2 * _options.DirectoryMemoryCycles, _controlBytes, LinkReservations.Answers);
        int bytes = request.Access == LineAccess.DmaRead ? _dataBytes : _controlBytes;
        long answered = _links.Send(DirectoryNode, request.Node, cycle, 2 * _options.DirectoryMemoryCycles, bytes, LinkReservations.Answers);

        // The engine sees an answer on a clock edge just behind that edge.
        request.Agent.Answered(request.Slot, (answered * _period) + 1);
    }

    private void DmaAtDirectory(in LineRequest request)
    {
        int index = _tags.Find(request.Line);
        bool write = request.Access == LineAccess.DmaWrite;
        if (index < 0)
        {
            long address = (request.Line << _lineShift) + request.Offset;
            ToMemory(request.At, address, request.Bytes, write, _pending.Add(request));
            return;
        }

        if (_tags.States[index] == Fetching)
        {
            _waiting.Add(request);
            return;
        }

        _recalls.Increment();
        long told = _links.Send(DirectoryNode, Node, request.At, _options.DirectoryCycles, _controlBytes, LinkReservations.Forwards);
        long collected = Collect(index, Math.Max(told, _settled[index]), out _);
        long given = _links.Send(Node, DirectoryNode, collected, _options.L2ResponseCycles, _dataBytes, LinkReservations.Answers);
        _tags.Clear(index);
        ToMemory(given, request.Line << _lineShift, _options.LineBytes, isWrite: true, _pending.Add(request with { IsRecalled = true }));
    }

    private void Fetch(in LineRequest request)
    {
        int index = _tags.Place(request.Line);
        if (index < 0)
        {
            // Every line of the set is on its way: the request waits for one of them.
            _waiting.Add(request);
            return;
        }

        _misses.Increment();
        if (_tags.Lines[index] != TagArray.NoLine) Replace(index, request.At);
        _tags.Lines[index] = request.Line;
        _tags.States[index] = Fetching;
        _tags.Busy[index] = true;
        long atDirectory = _links.Send(Node, DirectoryNode, request.At, _options.L2RequestCycles, _controlBytes, LinkReservations.Requests);
        ToMemory(atDirectory, request.Line << _lineShift, _options.LineBytes, isWrite: false, _pending.Add(request));
    }

    private void Replace(int index, long at)
    {
        long line = _tags.Lines[index];
        long collected = Collect(index, Math.Max(at, _settled[index]), out bool dirty);
        _tags.Clear(index);
        if (!dirty) return;
        _writeBacks.Increment();
        long given = _links.Send(Node, DirectoryNode, collected, _options.L2ResponseCycles, _dataBytes, LinkReservations.Answers);
        ToMemory(given, line << _lineShift, _options.LineBytes, isWrite: true, Nobody);
    }

    /// <summary>Takes a line from all private caches.</summary>
    private long Collect(int index, long at, out bool dirty)
    {
        dirty = _tags.Dirty[index];
        long line = _tags.Lines[index];
        if (_tags.States[index] == SharedState) return Invalidate(_sharers[index], Node, line, at);
        if (_tags.States[index] != OwnedByCore) return at;
        int owner = _owners[index];
        bool modified = _caches[owner]!.Drop(line);
        dirty |= modified;
        long told = _links.Send(Node, owner, at, _options.L2ForwardCycles, _controlBytes, LinkReservations.Forwards);
        return _links.Send(owner, Node, told, _options.L1ResponseCycles, modified ? _dataBytes : _controlBytes, LinkReservations.Answers);
    }

    private void EndFetch(in LineRequest request, long cycle)
    {
        long atCache = _links.Send(DirectoryNode, Node, cycle, 2 * _options.DirectoryMemoryCycles, _dataBytes, LinkReservations.Answers);
        int index = _tags.Find(request.Line);
        _tags.Busy[index] = false;
        _tags.Dirty[index] = false;
        _tags.Touch(index);
        _sharers[index] = 0;
        switch (request.Access)
        {
            case LineAccess.PortRead:
                // A line that has just come is passed on a cycle sooner than one that is read from the array.
                _tags.States[index] = OwnedHere;
                _settled[index] = atCache;
                Answer(request, _links.Send(Node, request.Node, atCache, Math.Max(0, _options.L2ResponseCycles - 1), _dataBytes, LinkReservations.Answers));
                break;
            case LineAccess.PortWrite:
                Merge(request, index, atCache);
                break;
            default:
                Own(request, index, Data(request, atCache));
                break;
        }

        if (_waiting.Count > 0) GoOn(atCache);
    }

    /// <summary>Lets all requests that wait for a line go on: those whose line is still on its way wait again.</summary>
    private void GoOn(long cycle)
    {
        int count = _waiting.Count;
        for (int i = 0; i < count; i++)
        {
            LineRequest request = _waiting[i];
            request.At = Math.Max(request.At, cycle);
            if (request.Access >= LineAccess.DmaRead) DmaAtDirectory(request);
            else Access(request);
        }

        _waiting.RemoveRange(0, count);
    }

    private void ToMemory(long cycle, long address, int bytes, bool isWrite, int number) =>
        _scheduler.Access((cycle + _options.DirectoryMemoryCycles) * _period, address, bytes, isWrite, number);
}
