using System.Globalization;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Dram.Traces;

/// <summary>
/// Runs a trace through a transaction-level controller as fast as it accepts (earliest cycles of a timed trace count in tCK).
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
    private DramTraceRequest _request;
    private bool _holdsRequest;
    private bool _ended;
    private long _responses;

    /// <summary>Prepares a run with a controller of its own.</summary>
    /// <param name="configuration">Devices, queues and policies.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="packetBytes">Bytes of each request. Default 64.</param>
    /// <param name="wrapAddresses">Whether addresses beyond the devices wrap round; else they are errors.</param>
    /// <param name="log">Receives every response.</param>
    /// <param name="observer">Watches bursts and commands.</param>
    public TransactionTraceRun(TransactionConfiguration configuration, DramTraceReader trace, int packetBytes = 64, bool wrapAddresses = false,
        ITransactionListener? log = null, ITransactionObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (packetBytes < 1) throw new ConfigurationException($"packet bytes = {packetBytes}: must be at least 1");
        _trace = trace;
        _log = log;
        _packetBytes = packetBytes;
        _wraps = wrapAddresses;
        _capacity = (ulong)configuration.CapacityBytes;
        Controller = new TransactionController(configuration, this, observer: observer);
    }

    /// <summary>The controller.</summary>
    public TransactionController Controller { get; }

    /// <summary>Requests accepted.</summary>
    public long Requests { get; private set; }

    /// <summary>Runs until every request is answered.</summary>
    /// <exception cref="InputFormatException">The trace is malformed or an address lies beyond the devices.</exception>
    public void ToEnd(IProgress<DramTraceProgress>? progress = null, CancellationToken cancellation = default)
    {
        Controller.ScheduleWakeUp(SimTime.Zero);
        long reported = 0;
        while (!_ended || _responses < Requests)
        {
            Controller.ProcessNextEvent();
            if (Requests - reported < ProgressEvery) continue;
            reported = Requests;
            cancellation.ThrowIfCancellationRequested();
            long cycle = Controller.Now.Picoseconds / Controller.Configuration.Timing.Clock.Picoseconds;
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
    public void OnRetry(bool isWrite) => Controller.ScheduleWakeUp(Controller.Now);

    /// <inheritdoc/>
    public void OnWakeUp()
    {
        while (_holdsRequest || TryRead())
        {
            var earliest = new SimTime(checked(_request.EarliestCycle * Controller.Configuration.Timing.Clock.Picoseconds));
            if (earliest > Controller.Now)
            {
                Controller.ScheduleWakeUp(earliest);
                return;
            }

            if (!Controller.TryAccept(Controller.Now, _request.Address, _packetBytes, _request.IsWrite, Requests)) return;
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
                throw new InputFormatException(_trace.Name, (int)Math.Min(_trace.Line, int.MaxValue), 0, string.Create(CultureInfo.InvariantCulture,
                    $"address 0x{_request.Address:x} lies beyond the devices; the highest is 0x{_capacity - 1:x}; use more ranks, or let addresses wrap"));
            }

            _request = _request with { Address = _request.Address % _capacity };
        }

        _holdsRequest = true;
        return true;
    }
}
