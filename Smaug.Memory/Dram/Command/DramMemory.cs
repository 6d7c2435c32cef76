using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Mapping;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Memory.Dram.Command;

/// <summary>
/// A DRAM of one or more channels, simulated command by command. Cycles in which nothing can happen cost nothing.
/// </summary>
/// <remarks>
/// How to embed it: offer requests with <see cref="TryEnqueue"/> at the present <see cref="Cycle"/>; <c>false</c> means the
/// queue is full, offer again after <see cref="IDramListener.OnRetry"/>. Keep one event of the host at the time of
/// <see cref="NextEventCycle"/> and call <see cref="AdvanceTo"/> when it fires; finished requests are reported meanwhile.
/// A request accepted at cycle c can get its first command in cycle c + 1. <see cref="TimeOf"/> and
/// <see cref="CycleAtOrAfter"/> translate between cycles and simulated time. Nothing is allocated in the steady state.
/// </remarks>
public sealed class DramMemory
{
    private readonly ChannelController[] _channels;
    private readonly IAddressMapper _mapper;
    private readonly ulong _addressLimit;
    private readonly int _banks;
    private bool _idle;
    private bool _accepted;
    private bool _draining;

    /// <summary>Creates an idle memory: all banks closed, cycle 0.</summary>
    /// <param name="configuration">Devices and policies.</param>
    /// <param name="listener">Receives finished requests.</param>
    /// <param name="observer">Optional log of commands.</param>
    /// <exception cref="ConfigurationException">The configuration is not valid.</exception>
    public DramMemory(DramConfiguration configuration, IDramListener listener, IDramCommandObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(listener);
        configuration.Validate();
        Configuration = configuration;
        Geometry = new DramGeometry(configuration.Preset, configuration.Channels, configuration.Counts);
        _mapper = configuration.Mapping.Create(Geometry);
        _addressLimit = configuration.WrapAddresses || configuration.Mapping is CustomMapping || Geometry.AddressBits >= 64
            ? ulong.MaxValue
            : (1UL << Geometry.AddressBits) - 1;
        _banks = configuration.BanksPerChannel;
        _channels = new ChannelController[configuration.Channels];
        for (int c = 0; c < _channels.Length; c++)
        {
            _channels[c] = configuration.Preset.Rules == DramRules.Ramulator1
                ? new Ramulator1Controller(configuration, c, listener, observer)
                : Ramulator2Controller.Create(configuration, c, listener, observer);
        }
    }

    /// <summary>What is simulated.</summary>
    public DramConfiguration Configuration { get; }

    /// <summary>The sizes that the address mapping works with.</summary>
    public DramGeometry Geometry { get; }

    /// <summary>Cycles passed.</summary>
    public long Cycle { get; private set; }

    /// <summary>Cycles that were evaluated; the others were skipped because nothing could happen in them.</summary>
    public long EvaluatedCycles { get; private set; }

    /// <summary>Cycles in which some request was between its first command and its delivery or write command.</summary>
    public long ActiveCycles { get; private set; }

    /// <summary>The highest byte address that the mapping reaches.</summary>
    public ulong HighestAddress => _addressLimit;

    /// <summary>Whether requests or refreshes are unfinished.</summary>
    public bool HasWork => Any(static c => c.HasWork);

    /// <summary>Whether reads or writes are unfinished.</summary>
    public bool HasRequests => Any(static c => c.HasRequests);

    /// <summary>
    /// Whether no more requests will come: controllers under the rules of Ramulator 1 then write as soon as one write is queued.
    /// </summary>
    public bool Draining
    {
        get => _draining;
        set
        {
            if (_draining != value) _idle = false;
            _draining = value;
            foreach (ChannelController channel in _channels) channel.Draining = value;
        }
    }

    /// <summary>
    /// The next cycle in which something can happen if no request comes before it. There always is one, because refreshes go
    /// on for ever (unless they are switched off: then <see cref="long.MaxValue"/>).
    /// </summary>
    public long NextEventCycle
    {
        get
        {
            if (!_idle) return Cycle + 1;
            long wake = long.MaxValue;
            foreach (ChannelController channel in _channels) wake = Math.Min(wake, channel.Wake);
            return Math.Max(wake, Cycle + 1);
        }
    }

