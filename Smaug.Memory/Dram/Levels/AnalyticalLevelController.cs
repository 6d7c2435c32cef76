using Smaug.Core.Units;
using Smaug.Memory.Analytical;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Dram.Levels;

/// <summary>Bandwidth and latency as a main memory. Reads are answered in the order of their arrival, so they wait in a queue.</summary>
internal sealed class AnalyticalLevelController(BandwidthLatencyMemoryOptions options, ITransactionListener listener, SimTime start) : DramController
{
    private readonly BandwidthSchedule _schedule = new(options);
    private readonly Queue<TransactionResponse> _reads = new();
    private SimTime _now = start;
    private SimTime _busy;
    private long _readPackets, _writePackets, _readBursts, _writeBursts;

    public override DramTraffic Traffic => new()
    {
        ReadPackets = _readPackets,
        WritePackets = _writePackets,
        ReadBursts = _readBursts,
        WriteBursts = _writeBursts,
        DeviceReads = _readBursts,
        DeviceWrites = _writeBursts,
        BusBusy = _busy,
        BurstBytes = options.MinimumAccessBytes,
    };

    internal override SimTime Now => _now;

    internal override SimTime NextEventTime => _reads.TryPeek(out TransactionResponse next) ? next.Time : SimTime.MaxValue;

    internal override void ProcessNextEvent()
    {
        TransactionResponse response = _reads.Dequeue();
        _now = SimTime.Max(_now, response.Time);
        listener.OnResponse(response);
    }

    internal override void AdvanceTo(SimTime time)
    {
        while (NextEventTime <= time) ProcessNextEvent();
        _now = SimTime.Max(_now, time);
    }

    internal override bool TryAccept(SimTime time, ulong address, int bytes, bool isWrite, long tag)
    {
        _now = SimTime.Max(_now, time);
        int burst = options.MinimumAccessBytes;
        long bursts = (long)(address % (ulong)burst + (ulong)bytes + (ulong)burst - 1) / burst;
        SimTime transferred = _schedule.Transfer(time, (int)(bursts * burst), out SimTime duration);
        _busy += duration;
        if (isWrite)
        {
            _writePackets++;
            _writeBursts += bursts;
            listener.OnResponse(new TransactionResponse(tag, address, IsWrite: true, time, time + options.WriteLatency));
            return true;
        }

        _readPackets++;
        _readBursts += bursts;
        _reads.Enqueue(new TransactionResponse(tag, address, IsWrite: false, time, transferred + options.ReadLatency));
        return true;
    }
}
