using Smaug.Core.Execution;
using Smaug.Core.Simulation;

namespace Smaug.Accelerators.Systolic.Execution;

/// <summary>
/// The traffic of one double-buffered scratchpad: pieces of at most half of it, which move one after the other while the array
/// works on the other half. The array goes through the pieces at an even pace.
/// </summary>
internal sealed class DoubleBuffer
{
    private const int RequestBytes = 4096;
    private const int OutstandingRequests = 16;
    private readonly AcceleratorContext _context;
    private readonly string _name;
    private readonly HostTransfer[] _transfers;
    private readonly long _half;
    private readonly Queue<Wait> _outstanding = new();
    private int _transfer;
    private long _position;
    private long _steps;
    private Process? _moving;

    /// <param name="context">The place in the SoC.</param>
    /// <param name="name">Name of the scratchpad.</param>
    /// <param name="transfers">What it moves, in order, all in one direction.</param>
    /// <param name="bytes">Size of the scratchpad, both halves.</param>
    public DoubleBuffer(AcceleratorContext context, string name, IEnumerable<HostTransfer> transfers, long bytes)
    {
        _context = context;
        _name = name;
        _transfers = [.. transfers];
        _half = Math.Max(1, bytes / 2);
        long total = 0;
        foreach (HostTransfer transfer in _transfers) total += transfer.Bytes;
        Pieces = (total + _half - 1) / _half;
        IsStore = _transfers.Length > 0 && _transfers[0].IsStore;
    }

    /// <summary>Number of pieces.</summary>
    public long Pieces { get; }

    /// <summary>Whether results go to memory; otherwise operands come from it.</summary>
    public bool IsStore { get; }

    /// <summary>Whether no movement is under way.</summary>
    public bool IsIdle => _moving is null || _moving.IsCompleted;

    /// <summary>
    /// Cycle of a computation at which the next step is due: operands, when the array begins with a piece, results, when one is
    /// complete.
    /// </summary>
    /// <param name="cycles">Cycles of the whole computation.</param>
    public long NextCycle(long cycles) =>
        _steps >= Pieces ? long.MaxValue : (long)((Int128)cycles * (_steps + (IsStore ? 1 : 0)) / Pieces);

    /// <summary>
    /// Takes the next step, when nothing is under way any more. The array begins with the piece that has come, so that there is room
    /// for the one after it; or it has completed a piece, which goes to memory.
    /// </summary>
    public void Step()
    {
        _steps++;
        if (IsStore || _steps < Pieces) Begin();
    }

    /// <summary>Begins to move the next piece.</summary>
    public void Begin() => _moving = _context.Simulator.Start($"accelerator {_context.Index} {_name}", Move);

    /// <summary>Waits until the piece that is under way has been moved.</summary>
    public async Task Finish()
    {
        if (_moving is not { } moving) return;
        _moving = null;
        await moving;
    }

    private async Task Move()
    {
        for (long left = _half; left > 0 && _transfer < _transfers.Length;)
        {
            HostTransfer transfer = _transfers[_transfer];
            MemoryPort port = _context.Port(transfer.Role);
            long address = _context.Address(transfer.Buffer, transfer.Offset + transfer.Bytes) + transfer.Offset + _position;
            int bytes = (int)Math.Min(Math.Min(left, RequestBytes), transfer.Bytes - _position);
            if (_outstanding.Count == OutstandingRequests) await _outstanding.Dequeue();
            _outstanding.Enqueue(transfer.IsStore ? port.WriteAsync(address, bytes, _context.Index) : port.ReadAsync(address, bytes, _context.Index));
            left -= bytes;
            _position += bytes;
            if (_position < transfer.Bytes) continue;
            _position = 0;
            _transfer++;
        }

        while (_outstanding.Count > 0) await _outstanding.Dequeue();
    }
}
