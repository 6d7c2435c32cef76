using System.Numerics;
using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug.Memory.Dram.Transaction;

/// <summary>
/// One or more equal channels of transaction-level DRAM behind one address space. Embed it as a
/// <see cref="TransactionController"/>: addresses are those of the whole memory, and responses carry them too. At equal time the
/// events of lower channels come first.
/// </summary>
public sealed class TransactionMemory
{
    private readonly TransactionController[] _channels;

    /// <summary>Creates an idle memory.</summary>
    /// <param name="channel">One channel. Its <see cref="TransactionConfiguration.ChannelInterleaveBytes"/> says how many bytes go
    /// to a channel before the next one; by default one row where the mapping has the channel above the column (RoRaBaChCo), else
    /// 64 bytes or one burst, whichever is more.</param>
    /// <param name="channels">How many there are, a power of two from 1 to 64.</param>
    /// <param name="listener">Receives responses and retry calls of all channels.</param>
    /// <param name="observe">Gives the observer of a channel, or null.</param>
    /// <exception cref="ConfigurationException">The configuration is not valid.</exception>
    public TransactionMemory(TransactionConfiguration channel, int channels, ITransactionListener listener,
        Func<int, ITransactionObserver?>? observe = null)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(listener);
        if (channels is < 1 or > 64 || !BitOperations.IsPow2(channels))
        {
            throw new ConfigurationException($"DRAM {channel.Name}: Channels = {channels}: must be a power of two from 1 to 64");
        }

        channel.Validate();
        InterleaveBytes = channel.ChannelInterleaveBytes
            ?? (channel.Mapping == TransactionMapping.RoRaBaChCo ? channel.RowBytes : Math.Max(64, channel.BurstBytes));
        Configuration = channels == 1 ? channel : channel with { ChannelInterleaveBytes = InterleaveBytes };
        Configuration.Validate();
        _channels = new TransactionController[channels];
        for (int c = 0; c < channels; c++)
        {
            ITransactionListener host = channels == 1 ? listener : new ChannelListener(this, c, listener);
            _channels[c] = new TransactionController(Configuration, host, observer: observe?.Invoke(c));
        }
    }

    /// <summary>One channel.</summary>
    public TransactionConfiguration Configuration { get; }

    /// <summary>The controllers of the channels.</summary>
    public IReadOnlyList<TransactionController> Channels => _channels;

    /// <summary>Bytes that go to one channel before the next one.</summary>
    public int InterleaveBytes { get; }

    /// <summary>Bytes of the devices of all channels.</summary>
    public long CapacityBytes => Configuration.CapacityBytes * _channels.Length;

    /// <summary>Highest data rate of all channels in bytes per second.</summary>
    public double PeakBytesPerSecond => Configuration.PeakBytesPerSecond * _channels.Length;

    /// <summary>Time of the last event processed or packet offered.</summary>
    public SimTime Now { get; private set; }

    /// <summary>Time of the next event of any channel. There always is one, because refreshes go on for ever.</summary>
    public SimTime NextEventTime => _channels[NextChannel].NextEventTime;

    /// <summary>Write bursts still queued.</summary>
    public int QueuedWrites => _channels.Sum(c => c.QueuedWrites);

    /// <summary>Counters summed over all channels; <see cref="TransactionStatistics.LastResponse"/> is the latest.</summary>
    public TransactionStatistics Statistics
    {
        get
        {
            var sum = new TransactionStatistics();
            foreach (TransactionController channel in _channels) sum.Add(channel.Statistics);
            return sum;
        }
    }

    private int NextChannel
    {
        get
        {
            int next = 0;
            for (int c = 1; c < _channels.Length; c++)
            {
                if (_channels[c].NextEventTime < _channels[next].NextEventTime) next = c;
            }

            return next;
        }
    }

    /// <summary>The channel of a byte address.</summary>
    public int ChannelOf(ulong address) => (int)(address / (ulong)InterleaveBytes % (ulong)_channels.Length);

    /// <summary>Whether a packet lies in one channel as a whole.</summary>
    public bool FitsOneChannel(ulong address, int bytes) =>
        _channels.Length == 1 || address % (ulong)InterleaveBytes + (ulong)bytes <= (ulong)InterleaveBytes;

    /// <summary>Offers a packet; see <see cref="TransactionController.TryAccept"/>.</summary>
    /// <exception cref="SimulationException">The packet lies in more than one channel, or in the past.</exception>
    public bool TryAccept(SimTime time, ulong address, int bytes, bool isWrite, long tag)
    {
        if (!FitsOneChannel(address, bytes))
        {
            throw new SimulationException(
                $"DRAM request of {bytes} bytes at 0x{address:x}: lies in more than one channel, which change every {InterleaveBytes} bytes; split the request");
        }

        if (time < Now)
        {
            throw new SimulationException($"DRAM request at {time}: the memory is already at {Now}; offer requests in time order");
        }

        AdvanceBefore(time);
        Now = time;
        return _channels[ChannelOf(address)].TryAccept(time, Local(address), bytes, isWrite, tag);
    }

    /// <summary>Processes all events up to and including a time.</summary>
    public void AdvanceTo(SimTime time)
    {
        while (NextEventTime <= time) ProcessNextEvent();
        Now = SimTime.Max(Now, time);
    }

    /// <summary>Processes one event, the one at <see cref="NextEventTime"/>.</summary>
    public void ProcessNextEvent()
    {
        int next = NextChannel;
        Now = _channels[next].NextEventTime;
        _channels[next].ProcessNextEvent();
    }

    /// <summary>Asks for one call of <see cref="ITransactionListener.OnWakeUp"/>; see <see cref="TransactionController.ScheduleWakeUp"/>.</summary>
    public void ScheduleWakeUp(SimTime time) => _channels[0].ScheduleWakeUp(SimTime.Max(time, Now));

    private void AdvanceBefore(SimTime time)
    {
        while (NextEventTime < time) ProcessNextEvent();
    }

    private ulong Local(ulong address)
    {
        ulong stripe = (ulong)InterleaveBytes;
        return _channels.Length == 1 ? address : address / stripe / (ulong)_channels.Length * stripe + address % stripe;
    }

    private ulong Global(ulong local, int channel)
    {
        ulong stripe = (ulong)InterleaveBytes;
        return (local / stripe * (ulong)_channels.Length + (ulong)channel) * stripe + local % stripe;
    }

    /// <summary>Gives the addresses of a channel's responses back as those of the memory.</summary>
    private sealed class ChannelListener(TransactionMemory memory, int channel, ITransactionListener host) : ITransactionListener
    {
        public void OnResponse(in TransactionResponse response) =>
            host.OnResponse(response with { Address = memory.Global(response.Address, channel) });

        public void OnRetry(bool isWrite) => host.OnRetry(isWrite);

        public void OnWakeUp() => host.OnWakeUp();
    }
}
