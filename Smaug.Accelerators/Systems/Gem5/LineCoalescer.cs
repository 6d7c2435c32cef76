using System.Numerics;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;

namespace Smaug.Accelerators.Systems.Gem5;

/// <summary>
/// The sequencer rule of a private cache: requests for a line that is under way wait for it inside the sequencer and are
/// answered with it, instead of being refused. Only a store behind a load has to ask the cache again.
/// </summary>
internal sealed class LineCoalescer : MemoryPort, IMemoryRequester
{
    private readonly MemoryPort _cache;
    private readonly int _maximum;
    private readonly int _lineShift;
    private readonly Dictionary<long, Queue<MemoryRequest>> _lines = [];
    private readonly Stack<Queue<MemoryRequest>> _free = new();
    private readonly Queue<MemoryRequest> _again = new();
    private readonly RetryList _retries;
    private int _underWay;

    public LineCoalescer(Simulator simulator, MemoryPort cache, int lineBytes, int maximum) : base(simulator, cache.Name)
    {
        _cache = cache;
        _maximum = maximum;
        _lineShift = BitOperations.Log2((uint)lineBytes);
        _retries = new RetryList(this);
    }

    public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
    {
        if (_underWay == _maximum)
        {
            _retries.Add(sender);
            return false;
        }

        long line = request.Address >> _lineShift;
        if (_lines.TryGetValue(line, out Queue<MemoryRequest>? waiting))
        {
            waiting.Enqueue(request);
            _underWay++;
            return true;
        }

        request.PushRoute(this);
        if (!_cache.TrySend(request, sender))
        {
            request.PopRoute();
            return false;
        }

        _lines.Add(line, _free.TryPop(out Queue<MemoryRequest>? queue) ? queue : new Queue<MemoryRequest>());
        _underWay++;
        return true;
    }

    public void Complete(MemoryRequest request)
    {
        long line = request.Address >> _lineShift;
        Queue<MemoryRequest> waiting = _lines[line];
        bool writable = request.Command != MemoryCommand.Read;
        _underWay--;
        request.Respond();
        while (waiting.TryPeek(out MemoryRequest? next) && (writable || next.Command == MemoryCommand.Read))
        {
            waiting.Dequeue();
            _underWay--;
            next.Respond();
        }

        if (waiting.TryDequeue(out MemoryRequest? first))
        {
            first.PushRoute(this);
            Ask(first);
        }
        else
        {
            _lines.Remove(line);
            _free.Push(waiting);
        }

        if (_retries.Count > 0) _retries.Notify();
    }

    /// <summary>The cache has room again for stores that stood behind a load.</summary>
    public void Retry(MemoryPort port)
    {
        while (_again.TryPeek(out MemoryRequest? request) && _cache.TrySend(request, this)) _again.Dequeue();
    }

    private void Ask(MemoryRequest request)
    {
        if (_again.Count > 0 || !_cache.TrySend(request, this)) _again.Enqueue(request);
    }
}
