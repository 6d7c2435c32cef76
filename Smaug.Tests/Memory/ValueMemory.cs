using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Tests.Memory;

/// <summary>A memory that keeps values and answers 50 ns after the buses.</summary>
internal sealed class ValueMemory(Simulator simulator, int lineBytes) : MemoryPort(simulator, "values")
{
    private readonly Dictionary<long, long> _values = [];
    private readonly Responder _responder = new();
    private IMemoryRequester? _refused;

    /// <summary>Whether lines that leave a cache are refused.</summary>
    public bool RefusesWriteBacks { get; private set; }

    /// <summary>Lines read, in order.</summary>
    public List<long> Reads { get; } = [];

    public void RefuseWriteBacks() => RefusesWriteBacks = true;

    public void TakeWriteBacks()
    {
        RefusesWriteBacks = false;
        _refused?.Retry(this);
    }

    public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
    {
        if (RefusesWriteBacks && request.Command == MemoryCommand.WriteBack)
        {
            _refused = sender;
            return false;
        }

        long line = request.Address / lineBytes;
        if (request.Command == MemoryCommand.Read) Reads.Add(line);
        if (request.CarriesDataDown) _values[line] = request.Value;
        else if (request.CarriesDataUp) request.Value = _values.GetValueOrDefault(line);
        SimTime delay = request.HeaderDelay + 50.Nanoseconds();
        request.HeaderDelay = SimTime.Zero;
        Simulator.ScheduleAfter(delay, _responder, _responder.Add(request));
        return true;
    }

    private sealed class Responder : EventTarget
    {
        private readonly Dictionary<long, MemoryRequest> _requests = [];
        private long _next;

        public long Add(MemoryRequest request)
        {
            _requests.Add(_next, request);
            return _next++;
        }

        public override void Handle(SimTime now, long tag)
        {
            if (_requests.Remove(tag, out MemoryRequest? request)) request.Respond();
        }
    }
}
