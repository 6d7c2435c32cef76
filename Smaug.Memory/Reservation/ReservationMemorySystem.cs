using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Acp;
using Smaug.Memory.Coherence;
using Smaug.Memory.Dma;
using Smaug.Memory.Dram.Levels;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Reservation;

/// <summary>
/// The directory-coherent memory system of <see cref="MesiMemorySystem"/> without its messages: private caches, shared L2,
/// DMA engines, coherency ports and a DRAM channel, line by line. Each line's state is kept and each access takes the fixed
/// latencies of the protocol, reserves the links that it passes, and goes through the DRAM controller; requests to other lines
/// never wait for it. Uncontended accesses take the same time as in the message-level system, at several million lines per second.
/// </summary>
public sealed class ReservationMemorySystem
{
    private readonly Simulator _simulator;
    private readonly ReservationScheduler _scheduler;
    private readonly SharedCache _shared;
    private readonly string _name;
    private readonly ByteSize _capacity;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Creates the system with its L2 and DRAM channel and no endpoint.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="dram">The DRAM channel.</param>
    /// <param name="capacity">Bytes of DRAM.</param>
    /// <param name="options">Latencies, line and L2.</param>
    /// <param name="name">Prefix of the names of its parts.</param>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public ReservationMemorySystem(Simulator simulator, TransactionConfiguration dram, ByteSize capacity, MesiOptions? options = null, string name = "ruby")
        : this(simulator, new TransactionDram(dram ?? throw new ArgumentNullException(nameof(dram))), capacity, options, name)
    {
    }

    /// <summary>Creates the system with its L2 and main memory and no endpoint.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="dram">How finely main memory is simulated, and its devices.</param>
    /// <param name="capacity">Bytes of main memory.</param>
    /// <param name="options">Latencies, line and L2.</param>
    /// <param name="name">Prefix of the names of its parts.</param>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public ReservationMemorySystem(Simulator simulator, DramModel dram, ByteSize capacity, MesiOptions? options = null, string name = "ruby")
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentNullException.ThrowIfNull(dram);
        Options = options ?? new MesiOptions();
        Options.Validate();
        if (Options.CarriesValues) throw new ConfigurationException($"{nameof(MesiOptions.CarriesValues)} = true: only the message-level system carries values");
        dram.Validate(capacity);
        (_simulator, _name, _capacity) = (simulator, name, capacity);
        _scheduler = new ReservationScheduler(simulator, "dram", dram, capacity);
        _shared = new SharedCache(_scheduler, new LinkReservations(Options), Options, name);
        _scheduler.Cache = _shared;
        RequireTags(nameof(MesiOptions.L2Size), _shared.Lines);
    }

    /// <summary>The parameters.</summary>
    public MesiOptions Options { get; }

    /// <summary>The DRAM controller, for its statistics.</summary>
    public DramController Dram => _scheduler.Dram;

    /// <summary>Adds a core with its private cache.</summary>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="size">Capacity of the cache.</param>
    /// <param name="ways">Ways, 1 to 64.</param>
    /// <param name="frequency">Clock of the core, on whose edges it goes on after a miss; null for that of the caches.</param>
    /// <exception cref="ConfigurationException">Size, ways and line do not fit together, there are too many endpoints, or one of this name.</exception>
    public CorePort AddCore(string name, ByteSize size, int ways, Frequency? frequency = null)
    {
        CacheGeometry.Validate($"{name}.size", size, $"{name}.ways", ways, Options.LineBytes);
        CountEndpoint(name);
        var cache = new PrivateCache(_simulator, $"{_name}.{name}", _shared.AddNode(null), size, ways, Options.LineBytes);
        RequireTags($"{name}.size", cache.Lines);
        _shared.Attach(cache);
        Frequency clock = frequency ?? Options.Frequency;
        CoreAgent Lane() => new(_scheduler, _shared, cache, Options, clock);
        return new CorePort(_simulator, $"{_name}.{name}", Lane(), Lane);
    }

    /// <summary>Adds a DMA engine and gives its port, which takes blocks of any size: a read is a load, a write a store. It
    /// accesses memory coherently with all caches, and leaves the lines it touches uncached.</summary>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="options">Its parameters.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, its line is not that of the system, there are too many endpoints, or one of this name.</exception>
    public MemoryPort AddDma(string name, DmaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        RequireLine(name, options.LineBytes);
        CountEndpoint(name);
        return new DmaAgentPort(_simulator, $"{_name}.{name}", new DmaAgent(_scheduler, _shared, $"{_name}.{name}", options, Options));
    }

    /// <summary>Adds a coherency port, which takes blocks of any size and reads and writes their lines at the L2.</summary>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="options">Its parameters.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, its line is not that of the system, there are too many endpoints, or one of this name.</exception>
    public MemoryPort AddAcp(string name, AcpOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        RequireLine(name, options.LineBytes);
        CountEndpoint(name);
        return new AcpAgentPort(_simulator, $"{_name}.{name}", new AcpAgent(_scheduler, _shared, $"{_name}.{name}", options, Options));
    }

    /// <summary>State of a line in the L2, for tests: 0 none, 1 shared, 2 only here, 3 owned by a core, 4 on its way.</summary>
    internal int L2State(long address) => _shared.StateOf(address / Options.LineBytes);

    /// <summary>Checks, for tests, that at most one core may write a line, that no other has a copy then, and that the L2 knows who has copies.</summary>
    /// <exception cref="SimulationException">It is not so.</exception>
    internal void CheckLine(long address) => _shared.Check(address / Options.LineBytes);

    private void RequireLine(string name, int lineBytes)
    {
        if (lineBytes != Options.LineBytes) throw new ConfigurationException($"'{name}' works with lines of {lineBytes} bytes: the memory system has lines of {Options.LineBytes}");
    }

    private void RequireTags(string name, LineArray lines)
    {
        if (_capacity.Bytes / Options.LineBytes <= lines.LineNumbers) return;
        throw new ConfigurationException($"{name}: a cache of so few sets cannot tell the lines of {_capacity} apart; give it more, or the system less memory");
    }

    private void CountEndpoint(string name)
    {
        if (_names.Count >= Options.MaximumEndpoints) throw new ConfigurationException($"endpoint '{name}': the system has {Options.MaximumEndpoints} endpoints already, which is the most it can have");
        if (!_names.Add(name)) throw new ConfigurationException($"endpoint '{name}': the system has one of this name already");
    }
}

/// <summary>Where blocks enter a DMA engine.</summary>
internal sealed class DmaAgentPort(Simulator simulator, string name, DmaAgent engine) : MemoryPort(simulator, name)
{
    public DmaAgent Engine => engine;

    public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
    {
        Require.Block(Name, "transfer", request.Address, request.Bytes, int.MaxValue);
        engine.Start(request);
        return true;
    }
}

/// <summary>Where blocks enter a coherency port.</summary>
internal sealed class AcpAgentPort(Simulator simulator, string name, AcpAgent agent) : MemoryPort(simulator, name)
{
    public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
    {
        Require.Block(Name, "burst", request.Address, request.Bytes, int.MaxValue);
        agent.Start(request);
        return true;
    }
}
