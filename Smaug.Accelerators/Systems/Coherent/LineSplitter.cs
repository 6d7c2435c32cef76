using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Coherent;

/// <summary>
/// A port that takes blocks and sends their lines to a port that takes lines, a limited number at a time; the block is
/// answered with its last line. Prefetched blocks are answered at once and go on beside the others.
/// </summary>
internal sealed class LineSplitter : MemoryPort, IMemoryRequester
{
    private const int PrefetchWindow = 4;

    private readonly MemoryPort _lines;
    private readonly int _lineBytes;
    private readonly Lane _demand;
    private readonly Lane _prefetch;
    private readonly RequestPool _requests = new();
    private readonly Queue<MemoryRequest> _answers = new();
    private readonly Events _events;

    /// <summary>Creates the port.</summary>
    /// <param name="lines">Where lines go.</param>
    /// <param name="lineBytes">Bytes of a line.</param>
    /// <param name="window">Lines of a block that may be under way.</param>
    public LineSplitter(MemoryPort lines, int lineBytes, int window)
        : base(lines.Simulator, lines.Name)
    {
        _lines = lines;
        _lineBytes = lineBytes;
        _demand = new Lane(0, window);
        _prefetch = new Lane(1, PrefetchWindow);
        _events = new Events(this);
    }

    public override bool HasMemoryAt(long address, int bytes) => _lines.HasMemoryAt(address, bytes);

    public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
    {
        bool isPrefetch = request.Command == MemoryCommand.Prefetch;
        Lane lane = isPrefetch ? _prefetch : _demand;
        MemoryCommand command = isPrefetch ? MemoryCommand.Read : request.Command;
        lane.Blocks.Enqueue(new Block(command, request.Address, request.Bytes, request.RequesterId, isPrefetch ? null : request));
        if (isPrefetch) Answer(request);
        if (lane.Outstanding == 0 && lane.Refused is null) Send(lane);
        return true;
    }

    public void Complete(MemoryRequest request)
    {
        Lane lane = request.Tag == 0 ? _demand : _prefetch;
        _requests.Return(request);
        lane.Outstanding--;
        if (lane.Outstanding == 0 && lane.Refused is null && lane.Position >= lane.Blocks.Peek().Bytes)
        {
            if (lane.Blocks.Dequeue().Owner is { } owner) Answer(owner);
            lane.Position = 0;
        }

        Send(lane);
    }

    public void Retry(MemoryPort port)
    {
        SendRefused(_demand);
        SendRefused(_prefetch);
    }

    private void SendRefused(Lane lane)
    {
        if (lane.Refused is not { } request || !_lines.TrySend(request, this)) return;
        lane.Refused = null;
        Send(lane);
    }

    private void Send(Lane lane)
    {
        while (lane.Outstanding < lane.Window && lane.Refused is null && lane.Blocks.TryPeek(out Block block) && lane.Position < block.Bytes)
        {
            long address = block.Address + lane.Position;
            int bytes = (int)Math.Min(_lineBytes - address % _lineBytes, block.Bytes - lane.Position);
            MemoryRequest request = _requests.Take();
            request.Set(this, block.Command, address, bytes, block.RequesterId);
            request.Tag = lane.Number;
            request.IssueTime = Simulator.Now;
            lane.Position += bytes;
            lane.Outstanding++;
            if (!_lines.TrySend(request, this)) lane.Refused = request;
        }
    }

    private void Answer(MemoryRequest request)
    {
        _answers.Enqueue(request);
        Simulator.Schedule(Simulator.Now, _events);
    }

    private readonly record struct Block(MemoryCommand Command, long Address, int Bytes, int RequesterId, MemoryRequest? Owner);

    private sealed class Lane(int number, int window)
    {
        public int Number { get; } = number;

        public int Window { get; } = window;

        public Queue<Block> Blocks { get; } = new();

        /// <summary>Bytes of the first block that have been sent.</summary>
        public long Position { get; set; }

        /// <summary>Lines that have been sent, or refused, and are not answered.</summary>
        public int Outstanding { get; set; }

        public MemoryRequest? Refused { get; set; }
    }

    private sealed class Events(LineSplitter port) : EventTarget
    {
        public override void Handle(SimTime now, long tag) => port._answers.Dequeue().Respond();
    }
}
