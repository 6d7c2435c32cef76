using System.Numerics;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Memory.Coherence;

/// <summary>
/// A memory system kept coherent by a directory: private caches, a shared inclusive L2, a directory in front of one memory,
/// and DMA and ACP endpoints, joined by a message network; the MESI two-level system of gem5-Aladdin. Endpoints are added one
/// by one; each gives a <see cref="MemoryPort"/> whose requests must lie within one line.
/// </summary>
public sealed class MesiMemorySystem
{
    private readonly MesiFabric _fabric;
    private readonly L2Controller[] _banks;
    private readonly DirectoryController _directory;
    private readonly string _name;
    private readonly Dictionary<string, L1Controller> _caches = [];
    private int _endpoints;

    /// <summary>Creates the system with its L2 and directory and no endpoint.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="memory">The memory below the directory.</param>
    /// <param name="options">Its parameters.</param>
    /// <param name="name">Prefix of the names of its parts.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the memory belongs to another simulation.</exception>
    public MesiMemorySystem(Simulator simulator, MemoryPort memory, MesiOptions? options = null, string name = "ruby")
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentNullException.ThrowIfNull(memory);
        options ??= new MesiOptions();
        Require.Valid(name, options.Validate);
        Require.SameSimulation(name, simulator, memory);
        _name = name;
        Options = options;
        _fabric = new MesiFabric(memory, options, new MessageNetwork(simulator, $"{name}.network", options));
        _banks = new L2Controller[options.L2Banks];
        for (int i = 0; i < _banks.Length; i++) _banks[i] = new L2Controller(_fabric, options.BankName(name, i));
        _fabric.FirstL2Node = _banks[0].Node;
        _directory = new DirectoryController(_fabric, $"{name}.directory", memory);
        _fabric.DirectoryNode = _directory.Node;
    }

    /// <summary>The parameters.</summary>
    public MesiOptions Options { get; }

    /// <summary>Adds a private cache (of a core or of an accelerator) and gives its port.</summary>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="size">Capacity.</param>
    /// <param name="ways">Ways, 1 to 64.</param>
    /// <exception cref="ConfigurationException">Size, ways and line do not fit together, or there are too many endpoints.</exception>
    public MemoryPort AddCache(string name, ByteSize size, int ways)
    {
        CacheGeometry.Validate($"{name}.size", size, $"{name}.ways", ways, Options.LineBytes);
        return AddCache(name, new TagArray(size.Bytes, ways, Options.LineBytes));
    }

    /// <summary>Adds the private caches of a core, one endpoint with an array for instructions and one for data, and gives its
    /// port: requests marked <see cref="MemoryAttributes.Instruction"/> fill the array for instructions.</summary>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="instructionSize">Capacity of the array for instructions.</param>
    /// <param name="instructionWays">Its ways, 1 to 64.</param>
    /// <param name="dataSize">Capacity of the array for data.</param>
    /// <param name="dataWays">Its ways, 1 to 64.</param>
    /// <exception cref="ConfigurationException">Size, ways and line do not fit together, or there are too many endpoints.</exception>
    public MemoryPort AddCore(string name, ByteSize instructionSize, int instructionWays, ByteSize dataSize, int dataWays)
    {
        CacheGeometry.Validate($"{name}.instructionSize", instructionSize, $"{name}.instructionWays", instructionWays, Options.LineBytes);
        CacheGeometry.Validate($"{name}.dataSize", dataSize, $"{name}.dataWays", dataWays, Options.LineBytes);
        return AddCache(name, new TagArray(dataSize.Bytes, dataWays, Options.LineBytes), new TagArray(instructionSize.Bytes, instructionWays, Options.LineBytes));
    }

    /// <summary>Adds a DMA endpoint and gives its port: reads and writes go to the directory, coherent with all caches, and
    /// leave the lines they touch uncached.</summary>
    /// <exception cref="ConfigurationException">There are too many endpoints.</exception>
    public MemoryPort AddDma(string name)
    {
        CountEndpoint(name);
        return new DmaController(_fabric, $"{_name}.{name}").Port;
    }

    /// <summary>Adds an ACP endpoint and gives its port: reads and writes go to the L2, coherent with all caches.</summary>
    /// <exception cref="ConfigurationException">There are too many endpoints.</exception>
    public MemoryPort AddAcp(string name)
    {
        CountEndpoint(name);
        return new AcpController(_fabric, $"{_name}.{name}").Port;
    }

    /// <summary>State of a line in a private cache, for tests: 0 none, 1 shared, 2 exclusive, 3 modified, 4 in transition.</summary>
    internal int CacheState(string cache, long address) => _caches[cache].StateOf(address >> BitOperations.Log2((uint)Options.LineBytes));

    /// <summary>State of a line in the L2, for tests: 0 none, 1 shared, 2 only here, 3 owned by a private cache, 4 in transition.</summary>
    internal int L2State(long address)
    {
        long line = address >> BitOperations.Log2((uint)Options.LineBytes);
        return _banks[line & (_banks.Length - 1)].StateOf(line);
    }

    private MemoryPort AddCache(string name, TagArray data, TagArray? instructions = null)
    {
        CountEndpoint(name);
        L1Controller cache = new(_fabric, $"{_name}.{name}", data, instructions);
        _caches.Add(name, cache);
        return cache.Port;
    }

    private void CountEndpoint(string name)
    {
        if (++_endpoints > Options.MaximumEndpoints)
        {
            throw new ConfigurationException($"endpoint '{name}': the system has {Options.MaximumEndpoints} endpoints already, which is the most it can have");
        }
    }
}
