using Smaug.Core.Reporting.Charts;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Levels;
using Smaug.Memory.Dram.Standards;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Tests.Documentation.Figures;

/// <summary>Figures of main memory.</summary>
internal static class DramFigures
{
    private const int Reads = 4000, Bytes = 64;

    /// <summary>Mean latency of reads over the bandwidth that they ask for, at each level.</summary>
    public static SvgCanvas LatencyOverLoad()
    {
        var chart = new LineChart("Reads of 64 bytes at random times, 12.8 GB/s at most", new ChartAxis("load, GB/s"), new ChartAxis("mean latency, ns") { Maximum = 500 });
        TransactionConfiguration channel = TransactionPresets.Get("LPDDR4_3200_2x16");
        var commands = new CommandDram(new DramConfiguration { Preset = DramPresets.Get("LPDDR4_3200_8Gb_x16") });
        Add("analytical", AnalyticalDram.Of(channel), random: true);
        Add("transactions, one row after the other", new TransactionDram(channel), random: false);
        Add("transactions, random", new TransactionDram(channel), random: true);
        Add("commands, one row after the other", commands, random: false);
        Add("commands, random", commands, random: true);
        return chart.Draw();

        void Add(string name, DramModel model, bool random)
        {
            List<double> x = [], y = [];
            for (double load = 1; load <= 12; load++)
            {
                double latency = new LoadedMemory(model).Run(load, random);
                if (latency > 500) break;
                x.Add(load);
                y.Add(latency);
            }

            chart.Add(name, x, y);
        }
    }

    /// <summary>Reads that arrive at random times, whatever has become of those before.</summary>
    private sealed class LoadedMemory : ITransactionListener
    {
        private readonly DramController _controller;
        private readonly Dictionary<long, SimTime> _arrivals = [];
        private double _latencies;
        private bool _retry;

        public LoadedMemory(DramModel model) => _controller = model.Create(this, SimTime.Zero, 256.Mebibytes());

        public double Run(double bytesPerNanosecond, bool random)
        {
            var numbers = new Random(1);
            double time = 1000;
            for (int i = 0; i < Reads; i++)
            {
                time += -Math.Log(1 - numbers.NextDouble()) * Bytes / bytesPerNanosecond;
                ulong address = (ulong)(random ? numbers.Next(1 << 20) : i) * Bytes;
                _arrivals[i] = SimTime.FromNanoseconds(time);
                Offer(SimTime.FromNanoseconds(time), address, i);
            }

            while (_arrivals.Count > 0) _controller.ProcessNextEvent();
            return _latencies / Reads;
        }

        public void OnResponse(in TransactionResponse response)
        {
            _arrivals.Remove(response.Tag, out SimTime arrival);
            _latencies += (response.Time - arrival).Nanoseconds;
        }

        public void OnRetry(bool isWrite) => _retry = true;

        private void Offer(SimTime time, ulong address, long tag)
        {
            while (_controller.NextEventTime < time) _controller.ProcessNextEvent();
            while (!_controller.TryAccept(SimTime.Max(time, _controller.Now), address, Bytes, isWrite: false, tag))
            {
                for (_retry = false; !_retry;) _controller.ProcessNextEvent();
            }
        }
    }
}
