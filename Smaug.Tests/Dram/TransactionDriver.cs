using Smaug.Core.Units;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Tests.Dram;

/// <summary>
/// The driver of the golden runs: offers the packets of a trace one after the other, in one event where the period is 0,
/// else one period after the last acceptance; a refused packet waits for the retry call.
/// </summary>
internal sealed class TransactionDriver : ITransactionListener
{
    private readonly IReadOnlyList<(ulong Address, bool IsWrite)> _trace;
    private readonly SimTime _period;
    private readonly TransactionController _controller;
    private readonly ulong _bytes;
    private int _next;

    public TransactionDriver(TransactionConfiguration configuration, IReadOnlyList<(ulong Address, bool IsWrite)> trace, SimTime period)
    {
        _trace = trace;
        _period = period;
        _bytes = (ulong)configuration.CapacityBytes;
        _controller = new TransactionController(configuration, this);
        Arrivals = new long[trace.Count];
        Departures = new long[trace.Count];
    }

    public long[] Arrivals { get; }

    public long[] Departures { get; }

    public int Responses { get; private set; }

    public TransactionController Controller => _controller;

    public SimTime End { get; private set; }

    public void Run()
    {
        _controller.ScheduleWakeUp(SimTime.Zero);
        while (Responses < _trace.Count) _controller.ProcessNextEvent();
        End = _controller.Now;
    }

    public ulong Address(int index) => _trace[index].Address % _bytes;

    public void OnResponse(in TransactionResponse response)
    {
        Responses++;
        Departures[response.Tag] = response.Time.Picoseconds;
    }

    public void OnRetry(bool isWrite) => _controller.ScheduleWakeUp(_controller.Now);

    public void OnWakeUp()
    {
        while (_next < _trace.Count)
        {
            SimTime now = _controller.Now;
            int index = _next;
            Arrivals[index] = now.Picoseconds;
            if (!_controller.TryAccept(now, Address(index), 64, _trace[index].IsWrite, index)) return;
            _next++;
            if (_period == SimTime.Zero) continue;
            _controller.ScheduleWakeUp(now + _period);
            return;
        }
    }
}