    /// <summary>Statistics summed over all channels.</summary>
    public DramStatistics Statistics
    {
        get
        {
            var sum = new DramStatistics();
            foreach (ChannelController channel in _channels) sum.Add(channel.Statistics);
            return sum;
        }
    }

    /// <summary>Statistics of one channel.</summary>
    public DramStatistics ChannelStatistics(int channel) => _channels[channel].Statistics;

    /// <summary>Simulated time of a cycle, rounded to whole picoseconds.</summary>
    public SimTime TimeOf(long cycle) => new(checked((long)Math.Round(cycle * Configuration.Preset.CyclePicoseconds)));

    /// <summary>The first cycle whose time is not before a time.</summary>
    public long CycleAtOrAfter(SimTime time)
    {
        long cycle = (long)(time.Picoseconds / Configuration.Preset.CyclePicoseconds);
        while (cycle > 0 && TimeOf(cycle - 1) >= time) cycle--;
        while (TimeOf(cycle) < time) cycle++;
        return cycle;
    }

    /// <summary>Where a byte address lies.</summary>
    public DramAddress Map(ulong address) => _mapper.Map(address);

    /// <summary>Offers a request at the present cycle.</summary>
    /// <param name="address">Byte address; the request moves the whole access it lies in.</param>
    /// <param name="isWrite">Direction.</param>
    /// <param name="tag">Given back with the completion.</param>
    /// <returns>Whether it was accepted; if not, a queue is full.</returns>
    /// <exception cref="SimulationException">The address lies beyond the devices.</exception>
    public bool TryEnqueue(ulong address, bool isWrite, long tag)
    {
        if (address > _addressLimit)
        {
            throw new SimulationException(
                $"DRAM address 0x{address:x}: beyond the devices, the highest address of {Configuration.Preset.Name} with {Configuration.Channels} channel(s) and {Configuration.EffectiveRanks} rank(s) is 0x{_addressLimit:x}");
        }

        DramAddress place = _mapper.Map(address);
        if ((uint)place.Channel >= (uint)_channels.Length || (uint)place.Bank >= (uint)_banks || place.Row < 0)
        {
            throw new SimulationException($"DRAM mapping {Configuration.Mapping.Name}: puts address 0x{address:x} into channel {place.Channel}, bank {place.Bank}, row {place.Row}; there are {_channels.Length} channel(s) of {_banks} banks, and rows are not negative");
        }

        if (!_channels[place.Channel].TryEnqueue(in place, address, isWrite, tag)) return false;
        _idle = false;
        _accepted = true;
        return true;
    }

    /// <summary>Lets time pass up to a cycle.</summary>
    public void AdvanceTo(long cycle)
    {
        while (Cycle < cycle)
        {
            if (_idle)
            {
                long next = Math.Min(NextEventCycle, cycle + 1);
                if (next - 1 > Cycle) Skip(next - 1 - Cycle);
                if (Cycle >= cycle) return;
            }

            Tick();
        }
    }

    /// <summary>Passes one cycle. For drivers that offer requests cycle by cycle.</summary>
    /// <returns>
    /// Whether a command was issued or a request accepted meanwhile; if not, nothing happens before <see cref="NextEventCycle"/>.
    /// </returns>
    public bool Tick()
    {
        bool happened = false, active = false;
        _accepted = false;
        foreach (ChannelController channel in _channels)
        {
            active |= channel.Serving > 0;
            happened |= channel.Tick();
        }

        Cycle++;
        EvaluatedCycles++;
        if (active) ActiveCycles++;
        _idle = !happened && !_accepted;
        return !_idle;
    }

    /// <summary>Passes cycles in which nothing can happen.</summary>
    internal void Skip(long cycles)
    {
        bool active = false;
        foreach (ChannelController channel in _channels)
        {
            active |= channel.Serving > 0;
            channel.Skip(cycles);
        }

        Cycle += cycles;
        if (active) ActiveCycles += cycles;
    }

    private bool Any(Func<ChannelController, bool> condition)
    {
        foreach (ChannelController channel in _channels)
        {
            if (condition(channel)) return true;
        }

        return false;
    }
}
