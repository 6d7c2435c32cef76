using Smaug.Accelerators.Systolic.Formats;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Command;

namespace Smaug.Accelerators.Systolic;

/// <summary>
/// Puts a command-level DRAM behind the scratchpads, without the exchange of files that SCALE-Sim needs: a layer's DRAM rows
/// are collected in a run without latency, sent through the DRAM at their cycles with a bounded number outstanding per
/// scratchpad, and their latencies given to the second run.
/// <code>
/// var dram = new SystolicDram(new DramConfiguration { Preset = DramPresets.Get("DDR4_2400R_4Gb_x8") });
/// var options = new SystolicRunOptions { Memory = layer => dram.Measure(topology.Layers[layer], array).ToMemory() };
/// </code>
/// </summary>
public sealed class SystolicDram
{
    private readonly DramConfiguration _configuration;

    /// <summary>Creates the memory.</summary>
    /// <param name="configuration">Devices and policies.</param>
    /// <param name="arrayClock">Clock of the array; null for 1 GHz.</param>
    /// <exception cref="ConfigurationException">The configuration is not valid.</exception>
    public SystolicDram(DramConfiguration configuration, Frequency? arrayClock = null)
    {
        configuration.Validate();
        _configuration = configuration;
        ArrayClock = arrayClock ?? Frequency.FromGigahertz(1);
    }

    /// <summary>Clock of the array.</summary>
    public Frequency ArrayClock { get; }

    /// <summary>Latencies of the rows of a layer, in cycles of the array.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="array">The array, with a fixed interface; its queue lengths bound the rows under way.</param>
    /// <exception cref="ConfigurationException">The interface is not of fixed bandwidth, or the layer is not valid.</exception>
    /// <exception cref="SimulationException">An address lies beyond the devices.</exception>
    public RowLatencies Measure(SystolicLayer layer, SystolicConfiguration array)
    {
        if (array.Mode != BandwidthMode.Fixed)
            throw new ConfigurationException("InterfaceBandwidth CALC never waits for DRAM; set it to USER to simulate one");
        var rows = new RowCollector(_configuration.Preset.TransactionBytes);
        SystolicArray.Simulate(layer, array with { UseDramLatencies = false }, new SystolicRunOptions { Traces = _ => rows });
        return new DramReplay(_configuration, ArrayClock, array).Run(rows);
    }

    /// <summary>One row: what a scratchpad moves in one cycle, as the DRAM transactions that it touches.</summary>
    private readonly record struct DramRow(Operand Operand, int Index, long Cycle, int First, int Count);

    private sealed class RowCollector(int transactionBytes) : ITraceSink
    {
        private readonly int[] _counts = new int[3];

        public List<DramRow> Rows { get; } = [];

        public List<ulong> Transactions { get; } = [];

        public int Count(Operand operand) => _counts[(int)operand];

        public void Row(Operand operand, bool isDram, long cycle, ReadOnlySpan<long> words)
        {
            if (!isDram) return;
            int first = Transactions.Count;
            foreach (long word in words)
            {
                if (word < 0) continue;
                ulong transaction = (ulong)(word / transactionBytes * transactionBytes);
                if (Transactions.IndexOf(transaction, first) < 0) Transactions.Add(transaction);
            }

            Rows.Add(new DramRow(operand, _counts[(int)operand]++, cycle, first, Transactions.Count - first));
        }
    }

    /// <summary>Sends rows through the DRAM and notes when each is done.</summary>
    private sealed class DramReplay : IDramListener
    {
        private readonly DramMemory _memory;
        private readonly double _dramCyclesPerCycle;
        private readonly SystolicConfiguration _array;
        private readonly int[] _outstanding = new int[3];
        private long[] _done = [];
        private int[] _left = [];
        private List<DramRow> _rows = [];

        public DramReplay(DramConfiguration configuration, Frequency clock, SystolicConfiguration array)
        {
            _memory = new DramMemory(configuration, this);
            _dramCyclesPerCycle = clock.PeriodPicoseconds / configuration.Preset.CyclePicoseconds;
            _array = array;
        }

        public void OnCompleted(in DramCompletion completion)
        {
            int row = (int)completion.Tag;
            _done[row] = Math.Max(_done[row], completion.Depart);
            if (--_left[row] == 0) _outstanding[(int)_rows[row].Operand]--;
        }

        public RowLatencies Run(RowCollector collector)
        {
            _rows = [.. collector.Rows.OrderBy(row => row.Cycle)];
            _done = new long[_rows.Count];
            _left = [.. _rows.Select(row => row.Count)];
            long[] issued = new long[_rows.Count];
            long firstCycle = _rows.Count == 0 ? 0 : _rows[0].Cycle;
            for (int i = 0; i < _rows.Count; i++) issued[i] = Send(i, _rows[i], firstCycle, collector.Transactions);
            _memory.Draining = true;
            while (_memory.HasRequests) _memory.AdvanceTo(_memory.NextEventCycle);

            long[][] latencies = [new long[collector.Count(Operand.Ifmap)], new long[collector.Count(Operand.Filter)], new long[collector.Count(Operand.Ofmap)]];
            for (int i = 0; i < _rows.Count; i++)
            {
                long dramCycles = Math.Max(0, _done[i] - issued[i]);
                latencies[(int)_rows[i].Operand][_rows[i].Index] = Math.Max(1, (long)Math.Ceiling(dramCycles / _dramCyclesPerCycle));
            }

            return new RowLatencies(latencies[0], latencies[1], latencies[2]);
        }

        private long Send(int index, in DramRow row, long firstCycle, List<ulong> transactions)
        {
            int limit = row.Operand == Operand.Ofmap ? _array.WriteQueueLength : _array.ReadQueueLength;
            _memory.AdvanceTo((long)Math.Ceiling((row.Cycle - firstCycle) * _dramCyclesPerCycle));
            while (_outstanding[(int)row.Operand] >= limit) _memory.AdvanceTo(_memory.NextEventCycle);
            long issued = _memory.Cycle;
            if (row.Count > 0) _outstanding[(int)row.Operand]++;
            for (int i = row.First; i < row.First + row.Count; i++)
            {
                while (!_memory.TryEnqueue(transactions[i], row.Operand == Operand.Ofmap, index)) _memory.AdvanceTo(_memory.NextEventCycle);
            }

            return issued;
        }
    }
}
