using System.Globalization;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Dram.Traces;

/// <summary>
/// Runs a trace through a transaction-level memory as fast as it accepts (earliest cycles of a timed trace count in tCK).
/// The run ends with the last response; writes below the low mark may stay queued. The tag of a request is its number.
/// </summary>
public sealed class TransactionTraceRun : ITransactionListener
{
    private const int ProgressEvery = 1 << 16;
    private readonly DramTraceReader _trace;
    private readonly ITransactionListener? _log;
    private readonly int _packetBytes;
    private readonly bool _wraps;
    private readonly ulong _capacity;
    private readonly SimTime _clock;
    private DramTraceRequest _request;
    private SimTime _arrival;
    private bool _holdsRequest;
    private bool _ended;
    private long _responses;

    /// <summary>Prepares a run with a memory of its own.</summary>
    /// <param name="configuration">Devices, queues and policies of one channel.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="channels">Channels, a power of two.</param>
    /// <param name="packetBytes">Bytes of each request. Default 64.</param>
    /// <param name="wrapAddresses">Whether addresses beyond the devices wrap round; else they are errors.</param>
    /// <param name="log">Receives every response.</param>
    /// <param name="observe">Gives what watches bursts and commands of a channel, or null.</param>
    public TransactionTraceRun(TransactionConfiguration configuration, DramTraceReader trace, int channels = 1, int packetBytes = 64,
        bool wrapAddresses = false, ITransactionListener? log = null, Func<int, ITransactionObserver?>? observe = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (packetBytes < 1) throw new ConfigurationException($"packet bytes = {packetBytes}: must be at least 1");
        _trace = trace;
        _log = log;
        _packetBytes = packetBytes;
        _wraps = wrapAddresses;
        Memory = new TransactionMemory(configuration, channels, this, observe);
        _capacity = (ulong)Memory.CapacityBytes;
        _clock = configuration.Timing.Clock;
    }

    /// <summary>The memory.</summary>
    public TransactionMemory Memory { get; }

    /// <summary>Requests accepted.</summary>
    public long Requests { get; private set; }

    /// <summary>Runs until every request is answered.</summary>
    /// <exception cref="InputFormatException">The trace is malformed or an address lies beyond the devices.</exception>
    public void ToEnd(IProgress<DramTraceProgress>? progress = null, CancellationToken cancellation = default)
    {
        Memory.ScheduleWakeUp(SimTime.Zero);
        long reported = 0;
        for (long step = 1; !_ended || _responses < Requests; step++)
        {
            Memory.ProcessNextEvent();
            if (step % ProgressEvery == 0) cancellation.ThrowIfCancellationRequested();
            if (Requests - reported < ProgressEvery) continue;
            reported = Requests;
            cancellation.ThrowIfCancellationRequested();
            long cycle = Memory.Now.Picoseconds / _clock.Picoseconds;
            progress?.Report(new DramTraceProgress(Requests, _trace.BytesRead, _trace.TotalBytes, cycle));
        }
    }

    /// <inheritdoc/>
    public void OnResponse(in TransactionResponse response)
    {
        _responses++;
        _log?.OnResponse(in response);
    }

    /// <inheritdoc/>
    public void OnRetry(bool isWrite) => Memory.ScheduleWakeUp(Memory.Now);

    /// <inheritdoc/>
    public void OnWakeUp()
    {
        while (_holdsRequest || TryRead())
        {
            if (_arrival > Memory.Now)
            {
                Memory.ScheduleWakeUp(_arrival);
                return;
            }

            if (!Memory.TryAccept(Memory.Now, _request.Address, _packetBytes, _request.IsWrite, Requests)) return;
            Requests++;
            _holdsRequest = false;
        }
    }

    private bool TryRead()
    {
        if (!_trace.TryRead(out _request))
        {
            _ended = true;
            return false;
        }

        if (_request.Address >= _capacity)
        {
            if (!_wraps)
            {
                throw Bad($"address 0x{_request.Address:x} lies beyond the devices; the highest is 0x{_capacity - 1:x}; use more channels or ranks, or let addresses wrap");
            }

            _request = _request with { Address = _request.Address % _capacity };
        }

        if (!Memory.FitsOneChannel(_request.Address, _packetBytes))
        {
            throw Bad($"a request of {_packetBytes} bytes at 0x{_request.Address:x} lies in more than one channel, which change every {Memory.InterleaveBytes} bytes; align it");
        }

        if (_request.EarliestCycle > long.MaxValue / _clock.Picoseconds)
        {
            throw Bad($"cycle {_request.EarliestCycle} lies beyond the end of simulated time; the last is {long.MaxValue / _clock.Picoseconds}");
        }

        _arrival = new SimTime(_request.EarliestCycle * _clock.Picoseconds);
        _holdsRequest = true;
        return true;
    }

    private InputFormatException Bad(FormattableString detail) =>
        new(_trace.Name, (int)Math.Min(_trace.Line, int.MaxValue), 0, detail.ToString(CultureInfo.InvariantCulture));
}
