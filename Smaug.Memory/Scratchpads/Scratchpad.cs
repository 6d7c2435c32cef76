using Smaug.Core;
using Smaug.Core.Simulation;

namespace Smaug.Memory.Scratchpads;

/// <summary>
/// The ports of an accelerator's scratchpad: who may access which word in which cycle. An access occupies a port of its word's
/// partition for one cycle; when none is left it is refused and counted as a conflict. Partitions forget the past cycle by a
/// stamp, so that a cycle costs only what it accesses.
/// </summary>
public sealed class Scratchpad
{
    private readonly ScratchpadOptions _options;
    private readonly long[] _cycle;
    private readonly int[] _taken;
    private readonly int _wordsPerBlock;
    private long _lastCycle = long.MinValue;
    private readonly Counter _reads;
    private readonly Counter _writes;
    private readonly Counter _conflicts;

    /// <summary>Creates the scratchpad.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages and statistics.</param>
    /// <param name="options">Its parameters.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the name is taken.</exception>
    public Scratchpad(Simulator simulator, string name, ScratchpadOptions options)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentNullException.ThrowIfNull(options);
        Require.Valid(name, options.Validate);
        _options = options;
        Name = name;
        _cycle = new long[options.Partitions];
        _taken = new int[options.Partitions];
        Array.Fill(_cycle, -1);
        int words = options.Bytes / options.WordBytes;
        _wordsPerBlock = (words + options.Partitions - 1) / options.Partitions;
        _reads = simulator.Statistics.Counter($"{name}.reads", "accesses", "Reads that got a port.");
        _writes = simulator.Statistics.Counter($"{name}.writes", "accesses", "Writes that got a port.");
        _conflicts = simulator.Statistics.Counter($"{name}.conflicts", "accesses", "Accesses refused because all ports of the partition were taken in that cycle.");
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Accesses refused for want of a port.</summary>
    public long Conflicts => _conflicts.Total;

    /// <summary>The partition of a byte offset.</summary>
    /// <exception cref="SimulationException">The offset lies outside.</exception>
    public int PartitionOf(int offset)
    {
        if ((uint)offset >= (uint)_options.Bytes)
        {
            throw new SimulationException($"scratchpad '{Name}': offset {offset} is outside its {_options.Bytes} bytes");
        }

        int word = offset / _options.WordBytes;
        return _options.Kind == PartitionKind.Block ? word / _wordsPerBlock : word % _options.Partitions;
    }

    /// <summary>Takes a port for one access in a cycle.</summary>
    /// <param name="cycle">The accelerator's cycle; cycles may not go back.</param>
    /// <param name="offset">Byte offset of the word.</param>
    /// <param name="isWrite">Whether it writes.</param>
    /// <returns>False when all ports of the partition are taken: try again in the next cycle.</returns>
    /// <exception cref="SimulationException">The offset lies outside, or the cycle before the last one.</exception>
    public bool TryAccess(long cycle, int offset, bool isWrite)
    {
        int partition = PartitionOf(offset);
        if (cycle < _lastCycle) throw new SimulationException($"scratchpad '{Name}': an access in cycle {cycle}, after one in cycle {_lastCycle}: cycles may not go back");
        _lastCycle = cycle;
        if (_options.Kind != PartitionKind.Complete)
        {
            if (_cycle[partition] != cycle)
            {
                _cycle[partition] = cycle;
                _taken[partition] = 0;
            }

            if (_taken[partition] == _options.PortsPerPartition)
            {
                _conflicts.Increment();
                return false;
            }

            _taken[partition]++;
        }

        (isWrite ? _writes : _reads).Increment();
        return true;
    }
}
