using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Analytical;

/// <summary>
/// A port that takes blocks of any size, sets them up one after the other, streams them in pieces of some lines, and
/// answers when the last line is through. The pieces of all ports compete for DRAM.
/// </summary>
internal abstract class AnalyticalPort : MemoryPort
{
    private const int PieceBytes = 512;

    private readonly Queue<MemoryRequest> _settingUp = new();
    private readonly Queue<MemoryRequest> _waiting = new();
    private readonly Queue<MemoryRequest> _answering = new();
    private readonly Events _events;
    private MemoryRequest? _current;
    private long _position;
    private SimTime _setupFree;
    private SimTime _lastAnswer;
    private SimTime _tail;

    protected AnalyticalPort(Simulator simulator, string name, AnalyticalMemory memory)
        : base(simulator, name)
    {
        Memory = memory;
        _events = new Events(this);
    }

    protected AnalyticalMemory Memory { get; }

    /// <summary>Whether blocks stream as soon as they are set up; otherwise when none is being set up any more.</summary>
    protected virtual bool IsPipelined => true;

    public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
    {
        _settingUp.Enqueue(request);
        _setupFree = SimTime.Max(_setupFree, Simulator.Now) + Setup(request);
        Simulator.Schedule(_setupFree, _events, Events.SetUp);
        return true;
    }

    /// <summary>Time for which the block keeps the set-up unit.</summary>
    protected virtual SimTime Setup(MemoryRequest request) => SimTime.Zero;

    /// <summary>Moves a piece that lies within one page.</summary>
    /// <param name="request">The block.</param>
    /// <param name="address">Where the piece begins.</param>
    /// <param name="lines">Lines of the piece.</param>
    /// <param name="endsPage">Whether the block leaves the page after this piece.</param>
    /// <param name="tail">Time from the end of the stream to the answer, if this is the last piece.</param>
    /// <returns>When the next piece may follow.</returns>
    protected abstract SimTime Move(MemoryRequest request, long address, long lines, bool endsPage, out SimTime tail);

    private void SetUpDone()
    {
        _waiting.Enqueue(_settingUp.Dequeue());
        if (_current is null && (IsPipelined || _settingUp.Count == 0)) Next();
    }

    private void Next()
    {
        if (!_waiting.TryDequeue(out _current)) return;
        _position = 0;
        _tail = SimTime.Zero;
        MovePiece();
    }

    private void MovePiece()
    {
        MemoryRequest request = _current!;
        if (_position >= request.Bytes)
        {
            _answering.Enqueue(request);
            _lastAnswer = SimTime.Max(_lastAnswer, Simulator.Now + _tail);
            Simulator.Schedule(_lastAnswer, _events, Events.Answer);
            _current = null;
            Next();
            return;
        }

        int line = Memory.Configuration.LineBytes;
        long address = request.Address + _position;
        long pageLeft = PageDirectory.PageBytes - address % PageDirectory.PageBytes;
        long bytes = Math.Min(Math.Min(PieceBytes, request.Bytes - _position), pageLeft);
        long lines = (address + bytes + line - 1) / line - address / line;
        bool endsPage = bytes == pageLeft || _position + bytes == request.Bytes;
        SimTime next = Move(request, address, lines, endsPage, out _tail);
        _position += bytes;
        Simulator.Schedule(next, _events, Events.Piece);
    }

    private sealed class Events(AnalyticalPort port) : EventTarget
    {
        public const long SetUp = 0;
        public const long Piece = 1;
        public const long Answer = 2;

        public override void Handle(SimTime now, long tag)
        {
            if (tag == SetUp) port.SetUpDone();
            else if (tag == Piece) port.MovePiece();
            else port._answering.Dequeue().Respond();
        }
    }
}
